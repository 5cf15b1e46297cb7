public import SharedState

/// Something about a house that will trouble somebody's program.
///
/// A finding is advice and never a wall: the town takes any value.
public struct Finding: Hashable, Sendable {
  /// How much trouble it makes, worst first.
  public enum Severity: String, Hashable, Sendable, CaseIterable {
    /// A program stops with an error.
    case error
    /// A program ignores it, or shows something else than was meant.
    case warning
    /// It may be meant so; worth a second look.
    case note

    var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
  }

  /// The name of the check that found it, such as `selection-name`.
  public internal(set) var check = ""
  /// How much trouble it makes.
  public let severity: Severity
  /// The field it is about; one that is missing has its path too.
  public let path: ValuePath
  /// What is wrong.
  public let what: String
  /// Whom it troubles, and how.
  public let trouble: String
  /// What to do about it.
  public let advice: String
  /// What the repair by one key does; `nil` if there is none that only adds or converts.
  public let repair: String?
  /// The address that somebody has to move into for this to be over, if it is about one.
  let vacancy: String?

  init(
    _ severity: Severity,
    at path: ValuePath,
    _ what: String,
    trouble: String,
    advice: String,
    repair: String? = nil,
    vacancy: String? = nil
  ) {
    (self.severity, self.path, self.what) = (severity, path, what)
    (self.trouble, self.advice, self.repair) = (trouble, advice, repair)
    self.vacancy = vacancy
  }

  /// All of it in one line.
  public var words: String { "\(what): \(trouble); \(advice)" }

  /// Whether it is worth a mark that nobody asked for.
  public var isMarked: Bool { severity != .note }
}

extension Finding {
  /// A text from a peer, quoted and short enough for a line.
  static func quoted(_ text: some StringProtocol) -> String {
    let short = text.prefix(40)
    return StateValue.string(String(short) + (short.endIndex == text.endIndex ? "" : "…")).text
  }

  /// A value from a peer in a few characters.
  static func said(_ value: StateValue) -> String {
    switch value {
    case .string(let text): quoted(text)
    case .null, .bool, .int, .double: value.text
    case .bytes, .array, .object: "a \(value.kind)"
    }
  }

  /// A place, short enough for a line and without orders to a terminal.
  static func place(_ path: ValuePath) -> String {
    let text = path.description
    let short = text.count > 60 ? text.prefix(59) + "…" : text[...]
    let isPlain = short.unicodeScalars.allSatisfy { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: false
      default: true
      }
    }
    return isPlain ? String(short) : StateValue.string(String(short)).text
  }
}
