package import SharedState
package import Wording

/// Something about an entry that will trouble somebody's program.
///
/// A finding is advice and never a wall: a server takes any value.
package struct Finding: Hashable, Sendable {
  /// How much trouble it makes, worst first.
  package enum Severity: String, Hashable, Sendable, CaseIterable {
    /// A program stops with an error.
    case error
    /// A program ignores it, or shows something else than was meant.
    case warning
    /// It may be meant so; worth a second look.
    case note

    var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
  }

  /// The name of the check that found it, such as `selection-name`.
  package internal(set) var check = ""
  package let severity: Severity
  /// The field it is about; one that is missing has its path too.
  package let path: ValuePath
  package let what: Phrase
  package let trouble: Phrase
  package let advice: Phrase
  /// What the repair by one key does; `nil` if there is none that only adds or converts.
  package let repair: String?
  /// The key that has to hold something for this to be over, if it is about one.
  let vacancy: String?

  init(
    _ severity: Severity,
    at path: ValuePath,
    _ what: Phrase,
    trouble: Phrase,
    advice: Phrase,
    repair: String? = nil,
    vacancy: String? = nil
  ) {
    (self.severity, self.path, self.what) = (severity, path, what)
    (self.trouble, self.advice, self.repair) = (trouble, advice, repair)
    self.vacancy = vacancy
  }

  package var words: Phrase { "\(what): \(trouble); \(advice)" }

  /// Whether it is worth a mark that nobody asked for.
  package var isMarked: Bool { severity != .note }
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
  package static func place(_ path: ValuePath) -> String {
    let text = path.description
    let short = text.count > 60 ? text.prefix(59) + "…" : text[...]
    let isPlain = !short.unicodeScalars.contains(where: \.isControl)
    return isPlain ? String(short) : StateValue.string(String(short)).text
  }
}
