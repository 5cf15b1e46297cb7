public import SharedState

extension MessagePack {
  /// A place in a run of bytes, from which values are read, skipped or kept as they are.
  ///
  /// A screen shows fifty entries of a hundred thousand, so a wire splits a message into keys and entries and leaves the
  /// values packed. Skipping checks all that decoding would, and accepts exactly the same bytes.
  ///
  /// The reader holds no bytes: each call is given the same ones. After an error it is of no further use.
  ///
  /// ```swift
  /// var reader = MessagePack.Reader()
  /// for _ in 0..<(try reader.readMapHeader(in: bytes)) {
  ///   let key = try reader.readString(in: bytes)
  ///   state.setEntry(try reader.readEntry(in: bytes), for: key)
  /// }
  /// try reader.expectEnd(of: bytes)
  /// ```
  public struct Reader: Sendable {
    /// The offset of the next value.
    public internal(set) var position: Int

    /// Starts at an offset.
    ///
    /// - Precondition: `position` is not negative.
    public init(at position: Int = 0) {
      precondition(position >= 0, "a reader cannot start before its bytes")
      self.position = position
    }
  }
}

extension MessagePack.Reader {
  /// Whether all bytes have been read.
  public func isAtEnd(of bytes: RawSpan) -> Bool { position >= bytes.byteCount }

  /// Refuses bytes that go on after the last value.
  ///
  /// - Throws: `MessagePackError` with the number of bytes left.
  public func expectEnd(of bytes: RawSpan) throws(MessagePackError) {
    guard !isAtEnd(of: bytes) else { return }
    throw MessagePackError(.trailingBytes(count: bytes.byteCount - position), offset: position)
  }

  /// The kind of the next value, which stays unread.
  ///
  /// - Throws: `MessagePackError` if no value begins here.
  public func nextKind(in bytes: RawSpan) throws(MessagePackError) -> MessagePack.Kind {
    var ahead = self
    return try ahead.readHead(in: bytes).kind
  }

  /// Reads the beginning of a map, and returns how many keys with their values follow.
  ///
  /// There are at least twice as many bytes left. A list made with room for so many may still be large, so let it grow.
  ///
  /// - Throws: `MessagePackError` if the next value is not a map.
  public mutating func readMapHeader(in bytes: RawSpan) throws(MessagePackError) -> Int {
    let start = position
    let head = try readHead(in: bytes)
    guard case .map(let count) = head else {
      throw .init(.unexpected(found: head.kind, expected: .map), offset: start)
    }
    return count
  }

  /// Reads the beginning of a list, and returns how many elements follow.
  ///
  /// - Throws: `MessagePackError` if the next value is not a list.
  public mutating func readArrayHeader(in bytes: RawSpan) throws(MessagePackError) -> Int {
    let start = position
    let head = try readHead(in: bytes)
    guard case .array(let count) = head else {
      throw .init(.unexpected(found: head.kind, expected: .array), offset: start)
    }
    return count
  }

  /// Reads text.
  ///
  /// - Throws: `MessagePackError` if the next value is not text, or not UTF-8.
  public mutating func readString(in bytes: RawSpan) throws(MessagePackError) -> String {
    let start = position
    let head = try readHead(in: bytes)
    guard case .string(let count) = head else {
      throw .init(.unexpected(found: head.kind, expected: .string), offset: start)
    }
    return try readText(count, from: start, in: bytes)
  }

  /// Reads a map's key.
  ///
  /// - Throws: `MessagePackError` if the key is not text, or not UTF-8.
  public mutating func readKey(in bytes: RawSpan) throws(MessagePackError) -> String {
    let start = position
    return try readText(readKeyHead(in: bytes), from: start, in: bytes)
  }

  /// Reads a key of the state, which is not made anew if it is remembered.
  ///
  /// - Throws: `MessagePackError` if the key is not text, or not UTF-8.
  package mutating func readKey(
    in bytes: RawSpan,
    knownTo keys: inout KeyInterner,
    comesAgain: Bool = true
  ) throws(MessagePackError) -> StateKey {
    let start = position
    let count = try readKeyHead(in: bytes)
    guard let key = keys.key(bytes.extracting(position..<position + count), comesAgain: comesAgain)
    else {
      throw MessagePackError(.invalidText, offset: start)
    }
    position += count
    return key
  }

  /// Reads a value and keeps it: packed, or decoded if that is smaller.
  ///
  /// - Throws: `MessagePackError` if the value is malformed, just as `readValue` would.
  /// - Complexity: O(*n*) in the bytes of the value.
  public mutating func readEntry(in bytes: RawSpan) throws(MessagePackError) -> StateEntry {
    var packer = PackedStateValue.Packer(codec: MessagePackCodec.self, expecting: 0)
    return try readEntry(in: bytes, into: &packer)
  }

  /// Reads a value and keeps it beside others that arrive with it: packed, or decoded if that is smaller.
  ///
  /// - Throws: `MessagePackError` if the value is malformed, just as `readValue` would.
  /// - Complexity: O(*n*) in the bytes of the value.
  public mutating func readEntry(
    in bytes: RawSpan,
    into packer: inout PackedStateValue.Packer
  ) throws(MessagePackError) -> StateEntry {
    var ahead = self
    switch try ahead.readHead(in: bytes) {
    case .null, .bool, .int, .double, .array(0), .map(0), .string(0...15):
      // These live inside the entry; packed bytes would be an allocation of their own.
      return StateEntry(try readValue(in: bytes))
    default:
      let range = try skipValue(in: bytes)
      return StateEntry(packed: packer.pack(bytes.extracting(range)))
    }
  }

  /// Reads the head of a key, and returns how many bytes of text follow.
  @inline(__always)
  mutating func readKeyHead(in bytes: RawSpan) throws(MessagePackError) -> Int {
    let start = position
    let head = try readHead(in: bytes)
    guard case .string(let count) = head else {
      throw MessagePackError(.keyIsNotText(found: head.kind), offset: start)
    }
    return count
  }

  /// Reads text whose head has been read, and which is known to be within the bytes.
  @inline(__always)
  mutating func readText(
    _ count: Int,
    from start: Int,
    in bytes: RawSpan
  ) throws(MessagePackError) -> String {
    let range = position..<position + count
    guard let text = bytes.extracting(range).text else {
      throw MessagePackError(.invalidText, offset: start)
    }
    position = range.upperBound
    return text
  }
}
