package import SharedState

/// Values as JSON that every program reads (RFC 8259), which has words for less than values hold.
///
/// What it has no word for is an object with one field whose name begins with a dollar sign: `{"$bytes": "AAEC"}` for
/// bytes, and `{"$number": "Infinity"}` for a number that is none or has no end. A number in such a field is read as the
/// text form reads it, so that a program whose language tells `1.0` from `1` in no other way can say which it means. An
/// object of the state's own that looks so has one dollar sign more, so that every value comes back as it was.
///
/// ```swift
/// let value: StateValue = ["max_force": .double(.infinity), "mask": .bytes([0, 1, 2])]
/// PlainJSON.text(of: value)   // {"max_force":{"$number":"Infinity"},"mask":{"$bytes":"AAEC"}}
/// ```
package enum PlainJSON {
  private static let number = "$number"
  private static let bytes = "$bytes"

  /// The value in JSON, in one line.
  package static func text(of value: StateValue) -> String { said(value).text }

  /// The value with nothing in it that JSON has no word for.
  ///
  /// - Complexity: O(*n*) in the size of the value.
  package static func said(_ value: StateValue) -> StateValue {
    switch value {
    case .double(let number) where !number.isFinite: [Self.number: .string(value.text)]
    case .bytes:
      // The text form of bytes is b64"…".
      [Self.bytes: .string(String(value.text.dropFirst(4).dropLast()))]
    case .array(let elements): .array(elements.map(said))
    case .object(let object):
      .object(
        StateObject(
          object.lazy.map { field in
            (isMarked(field.key, in: object) ? "$" + field.key : field.key, said(field.value))
          }
        )
      )
    default: value
    }
  }

  /// The value that was meant by one in JSON.
  ///
  /// - Throws: What is wrong with bytes or a number.
  /// - Complexity: O(*n*) in the size of the value.
  package static func meant(by value: StateValue) throws(PlainJSONError) -> StateValue {
    switch value {
    case .array(let elements):
      var meant: [StateValue] = []
      meant.reserveCapacity(elements.count)
      for element in elements { meant.append(try self.meant(by: element)) }
      return .array(meant)
    case .object(let object):
      if object.count == 1, let field = object.first, let special = try special(field) {
        return special
      }
      var meant = StateObject()
      for field in object {
        let isMarked = isMarked(field.key, in: object) && field.key.utf8.starts(with: "$$".utf8)
        meant[isMarked ? String(field.key.dropFirst()) : field.key] = try self.meant(
          by: field.value
        )
      }
      return .object(meant)
    default: return value
    }
  }

  private static func isMarked(_ name: String, in object: StateObject) -> Bool {
    object.count == 1 && name.utf8.first == UInt8(ascii: "$")
  }

  private static func special(_ field: StateObject.Field) throws(PlainJSONError) -> StateValue? {
    switch field.key {
    case number:
      guard let text = field.value.string, let value = try? StateValue(text: text),
        value.double != nil
      else {
        throw PlainJSONError(#"$number takes a number in quotes, such as "1.0" or "Infinity""#)
      }
      return value
    case bytes:
      guard let text = field.value.string, let value = try? StateValue(text: "b64\"\(text)\""),
        case .bytes = value
      else { throw PlainJSONError("$bytes takes base64 in quotes") }
      return value
    default: return nil
    }
  }

  /// Reads JSON, and nothing beyond it.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - mostNesting: How many lists and dictionaries may stand inside each other.
  /// - Returns: What it says, with objects such as `{"$bytes": …}` as they are.
  /// - Throws: What is wrong with it, in a line for a person.
  package static func read(
    _ bytes: some Sequence<UInt8>,
    mostNesting: Int = 128
  ) throws(PlainJSONError) -> StateValue {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw PlainJSONError("it is not text in UTF-8")
    }
    // Before it is taken apart: what is too deep is not worth the stack.
    guard !nests(deeperThan: mostNesting, text) else {
      throw PlainJSONError(
        "lists and objects stand inside each other more than \(mostNesting) deep"
      )
    }
    let value: StateValue
    do {
      value = try StateValue(text: text)
    } catch {
      throw PlainJSONError(error.description)
    }
    guard isPlain(value) else {
      throw PlainJSONError("NaN, Infinity and b64\"…\" are no JSON: say {\"$number\":\"NaN\"}")
    }
    return value
  }

  private static func nests(deeperThan most: Int, _ text: String) -> Bool {
    var (depth, isInText, isEscaped) = (0, false, false)
    for byte in text.utf8 {
      if isInText {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInText = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isInText = true
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        if depth > most { return true }
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      default: break
      }
    }
    return false
  }

  private static func isPlain(_ value: StateValue) -> Bool {
    switch value {
    case .double(let number): number.isFinite
    case .bytes: false
    case .array(let elements): elements.allSatisfy(isPlain)
    case .object(let object): object.allSatisfy { isPlain($0.value) }
    default: true
    }
  }
}

/// Why a text is not JSON, or says what cannot be, in one line for a person.
package struct PlainJSONError: Error, Hashable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}

extension StateValue {
  /// How many lists and dictionaries stand inside each other, at the most.
  ///
  /// - Complexity: O(*n*) in the size of the value.
  package var nesting: Int {
    switch self {
    case .array(let elements): 1 + (elements.lazy.map(\.nesting).max() ?? 0)
    case .object(let object): 1 + (object.lazy.map(\.value.nesting).max() ?? 0)
    default: 0
    }
  }
}
