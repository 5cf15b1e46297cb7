import ScreenKit
import SharedState

/// What a person looks for after `/`: a part of what rows show, keys first; `=text` in values, `field~text` or
/// `field=text` in one field.
struct EntrySearch: Hashable, Sendable {
  /// Where the text is looked for.
  enum Scope: Hashable, Sendable {
    /// In keys, and in what rows show of the values.
    case keys
    /// Anywhere inside an entry, names of fields among it.
    case values
    /// In one field, or in what it holds; a name with dots may be one field or a path of several.
    case field([ValuePath], isWhole: Bool)
  }

  /// What was typed.
  let query: String
  let place: Scope
  let words: Search
  /// The text as a number, because a number is found whole: 56 is not a part of 563.
  private let number: Double?

  init(_ query: String) {
    self.query = query
    let text: String
    (place, text) = Self.read(query)
    words = Search(text)
    number = Double(text)
  }

  private static func read(_ query: String) -> (Scope, String) {
    if query.hasPrefix("=") { return (.values, String(query.dropFirst())) }
    guard let mark = query.firstIndex(where: { $0 == "=" || $0 == "~" }) else {
      return (.keys, query)
    }
    let name = String(query[..<mark])
    var paths = [ValuePath(text: name)].compactMap(\.self)
    if name.contains(".") { paths.append(ValuePath([.field(name)])) }
    guard !paths.isEmpty else { return (.keys, query) }
    let text = String(query[query.index(after: mark)...])
    return (.field(paths, isWhole: query[mark] == "="), text)
  }

  /// Whether there is nothing to look for yet.
  var isEmpty: Bool { words.query.isEmpty }

  /// What a key is searched for, if keys are.
  var keyWords: Search? { place == .keys ? words : nil }

  /// Whether every entry that this finds is found by the other search too.
  func narrows(_ other: EntrySearch) -> Bool {
    place == .keys && other.place == .keys && words.narrows(other.words)
  }

  // MARK: Looking

  /// Whether an entry is found by what is there.
  func finds(_ entry: StateEntry) -> Bool {
    guard !isEmpty, mayHold(entry) else { return false }
    let value = entry.value
    guard case .field(let paths, let isWhole) = place else {
      return isIn(value, names: place == .values)
    }
    return paths.contains { path in
      value.value(at: path).map { isWhole ? isExactly($0) : isIn($0, names: false) } ?? false
    }
  }

  /// Whether it is worth decoding a value: a text lies in the packed bytes as it is, a number or a word such as
  /// `null` does not.
  private func mayHold(_ entry: StateEntry) -> Bool {
    guard let packed = entry.packed, number == nil, !Self.literals.contains(where: words.equals)
    else { return true }
    return packed.withUnsafeBytes(words.matches)
  }

  private static let literals = ["true", "false", "null"]

  private func isIn(_ value: StateValue, names: Bool) -> Bool {
    switch value {
    case .string(let text): words.matches(text)
    case .array(let elements): elements.contains { isIn($0, names: names) }
    case .object(let object):
      object.contains { names && words.matches($0.key) || isIn($0.value, names: names) }
    case .null, .bool, .int, .double, .bytes: isScalar(value)
    }
  }

  private func isExactly(_ value: StateValue) -> Bool {
    switch value {
    case .string(let text): words.equals(text)
    case .array(let elements): elements.contains { isExactly($0) }
    case .object, .null, .bool, .int, .double, .bytes: isScalar(value)
    }
  }

  private func isScalar(_ value: StateValue) -> Bool {
    switch value {
    case .null, .bool: words.equals(value.text)
    case .int(let whole): number == Double(whole)
    case .double(let double): number == double
    case .string, .bytes, .array, .object: false
    }
  }
}
