/// Why bytes are not MessagePack that a shared state can hold, and where.
///
/// ```swift
/// do { _ = try MessagePack.decode([0x81, 0x05, 0xc0]) } catch { print(error) }
/// // byte 1: a map key is an integer, and only text can be a key
/// ```
public struct MessagePackError: Error, Hashable, Sendable {
  /// What is wrong.
  public enum Reason: Hashable, Sendable {
    /// The bytes end inside a value, or a length says more than the bytes that follow could hold.
    case truncated
    /// Text is not UTF-8.
    case invalidText
    /// The byte 0xc1, which the format never uses.
    case reservedByte
    /// Lists and maps stand inside each other more deeply than `MessagePack.nestingLimit`.
    case tooDeep
    /// A map has a key that is not text.
    case keyIsNotText(found: MessagePack.Kind)
    /// A value of one kind had to be here, and another is.
    case unexpected(found: MessagePack.Kind, expected: MessagePack.Kind)
    /// A map is not what has to be here.
    case unfit(expected: String)
    /// An extension that Python's reader, and so NanoVer's clients, cannot read.
    case unreadableExtension(type: Int8, length: Int)
    /// There are more bytes after the end of the value.
    case trailingBytes(count: Int)
  }

  /// The place of the byte at which the part that is wrong begins, counted from 0.
  public let offset: Int
  /// What is wrong.
  public let reason: Reason

  /// Makes an error.
  public init(_ reason: Reason, offset: Int) {
    self.reason = reason
    self.offset = offset
  }
}

extension MessagePackError: CustomStringConvertible {
  /// One line for a person: the place and what is wrong there.
  public var description: String { "byte \(offset): \(explanation)" }

  /// What is wrong, without the place.
  package var explanation: String {
    switch reason {
    case .truncated: "the data ends before the value that begins here does"
    case .invalidText: "this text is not UTF-8"
    case .reservedByte: "0xc1 begins no value"
    case .tooDeep: "more than \(MessagePack.nestingLimit) lists and maps inside each other"
    case .keyIsNotText(let found):
      "a map key is \(found.described), and only text can be a key"
    case .unexpected(let found, let expected):
      "expected \(expected.described), and found \(found.described)"
    case .unfit(let expected): "this map is not \(expected)"
    case .unreadableExtension(-1, let length) where [4, 8, 12].contains(length):
      "a timestamp has less than a second of nanoseconds, and this one has more"
    case .unreadableExtension(-1, let length):
      "a timestamp is 4, 8 or 12 bytes long, and this one \(length)"
    case .unreadableExtension(let type, _):
      "an extension of type \(type), and negative types but that of timestamps mean nothing"
    case .trailingBytes(let count):
      "the value ends here, and \(count) more byte\(count == 1 ? " follows" : "s follow")"
    }
  }
}

extension MessagePack {
  /// What a value on the wire is, as its first byte tells.
  public enum Kind: Hashable, Sendable {
    /// Nothing, as a value.
    case null
    /// A truth value.
    case bool
    /// A whole number of any size.
    case int
    /// A measurement, in 32 or 64 bits.
    case double
    /// Text.
    case string
    /// Raw bytes.
    case bytes
    /// A list.
    case array
    /// A dictionary.
    case map
    /// An extension, such as a timestamp.
    case tagged

    var described: String {
      switch self {
      case .null: "null"
      case .bool: "a bool"
      case .int: "an integer"
      case .double: "a float"
      case .string: "text"
      case .bytes: "bytes"
      case .array: "a list"
      case .map: "a map"
      case .tagged: "an extension"
      }
    }
  }
}
