/// The beginning of a value: all of a scalar, or the kind and length of what follows.
///
/// Decoding and skipping both read values in this one place, so that they accept the same bytes.
enum Head {
  case null
  case bool(Bool)
  case int(Int64)
  case large(UInt64)
  case double(Double)
  case string(Int)
  case bytes(Int)
  case array(Int)
  case map(Int)
  case tagged(Int8, Int)

  var kind: MessagePack.Kind {
    switch self {
    case .null: .null
    case .bool: .bool
    case .int, .large: .int
    case .double: .double
    case .string: .string
    case .bytes: .bytes
    case .array: .array
    case .map: .map
    case .tagged: .tagged
    }
  }
}

extension MessagePack.Reader {
  /// Reads the head of the next value; a length that the rest of the bytes cannot hold is refused here.
  @inline(__always)
  mutating func readHead(in bytes: RawSpan) throws(MessagePackError) -> Head {
    guard position < bytes.byteCount else {
      throw MessagePackError(.truncated, offset: position)
    }
    let first: UInt8 = load(in: bytes, at: position)
    switch first {
    case 0x00...0x7f:
      position += 1
      return .int(Int64(first))
    case 0x80...0x8f: return try .map(enter(Int(first & 0x0f), of: 2, after: 1, in: bytes))
    case 0x90...0x9f: return try .array(enter(Int(first & 0x0f), of: 1, after: 1, in: bytes))
    case 0xa0...0xbf: return try .string(enter(Int(first & 0x1f), of: 1, after: 1, in: bytes))
    case 0xe0...0xff:
      position += 1
      return .int(Int64(Int8(bitPattern: first)))
    default: return try readLongHead(first, in: bytes)
    }
  }

  /// Reads a head whose first byte does not say everything.
  @inline(__always)
  private mutating func readLongHead(
    _ first: UInt8,
    in bytes: RawSpan
  ) throws(MessagePackError) -> Head {
    switch first {
    case 0xc0, 0xc2, 0xc3:
      position += 1
      return first == 0xc0 ? .null : .bool(first == 0xc3)
    case 0xca: return try .double(Double(Float(bitPattern: readNumber(in: bytes))))
    case 0xcb: return try .double(Double(bitPattern: readNumber(in: bytes)))
    case 0xcc: return try .int(Int64(readNumber(in: bytes) as UInt8))
    case 0xcd: return try .int(Int64(readNumber(in: bytes) as UInt16))
    case 0xce: return try .int(Int64(readNumber(in: bytes) as UInt32))
    case 0xcf:
      let number: UInt64 = try readNumber(in: bytes)
      return Int64(exactly: number).map { .int($0) } ?? .large(number)
    case 0xd0: return try .int(Int64(readNumber(in: bytes) as Int8))
    case 0xd1: return try .int(Int64(readNumber(in: bytes) as Int16))
    case 0xd2: return try .int(Int64(readNumber(in: bytes) as Int32))
    case 0xd3: return try .int(readNumber(in: bytes))
    default: return try readSizedHead(first, in: bytes)
    }
  }

  /// Reads a head that holds a length of its own.
  @inline(__always)
  private mutating func readSizedHead(
    _ first: UInt8,
    in bytes: RawSpan
  ) throws(MessagePackError) -> Head {
    switch first {
    case 0xc4: try .bytes(readLength(as: UInt8.self, in: bytes))
    case 0xc5: try .bytes(readLength(as: UInt16.self, in: bytes))
    case 0xc6: try .bytes(readLength(as: UInt32.self, in: bytes))
    case 0xd9: try .string(readLength(as: UInt8.self, in: bytes))
    case 0xda: try .string(readLength(as: UInt16.self, in: bytes))
    case 0xdb: try .string(readLength(as: UInt32.self, in: bytes))
    case 0xdc: try .array(readLength(as: UInt16.self, in: bytes))
    case 0xdd: try .array(readLength(as: UInt32.self, in: bytes))
    case 0xde: try .map(readLength(as: UInt16.self, of: 2, in: bytes))
    case 0xdf: try .map(readLength(as: UInt32.self, of: 2, in: bytes))
    case 0xc7, 0xc8, 0xc9, 0xd4...0xd8: try readTaggedHead(first, in: bytes)
    default: throw MessagePackError(.reservedByte, offset: position)
    }
  }

  /// Reads the head of an extension; rare, so it stays out of the way of the others.
  @inline(never)
  private mutating func readTaggedHead(
    _ first: UInt8,
    in bytes: RawSpan
  ) throws(MessagePackError) -> Head {
    let start = position
    // The type is one byte between the length and the data: ask for room for both at once.
    let count =
      switch first {
      case 0xc7: try Int(readNumber(in: bytes) as UInt8)
      case 0xc8: try Int(readNumber(in: bytes) as UInt16)
      case 0xc9: try Int(readNumber(in: bytes) as UInt32)
      default: try enter(1 << (first - 0xd4), of: 1, after: 1, in: bytes)
      }
    guard bytes.byteCount - position > count else {
      throw MessagePackError(.truncated, offset: start)
    }
    let type: Int8 = load(in: bytes, at: position)
    position += 1
    guard Tagged.isReadable(type, bytes.extracting(position..<position + count)) else {
      throw MessagePackError(.unreadableExtension(type: type, length: count), offset: start)
    }
    return .tagged(type, count)
  }

  /// Reads a number that follows the first byte.
  @inline(__always)
  private mutating func readNumber<Number: FixedWidthInteger & BitwiseCopyable>(
    in bytes: RawSpan
  ) throws(MessagePackError) -> Number {
    guard bytes.byteCount - position > MemoryLayout<Number>.size else {
      throw MessagePackError(.truncated, offset: position)
    }
    defer { position += 1 + MemoryLayout<Number>.size }
    return Number(bigEndian: load(in: bytes, at: position + 1))
  }

  /// Reads a length that follows the first byte, of elements that take at least `size` bytes each.
  @inline(__always)
  private mutating func readLength<Length: FixedWidthInteger & BitwiseCopyable>(
    as length: Length.Type,
    of size: Int = 1,
    in bytes: RawSpan
  ) throws(MessagePackError) -> Int {
    let head = 1 + MemoryLayout<Length>.size
    guard bytes.byteCount - position >= head else {
      throw MessagePackError(.truncated, offset: position)
    }
    let count = Int(Length(bigEndian: load(in: bytes, at: position + 1)))
    return try enter(count, of: size, after: head, in: bytes)
  }

  /// Steps over a head if so many elements of at least `size` bytes each can follow it.
  @inline(__always)
  private mutating func enter(
    _ count: Int,
    of size: Int,
    after head: Int,
    in bytes: RawSpan
  ) throws(MessagePackError) -> Int {
    guard (bytes.byteCount - position - head) / size >= count else {
      throw MessagePackError(.truncated, offset: position)
    }
    position += head
    return count
  }

  /// Loads an integer as it lies in the bytes.
  ///
  /// "Unsafe" here is only that any bit pattern is taken, which is right for integers; the bounds are checked.
  @inline(__always)
  private func load<Number: FixedWidthInteger & BitwiseCopyable>(
    in bytes: RawSpan,
    at offset: Int
  ) -> Number {
    bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: Number.self)
  }
}
