/// A type that values of the shared state can be read as and written from.
///
/// A conforming type keeps what it does not know: whatever stood in the value that it was read from stands in the
/// value that it writes, unless somebody changed it. Nearly all entries are dictionaries; for those conform
/// to ``SharedStateRecord``, which does this by itself.
public protocol SharedStateEntry: Sendable {
  /// Reads an entry.
  ///
  /// - Throws: An error that says what was expected, if the value is no such entry.
  init(stateValue: StateValue) throws

  /// The value to be stored.
  var stateValue: StateValue { get }

  /// Sets one field by the name that it has in the shared state.
  ///
  /// - Throws: An error that says what was expected, if the entry has no fields or the field cannot hold the value.
  mutating func setField(_ name: String, to value: StateValue) throws
}

extension SharedStateEntry {
  /// Sets one field of the stored form and reads the entry anew.
  public mutating func setField(_ name: String, to value: StateValue) throws {
    var fields = try stateValue.expecting("a dictionary", stateValue.object)
    fields[name] = value
    self = try Self(stateValue: .object(fields))
  }
}

/// Why a value is not an entry of some type.
public struct SharedStateEntryError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Where in the value, outermost first; empty for the value itself.
  public let path: [String]
  /// What was expected there, such as "a list of whole numbers".
  public let expected: String
  /// What stood there instead, in a word.
  public let found: String

  /// Makes an error about a part of a value.
  public init(at path: [String] = [], expected: String, found: StateValue) {
    self.path = path
    self.expected = expected
    self.found = found.kind
  }

  /// What was expected where, and what stood there.
  public var description: String {
    let place = path.isEmpty ? "" : path.joined(separator: " → ") + ": "
    return "\(place)expected \(expected), found \(withArticle(found))"
  }
}

/// The kind of a value as it stands in a sentence.
package func withArticle(_ kind: String) -> String {
  switch kind {
  case "null", "bytes": kind
  case "int": "an int"
  default: "a \(kind)"
  }
}

extension StateValue: SharedStateEntry {
  /// Takes the value as it is.
  public init(stateValue: StateValue) { self = stateValue }

  /// The value itself.
  public var stateValue: StateValue { self }

  /// What was read of the value, if it is what was expected.
  func expecting<Value>(_ expected: String, _ read: Value?) throws -> Value {
    guard let read else { throw SharedStateEntryError(expected: expected, found: self) }
    return read
  }
}

extension Bool: SharedStateEntry {
  /// Reads a truth value.
  public init(stateValue: StateValue) throws {
    self = try stateValue.expecting("true or false", stateValue.bool)
  }

  /// The value to be stored.
  public var stateValue: StateValue { .bool(self) }
}

extension Int: SharedStateEntry {
  /// Reads a whole number.
  public init(stateValue: StateValue) throws {
    self = try stateValue.expecting("a whole number", stateValue.int.flatMap(Int.init(exactly:)))
  }

  /// The value to be stored.
  public var stateValue: StateValue { .int(Int64(self)) }
}

extension Double: SharedStateEntry {
  /// Reads a number.
  public init(stateValue: StateValue) throws {
    self = try stateValue.expecting("a number", stateValue.double)
  }

  /// The value to be stored.
  public var stateValue: StateValue { .double(self) }
}

extension String: SharedStateEntry {
  /// Reads text.
  public init(stateValue: StateValue) throws {
    self = try stateValue.expecting("text", stateValue.string)
  }

  /// The value to be stored.
  public var stateValue: StateValue { .string(self) }
}

extension Array: SharedStateEntry where Element: SharedStateEntry {
  /// Reads a list.
  public init(stateValue: StateValue) throws {
    self = try stateValue.expecting("a list", stateValue.array).map(Element.init(stateValue:))
  }

  /// The value to be stored.
  public var stateValue: StateValue { .array(map(\.stateValue)) }
}
