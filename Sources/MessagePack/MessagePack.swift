public import SharedState

/// The wire form of NanoVer's shared state: bytes to values and back.
///
/// Whatever a peer sends is either one well-formed value or an error that says where and why; no bytes trap. The
/// order of an object's fields is kept, integers and doubles stay distinct, and what the state has no case for
/// survives a round trip as a tagged object:
///
/// | on the wire | as a value |
/// |---|---|
/// | an integer above `Int64.max` | `{"$uint64": "18446744073709551615"}` |
/// | an extension, such as a timestamp (type -1) | `{"$ext": -1, "data": b64"…"}` |
/// | a 32-bit float | a double of the same number |
///
/// Of two equal keys in one object the later value counts, in the earlier place. A key that is not text is refused:
/// NanoVer's own server goes deaf on one.
///
/// ```swift
/// let bytes = MessagePack.encode(["name": "A"])      // 81 a4 6e 61 6d 65 a1 41
/// try MessagePack.decode(bytes)                      // ["name": "A"]
/// ```
public enum MessagePack {
  /// How many lists and maps may stand inside each other in one value.
  ///
  /// Peers read messages 1,024 deep, so any value that they can hold we can hold; one odd value must not cost the view
  /// of the state. A test proves that a value so deep can be read, written, compared, hashed and released by a thread
  /// with 2 MiB of stack in a debug build, a quarter of what Linux gives one.
  public static let nestingLimit = StateValue.deepestNesting

  /// Decodes bytes that hold exactly one value.
  ///
  /// - Throws: `MessagePackError` if the bytes are malformed, end too early or go on after the value.
  /// - Complexity: O(*n*) in the bytes.
  public static func decode(_ bytes: RawSpan) throws(MessagePackError) -> StateValue {
    var reader = Reader()
    let value = try reader.readValue(in: bytes)
    try reader.expectEnd(of: bytes)
    return value
  }

  /// Decodes bytes that hold exactly one value.
  ///
  /// - Throws: `MessagePackError` if the bytes are malformed, end too early or go on after the value.
  /// - Complexity: O(*n*) in the bytes.
  public static func decode(_ bytes: [UInt8]) throws(MessagePackError) -> StateValue {
    try decode(bytes.span.bytes)
  }
}

/// Reads the values that a MessagePack wire leaves in its own form.
public enum MessagePackCodec: StateValueCodec {
  /// Decodes bytes that `MessagePack.Reader` has found to be exactly one value.
  ///
  /// - Precondition: the bytes were checked; a value is never packed before that.
  public static func decode(_ checkedBytes: RawSpan) -> StateValue {
    do {
      return try MessagePack.decode(checkedBytes)
    } catch {
      preconditionFailure("these bytes were packed unchecked: \(error)")
    }
  }
}
