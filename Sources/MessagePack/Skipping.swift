extension MessagePack.Reader {
  /// Checks the next value in full without building it, and returns where it is.
  ///
  /// - Throws: `MessagePackError` if the value is malformed, just as `readValue` would.
  /// - Complexity: O(*n*) in the bytes of the value; nothing is allocated.
  @discardableResult
  public mutating func skipValue(in bytes: RawSpan) throws(MessagePackError) -> Range<Int> {
    let start = position
    try skip(in: bytes, within: 0)
    return start..<position
  }

  private mutating func skip(in bytes: RawSpan, within depth: Int) throws(MessagePackError) {
    let start = position
    switch try readHead(in: bytes) {
    case .null, .bool, .int, .large, .double: break
    case .string(let count): try skipText(count, from: start, in: bytes)
    case .bytes(let count), .tagged(_, let count): position += count
    case .array(let count):
      try checkDepth(depth, at: start)
      for _ in 0..<count { try skip(in: bytes, within: depth + 1) }
    case .map(let count):
      try checkDepth(depth, at: start)
      for _ in 0..<count {
        let key = position
        try skipText(readKeyHead(in: bytes), from: key, in: bytes)
        try skip(in: bytes, within: depth + 1)
      }
    }
  }

  /// Refuses a list or map that stands inside too many others.
  @inline(__always)
  func checkDepth(_ depth: Int, at start: Int) throws(MessagePackError) {
    guard depth < MessagePack.nestingLimit else {
      throw MessagePackError(.tooDeep, offset: start)
    }
  }

  /// Checks text whose head has been read, and which is known to be within the bytes.
  @inline(__always)
  private mutating func skipText(
    _ count: Int,
    from start: Int,
    in bytes: RawSpan
  ) throws(MessagePackError) {
    let range = position..<position + count
    let text = bytes.extracting(range)
    guard text.isASCII || text.isUTF8 else {
      throw MessagePackError(.invalidText, offset: start)
    }
    position = range.upperBound
  }
}

extension RawSpan {
  /// Whether no byte has its top bit set, looked at eight at a time.
  @inline(__always)
  var isASCII: Bool {
    var offset = 0
    var seen: UInt64 = 0
    while byteCount - offset >= 8 {
      seen |= unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
      offset += 8
    }
    while offset < byteCount {
      seen |= UInt64(unsafeLoad(fromByteOffset: offset, as: UInt8.self))
      offset += 1
    }
    return seen & 0x8080_8080_8080_8080 == 0
  }

  /// Whether the bytes are UTF-8.
  @inline(never)
  var isUTF8: Bool {
    withUnsafeBytes { String(validating: $0, as: UTF8.self) } != nil
  }
}
