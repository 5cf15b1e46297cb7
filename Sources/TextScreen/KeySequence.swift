/// One key, or a few pressed one after the other, that together ask for something: `z`, `gd`, `^r`, `PgDn`.
package struct KeySequence: Hashable, Sendable {
  package let keys: [Key]

  package init(_ keys: [Key]) { self.keys = keys }

  /// Reads a sequence as it is written in the help and in the settings; `nil` if it names no key.
  ///
  /// A name such as `Enter`, `F1`, `^r` or `Alt-x` is one key; any other text is the characters to type.
  package init?(_ text: String) {
    if let key = Key(label: text) {
      keys = [key]
    } else {
      guard !text.isEmpty, text.allSatisfy({ !$0.isWhitespace }) else { return nil }
      keys = text.map { .character($0) }
    }
  }

  /// The sequence as it is written in the footer and the help.
  package var label: String { keys.map(\.label).joined() }

  /// Whether more keys are needed after these.
  package func isBegun(by keys: [Key]) -> Bool {
    keys.count < self.keys.count && Array(self.keys.prefix(keys.count)) == keys
  }
}

extension Key {
  /// The keys that a word of the help stands for: `gd`, `^r`, `Enter`.
  public static func sequence(_ text: String) -> [Key] { KeySequence(text)?.keys ?? [] }

  private static let named: [(Key, String)] = [
    (.character(" "), "Space"), (.enter, "Enter"), (.escape, "Esc"), (.tab, "Tab"),
    (.backTab, "Shift-Tab"), (.backspace, "Backspace"), (.delete, "Del"), (.insert, "Ins"),
    (.up, "Up"), (.down, "Down"), (.left, "Left"), (.right, "Right"), (.home, "Home"),
    (.end, "End"), (.pageUp, "PgUp"), (.pageDown, "PgDn"),
  ]

  /// The key as it is written in the footer and the help.
  package var label: String {
    if let name = Self.named.first(where: { $0.0 == self })?.1 { return name }
    return switch self {
    case .character(let character): String(character)
    case .function(let number): "F\(number)"
    case .control(let letter): "^\(letter)"
    case .alt(let character): "Alt-\(character)"
    default: ""
    }
  }

  /// Reads a key as ``label`` writes it.
  package init?(label: String) {
    if let key = Self.named.first(where: { $0.1 == label })?.0 {
      self = key
    } else if label.count == 1, let character = label.first {
      self = .character(character)
    } else if label.first == "F", let number = Int(label.dropFirst()), (1...24).contains(number) {
      self = .function(number)
    } else if label.count == 2, label.first == "^", let letter = label.last?.lowercased().first {
      self = .control(letter)
    } else if label.count == 5, label.hasPrefix("Alt-"), let character = label.last {
      self = .alt(character)
    } else {
      return nil
    }
  }
}
