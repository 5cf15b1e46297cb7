extension RawSpan {
  @inline(__always)
  var text: String? {
    withUnsafeBytes { bytes in
      bytes.withMemoryRebound(to: UInt8.self) { bytes in
        guard let text = try? UTF8Span(validating: bytes.span) else { return nil }
        return String(copying: text)
      }
    }
  }

  @inline(__always)
  var isText: Bool { isASCII || isUTF8 }

  @inline(never)
  private var isUTF8: Bool {
    withUnsafeBytes { bytes in
      bytes.withMemoryRebound(to: UInt8.self) { bytes in
        (try? UTF8Span(validating: bytes.span)) != nil
      }
    }
  }

  /// Whether no byte has its top bit set, looked at eight at a time.
  ///
  /// What is left at the end is looked at together with bytes that were seen before, instead of one by one.
  @inline(__always)
  private var isASCII: Bool {
    let count = byteCount
    guard count >= 8 else { return isShortASCII }
    var seen: UInt64 = 0
    var offset = 0
    while offset < count &- 8 {
      seen |= unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
      offset &+= 8
    }
    seen |= unsafeLoadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
    return seen & 0x8080_8080_8080_8080 == 0
  }

  @inline(__always)
  private var isShortASCII: Bool {
    let count = byteCount
    guard count < 4 else {
      let head = unsafeLoadUnaligned(fromByteOffset: 0, as: UInt32.self)
      let tail = unsafeLoadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
      return (head | tail) & 0x8080_8080 == 0
    }
    guard count > 0 else { return true }
    let first = unsafeLoad(fromByteOffset: 0, as: UInt8.self)
    let middle = unsafeLoad(fromByteOffset: count / 2, as: UInt8.self)
    let last = unsafeLoad(fromByteOffset: count &- 1, as: UInt8.self)
    return (first | middle | last) & 0x80 == 0
  }
}
