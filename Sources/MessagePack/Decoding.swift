public import SharedState

extension MessagePack.Reader {
  /// Reads the next value.
  ///
  /// - Throws: `MessagePackError` if the value is malformed.
  /// - Complexity: O(*n*) in the bytes of the value.
  public mutating func readValue(in bytes: RawSpan) throws(MessagePackError) -> StateValue {
    try readValue(in: bytes, within: 0)
  }

  private mutating func readValue(
    in bytes: RawSpan,
    within depth: Int
  ) throws(MessagePackError) -> StateValue {
    let start = position
    switch try readHead(in: bytes) {
    case .null: return .null
    case .bool(let truth): return .bool(truth)
    case .int(let number): return .int(number)
    case .large(let number): return Tagged.large(number).value
    case .double(let number): return .double(number)
    case .string(let count): return try .string(readText(count, from: start, in: bytes))
    case .bytes(let count): return .bytes(readBytes(count, in: bytes))
    case .tagged(let type, let count):
      return Tagged.tagged(type: type, data: readBytes(count, in: bytes)).value
    case .array(let count):
      try checkDepth(depth, at: start)
      return try .array(readElements(count, in: bytes, within: depth + 1))
    case .map(let count):
      try checkDepth(depth, at: start)
      return try .object(readObject(count, in: bytes, within: depth + 1))
    }
  }

  /// How many elements are given room before the first is read: a length is only a promise, and one byte of a message
  /// should not reserve twenty-four of memory in each of a thousand lists inside each other.
  private static let mostReserved = 4096

  private mutating func readElements(
    _ count: Int,
    in bytes: RawSpan,
    within depth: Int
  ) throws(MessagePackError) -> [StateValue] {
    var elements: [StateValue] = []
    elements.reserveCapacity(min(count, Self.mostReserved))
    for _ in 0..<count { elements.append(try readValue(in: bytes, within: depth)) }
    return elements
  }

  private mutating func readObject(
    _ count: Int,
    in bytes: RawSpan,
    within depth: Int
  ) throws(MessagePackError) -> StateObject {
    var fields: [StateObject.Field] = []
    fields.reserveCapacity(min(count, Self.mostReserved))
    var keys = KeyFilter()
    for _ in 0..<count {
      let start = position
      let length = try readKeyHead(in: bytes)
      keys.note(bytes.extracting(position..<position + length))
      let key = try readText(length, from: start, in: bytes)
      fields.append(StateObject.Field(key: key, value: try readValue(in: bytes, within: depth)))
    }
    return keys.mayRepeat
      ? StateObject(fields.lazy.map { ($0.key, $0.value) })
      : StateObject(uncheckedFields: fields)
  }

  private mutating func readBytes(_ count: Int, in bytes: RawSpan) -> [UInt8] {
    defer { position += count }
    return bytes.extracting(position..<position + count).withUnsafeBytes { [UInt8]($0) }
  }
}

/// Tells most objects without equal keys from those where somebody must look, at the price of a glance at each key.
private struct KeyFilter {
  /// Whether two of the keys could be equal.
  private(set) var mayRepeat = false
  private var slots: UInt64 = 0

  @inline(__always)
  mutating func note(_ key: RawSpan) {
    let slot: UInt64 = 1 << (Self.mix(key) >> 58)
    mayRepeat = mayRepeat || slots & slot != 0
    slots |= slot
  }

  @inline(__always)
  private static func mix(_ key: RawSpan) -> UInt64 {
    let count = key.byteCount
    var mixed = UInt64(count)
    if count >= 8 {
      let head = key.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self)
      let tail = key.unsafeLoadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
      mixed &+= head ^ (tail << 7 | tail >> 57)
    } else {
      for offset in 0..<count {
        mixed = mixed << 8 ^ UInt64(key.unsafeLoad(fromByteOffset: offset, as: UInt8.self))
      }
    }
    return mixed &* 0x9e37_79b9_7f4a_7c15
  }
}
