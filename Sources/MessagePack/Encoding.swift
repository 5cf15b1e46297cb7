public import SharedState

extension MessagePack {
  /// Encodes a value.
  ///
  /// Integers take the fewest bytes; doubles stay doubles of 64 bits, because clients tell kinds of number apart.
  ///
  /// - Precondition: no text, list, map or run of bytes in it has more than `UInt32.max` elements.
  /// - Complexity: O(*n*) in the size of the value.
  public static func encode(_ value: StateValue) -> [UInt8] {
    var bytes: [UInt8] = []
    encode(value, into: &bytes)
    return bytes
  }

  /// Encodes a value at the end of what is already there.
  ///
  /// - Precondition: no text, list, map or run of bytes in it has more than `UInt32.max` elements.
  /// - Complexity: O(*n*) in the size of the value.
  public static func encode(_ value: StateValue, into bytes: inout [UInt8]) {
    switch value {
    case .null: bytes.append(0xc0)
    case .bool(let truth): bytes.append(truth ? 0xc3 : 0xc2)
    case .int(let number): encode(number, into: &bytes)
    case .double(let number): bytes.append(0xcb, number.bitPattern)
    case .string(let text): encode(text, into: &bytes)
    case .bytes(let data):
      encodeHeader(.bytes, count: data.count, into: &bytes)
      bytes.append(contentsOf: data)
    case .array(let elements):
      encodeHeader(.array, count: elements.count, into: &bytes)
      for element in elements { encode(element, into: &bytes) }
    case .object(let object):
      encode(object, into: &bytes)
    }
  }

  /// Encodes an entry at the end of what is already there; bytes that came by this wire are passed on as they are.
  ///
  /// - Complexity: O(*n*) in the size of the value, at the speed of copying if it is packed.
  public static func encode(_ entry: StateEntry, into bytes: inout [UInt8]) {
    if let packed = entry.packed, packed.codec == MessagePackCodec.self {
      packed.withUnsafeBytes { bytes.append(contentsOf: $0) }
    } else {
      encode(entry.value, into: &bytes)
    }
  }

  /// Encodes text, such as a key, at the end of what is already there.
  ///
  /// - Precondition: the text takes no more than `UInt32.max` bytes.
  /// - Complexity: O(*n*) in the length of the text.
  public static func encode(_ text: String, into bytes: inout [UInt8]) {
    encodeHeader(.string, count: text.utf8.count, into: &bytes)
    bytes.append(contentsOf: text.utf8)
  }

  /// Encodes the beginning of a map of so many fields, each of which is then a key and a value.
  ///
  /// - Precondition: `count` is from 0 to `UInt32.max`.
  public static func encodeMapHeader(count: Int, into bytes: inout [UInt8]) {
    encodeHeader(.map, count: count, into: &bytes)
  }

  /// Encodes the beginning of a list of so many elements.
  ///
  /// - Precondition: `count` is from 0 to `UInt32.max`.
  public static func encodeArrayHeader(count: Int, into bytes: inout [UInt8]) {
    encodeHeader(.array, count: count, into: &bytes)
  }

  private static func encode(_ object: StateObject, into bytes: inout [UInt8]) {
    switch Tagged(object) {
    case .large(let number)?: bytes.append(0xcf, number)
    case .tagged(let type, let data)?: encodeTagged(type, data, into: &bytes)
    case nil:
      encodeMapHeader(count: object.count, into: &bytes)
      for field in object {
        encode(field.key, into: &bytes)
        encode(field.value, into: &bytes)
      }
    }
  }

  private static func encode(_ number: Int64, into bytes: inout [UInt8]) {
    switch number {
    case -32..<128: bytes.append(UInt8(truncatingIfNeeded: number))
    case 128...0xff: bytes.append(0xcc, UInt8(number))
    case 0x100...0xffff: bytes.append(0xcd, UInt16(number))
    case 0x1_0000...0xffff_ffff: bytes.append(0xce, UInt32(number))
    case 0x1_0000_0000...: bytes.append(0xcf, UInt64(number))
    case -0x80..<(-32): bytes.append(0xd0, Int8(number))
    case -0x8000..<(-0x80): bytes.append(0xd1, Int16(number))
    case -0x8000_0000..<(-0x8000): bytes.append(0xd2, Int32(number))
    default: bytes.append(0xd3, number)
    }
  }

  private static func encodeTagged(_ type: Int8, _ data: [UInt8], into bytes: inout [UInt8]) {
    switch data.count {
    case 1, 2, 4, 8, 16: bytes.append(0xd4 + UInt8(data.count.trailingZeroBitCount))
    default: encodeHeader(.tagged, count: data.count, into: &bytes)
    }
    bytes.append(UInt8(bitPattern: type))
    bytes.append(contentsOf: data)
  }

  private static func encodeHeader(_ format: Format, count: Int, into bytes: inout [UInt8]) {
    if let short = format.short, count < short.limit {
      bytes.append(short.first | UInt8(count))
    } else if count <= 0xff, let first = format.in8 {
      bytes.append(first, UInt8(count))
    } else if count <= 0xffff {
      bytes.append(format.in16, UInt16(count))
    } else {
      bytes.append(format.in16 + 1, UInt32(count))
    }
  }

  /// The first bytes of a kind whose length varies; the one for 32 bits follows the one for 16.
  private struct Format {
    let short: (first: UInt8, limit: Int)?
    let in8: UInt8?
    let in16: UInt8

    static let string = Format(short: (0xa0, 32), in8: 0xd9, in16: 0xda)
    static let bytes = Format(short: nil, in8: 0xc4, in16: 0xc5)
    static let array = Format(short: (0x90, 16), in8: nil, in16: 0xdc)
    static let map = Format(short: (0x80, 16), in8: nil, in16: 0xde)
    static let tagged = Format(short: nil, in8: 0xc7, in16: 0xc8)
  }
}

extension [UInt8] {
  /// Appends a first byte and a number in network order.
  @inline(__always)
  fileprivate mutating func append<Number: FixedWidthInteger & BitwiseCopyable>(
    _ first: UInt8,
    _ number: Number
  ) {
    append(first)
    Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
  }
}
