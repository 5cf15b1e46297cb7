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
    case .packed(let packed): packed.value
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
    if let left = left.packed, let right = right.packed, left.isSame(as: right) { return true }
    return left.value == right.value
  }
}

/// Reads values that a wire has left in its own form.
public protocol StateValueCodec: Sendable {
  /// Decodes bytes that this codec has already checked; it does not fail.
  static func decode(_ checkedBytes: RawSpan) -> StateValue
}

extension StateEntry {
  /// How many bytes it takes, about.
  ///
  /// - Complexity: O(1) if it is packed, otherwise O(*n*) in the parts of the value.
  package var approximateSize: Int {
    switch storage {
    case .packed(let packed): packed.byteCount
    case .decoded(let value): value.approximateSize
    }
  }
}

extension StateValue {
  /// How many bytes it takes on a wire, about.
  fileprivate var approximateSize: Int {
    switch self {
    case .null, .bool: 1
    case .int, .double: 9
    case .string(let text): text.utf8.count + 5
    case .bytes(let bytes): bytes.count + 5
    case .array(let array): array.reduce(5) { $0 + $1.approximateSize }
    case .object(let object):
      object.reduce(5) { $0 + $1.key.utf8.count + 5 + $1.value.approximateSize }
    }
  }
}
