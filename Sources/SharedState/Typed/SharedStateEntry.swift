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
    guard case .object(var fields) = stateValue else {
      throw SharedStateEntryError(expected: "a dictionary", found: stateValue)
    }
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
}

extension Bool: SharedStateEntry {
  /// Reads a truth value.
  public init(stateValue: StateValue) throws {
    guard let truth = stateValue.bool else {
      throw SharedStateEntryError(expected: "true or false", found: stateValue)
    }
    self = truth
  }

  /// The value to be stored.
  public var stateValue: StateValue { .bool(self) }
}

extension Int: SharedStateEntry {
  /// Reads a whole number.
  public init(stateValue: StateValue) throws {
    guard let number = stateValue.int.flatMap(Int.init(exactly:)) else {
      throw SharedStateEntryError(expected: "a whole number", found: stateValue)
    }
    self = number
  }

  /// The value to be stored.
  public var stateValue: StateValue { .int(Int64(self)) }
}

extension Double: SharedStateEntry {
  /// Reads a number.
  public init(stateValue: StateValue) throws {
    guard let number = stateValue.double else {
      throw SharedStateEntryError(expected: "a number", found: stateValue)
    }
    self = number
  }

  /// The value to be stored.
  public var stateValue: StateValue { .double(self) }
}

extension String: SharedStateEntry {
  /// Reads text.
  public init(stateValue: StateValue) throws {
    guard let text = stateValue.string else {
      throw SharedStateEntryError(expected: "text", found: stateValue)
    }
    self = text
  }

  /// The value to be stored.
  public var stateValue: StateValue { .string(self) }
}

extension Array: SharedStateEntry where Element: SharedStateEntry {
  /// Reads a list.
  public init(stateValue: StateValue) throws {
    guard let elements = stateValue.array else {
      throw SharedStateEntryError(expected: "a list", found: stateValue)
    }
    self = try elements.map(Element.init(stateValue:))
  }

  /// The value to be stored.
  public var stateValue: StateValue { .array(map(\.stateValue)) }
}
