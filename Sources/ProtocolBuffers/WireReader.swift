/// A place in bytes of protobuf's wire format, from which fields are read one after the other.
///
/// Nothing that a peer sends is believed before it is checked: a length that goes beyond the message it stands in is
/// an error, and so is whatever else a reader of protobuf's own would refuse.
package struct WireReader {
  /// The kinds of field, by the number on the wire.
  package enum Kind: UInt8, Sendable {
    /// In the order of their numbers.
    case varint, fixed64, bytes, groupStart, groupEnd, fixed32
  }

  /// The beginning of a field: which one it is, and of what kind.
  package struct Field {
    /// Its number in the definition of the message.
    package let number: UInt64
    /// Its kind.
    package let kind: Kind
    /// Where it begins.
    package let offset: Int

    /// Whether it is the one of a number, and of bytes.
    package func isBytes(_ number: UInt64) -> Bool { self.number == number && kind == .bytes }
  }

  /// Where the next byte is.
  private(set) var position: Int
  private var end: Int

  /// Starts at the first of some bytes.
  package init(_ bytes: RawSpan) {
    position = 0
    end = bytes.byteCount
  }

  /// Whether all of the message has been read.
  package var isAtEnd: Bool { position >= end }

  /// Reads the beginning of the next field; nil at the end of the message.
  ///
  /// - Throws: `WireError` if no field begins here.
  @inline(__always)
  package mutating func nextField(in bytes: RawSpan) throws(WireError) -> Field? {
    guard position < end else { return nil }
    let start = position
    let tag = try readVarint(in: bytes)
    guard tag <= UInt32.max, tag >= 8, let kind = Kind(rawValue: UInt8(tag & 7)) else {
      throw WireError(.badTag(tag), offset: start)
    }
    return Field(number: tag >> 3, kind: kind, offset: start)
  }

  /// Reads a number of one to ten bytes.
  ///
  /// - Throws: `WireError` if it does not end.
  @inline(__always)
  package mutating func readVarint(in bytes: RawSpan) throws(WireError) -> UInt64 {
    let start = position
    guard start < end else { throw WireError(.truncated, offset: start) }
    let first = bytes.unsafeLoad(fromByteOffset: start, as: UInt8.self)
    position = start &+ 1
    return first < 0x80 ? UInt64(first) : try readLongVarint(from: start, first, in: bytes)
  }

  private mutating func readLongVarint(
    from start: Int,
    _ first: UInt8,
    in bytes: RawSpan
  ) throws(WireError) -> UInt64 {
    var number = UInt64(first & 0x7f)
    for shift in stride(from: UInt64(7), through: 63, by: 7) {
      guard position < end else { throw WireError(.truncated, offset: start) }
      let byte = bytes.unsafeLoad(fromByteOffset: position, as: UInt8.self)
      position += 1
      number |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return number }
    }
    throw WireError(.endlessNumber, offset: start)
  }

  /// Reads a number of four or eight bytes, as it lies there.
  ///
  /// "Unsafe" here is only that any bit pattern is taken, which is right for integers; the bounds are checked.
  ///
  /// - Throws: `WireError` if the message ends before it does.
  @inline(__always)
  package mutating func readFixed<Number: FixedWidthInteger & BitwiseCopyable>(
    in bytes: RawSpan
  ) throws(WireError) -> Number {
    let size = MemoryLayout<Number>.size
    guard end - position >= size else { throw WireError(.truncated, offset: position) }
    defer { position += size }
    return Number(
      littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: position, as: Number.self)
    )
  }

  /// Reads a length, and returns where so many bytes are, which is within the message.
  @inline(__always)
  mutating func readRange(in bytes: RawSpan) throws(WireError) -> Range<Int> {
    let start = position
    let length = try readVarint(in: bytes)
    guard length <= UInt64(end - position) else { throw WireError(.truncated, offset: start) }
    let range = position..<position + Int(length)
    position = range.upperBound
    return range
  }

  /// Reads a field of text.
  ///
  /// - Throws: `WireError` if it goes beyond the message, or is not UTF-8.
  package mutating func readText(in bytes: RawSpan) throws(WireError) -> String {
    let range = try readRange(in: bytes)
    let text = bytes.extracting(range).withUnsafeBytes { String(validating: $0, as: UTF8.self) }
    guard let text else { throw WireError(.invalidText, offset: range.lowerBound) }
    return text
  }

  /// Goes into a message that stands inside this one, so that `nextField` sees its fields and no others.
  ///
  /// - Returns: What `leave` wants to know afterwards.
  /// - Throws: `WireError` if it goes beyond this one.
  @inline(__always)
  package mutating func enter(in bytes: RawSpan) throws(WireError) -> Int {
    let range = try readRange(in: bytes)
    defer { end = range.upperBound }
    position = range.lowerBound
    return end
  }

  /// Comes back out of a message whose fields have all been read.
  @inline(__always)
  package mutating func leave(to outer: Int) { end = outer }

  /// How many groups may stand inside each other: nobody sends any.
  private static let deepestGroup = 100

  /// Steps over a field that nobody wants.
  ///
  /// - Throws: `WireError` if it is malformed.
  package mutating func skip(_ field: Field, in bytes: RawSpan) throws(WireError) {
    try skip(field, in: bytes, within: 0)
  }

  private mutating func skip(
    _ field: Field,
    in bytes: RawSpan,
    within depth: Int
  ) throws(WireError) {
    switch field.kind {
    case .varint: _ = try readVarint(in: bytes)
    case .fixed64: _ = try readFixed(in: bytes) as UInt64
    case .fixed32: _ = try readFixed(in: bytes) as UInt32
    case .bytes: _ = try readRange(in: bytes)
    case .groupEnd: throw WireError(.badGroup, offset: field.offset)
    case .groupStart:
      guard depth < Self.deepestGroup else { throw WireError(.badGroup, offset: field.offset) }
      while let inner = try nextField(in: bytes) {
        if inner.kind == .groupEnd, inner.number == field.number { return }
        try skip(inner, in: bytes, within: depth + 1)
      }
      throw WireError(.badGroup, offset: field.offset)
    }
  }
}
