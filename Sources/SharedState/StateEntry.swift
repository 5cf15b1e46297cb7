/// A value as it is kept: decoded, or still in the bytes in which it arrived.
///
/// A screen shows fifty entries of a hundred thousand, and a server passes values on unread. So a wire may hand
/// over a value in its packed form, checked but not decoded, and it is decoded each time that somebody looks.
/// Nothing outside this type may assume that a value has been decoded.
///
/// ```swift
/// let entry = StateEntry(["display_name": "Pair"])
/// entry.value["display_name"]   // "Pair"
/// ```
public struct StateEntry: Sendable {
  private enum Storage: Sendable {
    case decoded(StateValue)
    case packed(PackedStateValue)
  }

  private let storage: Storage

  /// Keeps a value that is at hand.
  public init(_ value: StateValue) { storage = .decoded(value) }

  /// Keeps the bytes of a value, to be decoded when somebody looks.
  public init(packed: PackedStateValue) { storage = .packed(packed) }

  /// The value.
  ///
  /// - Complexity: O(1) if decoded, otherwise O(*n*) in the bytes, each time: keep the result if you look twice.
  public var value: StateValue {
    switch storage {
    case .decoded(let value): value
    case .packed(let packed): packed.codec.decode(packed.bytes)
    }
  }

  /// The packed form, if the value is kept in one.
  public var packed: PackedStateValue? {
    guard case .packed(let packed) = storage else { return nil }
    return packed
  }
}

extension StateEntry: Equatable {
  /// Whether both stand for the same value; equal bytes are not decoded.
  public static func == (left: StateEntry, right: StateEntry) -> Bool {
    if let left = left.packed, let right = right.packed,
      left.codec == right.codec, left.bytes == right.bytes
    {
      return true
    }
    return left.value == right.value
  }
}

/// The bytes of one value and the codec that reads them.
public struct PackedStateValue: Sendable {
  /// The bytes, which the codec has found to be exactly one well-formed value.
  public let bytes: [UInt8]
  /// The codec that checked the bytes.
  public let codec: any StateValueCodec.Type

  /// Keeps bytes that a codec has checked.
  ///
  /// - Precondition: `codec` has found `bytes` to be exactly one well-formed value.
  public init(checked bytes: [UInt8], codec: any StateValueCodec.Type) {
    self.bytes = bytes
    self.codec = codec
  }
}

/// Reads values that a wire has left in its own form.
public protocol StateValueCodec: Sendable {
  /// Decodes bytes that this codec has already checked; it does not fail.
  static func decode(_ checkedBytes: [UInt8]) -> StateValue
}
