extension MessagePack.Reader {
  /// Checks the next value in full without building it, and returns where it is.
  ///
  /// - Throws: `MessagePackError` if the value is malformed, just as `readValue` would.
  /// - Complexity: O(*n*) in the bytes of the value; nothing is allocated.
  @discardableResult
  public mutating func skipValue(in bytes: RawSpan) throws(MessagePackError) -> Range<Int> {
    let start = position
    try skip(1, keyed: false, in: bytes, within: 0)
    return start..<position
  }

  /// Skips so many values, or so many keys with their values.
  ///
  /// One turn of the loop for each value and one call for each list or map: real values are lists of numbers.
  private mutating func skip(
    _ count: Int,
    keyed: Bool,
    in bytes: RawSpan,
    within depth: Int
  ) throws(MessagePackError) {
    var left = keyed ? count * 2 : count
    while left > 0 {
      let isKey = keyed && left.isMultiple(of: 2)
      left &-= 1
      let start = position
      let head = try readHead(in: bytes)
      switch head {
      case .string(let count): try skipText(count, from: start, in: bytes)
      case _ where isKey: throw MessagePackError(.keyIsNotText(found: head.kind), offset: start)
      case .null, .bool, .int, .large, .double: break
      case .bytes(let count), .tagged(_, let count): position += count
      case .array(let count):
        try checkDepth(depth, at: start)
        try skip(count, keyed: false, in: bytes, within: depth + 1)
      case .map(let count):
        try checkDepth(depth, at: start)
        try skip(count, keyed: true, in: bytes, within: depth + 1)
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
    guard bytes.extracting(range).isText else {
      throw MessagePackError(.invalidText, offset: start)
    }
    position = range.upperBound
  }
}
