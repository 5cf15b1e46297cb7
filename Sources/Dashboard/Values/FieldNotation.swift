import SharedState
import ScreenKit

/// How a field of some kind is written for a person, and read back.
extension FieldKind {
  /// The value as the person sees it in the form.
  func text(of value: StateValue?) -> String {
    guard let value else { return "" }
    return written(value) ?? value.text
  }

  /// The value in the words of its kind; `nil` if it is written like any other.
  private func written(_ value: StateValue) -> String? {
    switch (self, value) {
    case (.atoms, .null): "all"
    case (.atoms, .array(let elements)): AtomText.text(of: elements.compactMap(\.int))
    case (.colour(.text, _), .string(let text)) where Colour(text) != nil: text
    case (.colour(.numbers, _), .array(let elements)):
      elements.map { $0.text }.joined(separator: ", ")
    default: nil
    }
  }

  func read(_ text: String) -> Result<StateValue, StateTextError> {
    switch self {
    case .atoms: AtomText.read(text)
    case .colour(let notation, let isRendered):
      ColourText.read(text, as: notation).flatMapError { flaw in
        // In a renderer a way of colouring may stand where a colour does.
        isRendered && text.hasPrefixOfCollection ? Self.json(text) : .failure(flaw)
      }
    case .measure: Self.json(text).map(\.asMeasure)
    case .text, .choice: Self.textOrJSON(text)
    case .flag, .whole, .raw: Self.json(text)
    }
  }

  static func json(_ text: String) -> Result<StateValue, StateTextError> {
    Result { () throws(StateTextError) in try StateValue(text: text) }
  }

  /// Text needs no quotes where it cannot be taken for anything else.
  private static func textOrJSON(_ text: String) -> Result<StateValue, StateTextError> {
    json(text).flatMapError { flaw in
      let word = text.trimmed
      guard let first = word.first, first.isLetter, !word.contains("\"") else {
        return .failure(flaw)
      }
      return .success(.string(word))
    }
  }

  /// Whether the field is written in another way than JSON.
  var isTyped: Bool {
    switch self {
    case .atoms, .colour, .measure: true
    case .choice, .flag, .whole, .text, .raw: false
    }
  }

  /// What the person is told about the field beside its kind.
  var help: String? {
    switch self {
    case .atoms: "atoms as 43-45, 60 or all or none, or a query such as resname HOH"
    case .colour(.text, _): "a colour by name or #hex"
    case .colour(.numbers, _): "a colour by name, #hex, or numbers from 0.0 to 1.0"
    case .measure: "stays a float: 1 is put back as 1.0"
    case .choice(.renderer): "a preset, or a map with its parameters"
    case .choice(.names(let names)): names.prefix(3).joined(separator: ", ") + " …"
    case .flag, .whole, .text, .raw: nil
    }
  }
}

extension StateValue {
  /// A number typed without a point, where a float belongs.
  fileprivate var asMeasure: StateValue {
    guard case .int(let number) = self else { return self }
    return .double(Double(number))
  }
}

extension String {
  fileprivate var hasPrefixOfCollection: Bool { trimmed.first == "{" }

  /// The text without spaces around it.
  fileprivate var trimmed: String {
    let start = drop { $0.isWhitespace }
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...last])
  }
}

extension StateTextError {
  /// Says what is wrong at a character of a text of one line, counted from 0.
  init(_ message: String, at offset: Int = 0) {
    self.init(line: 1, column: offset + 1, offset: offset, message: message)
  }
}

/// Atoms as a person writes them: `43-45, 60`, `all`, `none`.
enum AtomText {
  /// No more atoms are made from one text, so that `0-999999999` does not fill the memory.
  static let most = 1_000_000

  /// The atoms in the order in which they are, neighbours as ranges.
  static func text(of atoms: [Int64]) -> String {
    if atoms.isEmpty { return "none" }
    var parts: [String] = []
    var start = atoms[0]
    for (place, atom) in atoms.enumerated() {
      let next = place + 1 < atoms.count ? atoms[place + 1] : nil
      if let next, atom < .max, next == atom + 1 { continue }
      parts.append(start == atom ? "\(atom)" : "\(start)-\(atom)")
      start = next ?? 0
    }
    return parts.joined(separator: ", ")
  }

  /// All is null, none is an empty list, and the rest is a list of whole numbers.
  static func read(_ text: String) -> Result<StateValue, StateTextError> {
    // A list as JSON has it says the same.
    let isList = text.trimmed.first == "[" && text.trimmed.last == "]"
    let list = isList ? String(text.trimmed.dropFirst().dropLast()) : text
    let words = list.split(separator: ",", omittingEmptySubsequences: false)
    switch text.lowercased().filter({ !$0.isWhitespace }) {
    case "all", "null": return .success(.null)
    case "none", "[]": return .success(.array([]))
    default: break
    }
    var atoms: [StateValue] = []
    var offset = 0
    for word in words {
      guard let range = range(word) else {
        return .failure(.init("expected atoms as 43-45, 60 or all or none", at: offset))
      }
      guard range.upperBound - range.lowerBound < Int64(most - atoms.count) else {
        return .failure(.init("more than \(Phrases.grouped(most)) atoms", at: offset))
      }
      atoms += range.map(StateValue.int)
      offset += word.count + 1
    }
    return .success(.array(atoms))
  }

  private static func range(_ word: Substring) -> ClosedRange<Int64>? {
    let ends = word.split(omittingEmptySubsequences: false) { $0 == "-" || $0 == "–" }
    let numbers = ends.compactMap { number($0) }
    guard numbers.count == ends.count, let first = numbers.first, let last = numbers.last,
      numbers.count <= 2, first <= last
    else { return nil }
    return first...last
  }

  private static func number(_ word: Substring) -> Int64? {
    let digits = String(word).trimmed
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int64(digits)
  }
}

/// Colours as a person writes them: `red`, `#ff8000`, `1, 0.5, 0`.
enum ColourText {
  /// The colour in the notation that the field had, whichever it was typed in.
  static func read(_ text: String, as notation: Colour.Notation) -> Result<
    StateValue, StateTextError
  > {
    let bare = unquoted(text.trimmed)
    guard let colour = Colour(bare) ?? numbers(bare).flatMap({ Colour($0) }) else {
      let isNumbers = numbers(bare) != nil
      return .failure(
        .init(
          isNumbers
            ? "expected 3 or 4 numbers from 0.0 to 1.0"
            : "expected a colour: red, #ff8000, or 1, 0.5, 0"
        )
      )
    }
    switch notation {
    case .text: return .success(.string(Colour(bare) == nil ? colour.hexadecimal : bare))
    case .numbers(let count):
      let typed = numbers(bare)
      let parts = typed?.count == count ? typed ?? [] : colour.numbers(count: count)
      return .success(.array(parts.map(StateValue.double)))
    }
  }

  private static func unquoted(_ text: String) -> String {
    guard text.count > 1, text.first == "\"", text.last == "\"" else { return text }
    return String(text.dropFirst().dropLast())
  }

  /// Numbers set apart by commas or spaces, in brackets or not.
  private static func numbers(_ text: String) -> [Double]? {
    let words = text.split { ",[]".contains($0) || $0.isWhitespace }
    let numbers = words.compactMap { Double($0) }
    return numbers.count == words.count && !numbers.isEmpty ? numbers : nil
  }
}
