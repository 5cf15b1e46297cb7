import CZlib

/// Makes ZIP files of any kind, good and bad.
struct ZipBuilder {
  enum Form { case stored, deflated }

  private(set) var bytes: [UInt8] = []
  private var table: [UInt8] = []
  private var count = 0
  /// Whether sizes stand in the field for 64 bits.
  var isLong = false

  mutating func add(_ name: String, _ content: [UInt8], _ form: Form = .stored) {
    let packed = form == .stored ? content : Self.deflated(content)
    let place = bytes.count
    let sizes = (UInt64(content.count), UInt64(packed.count))
    let long: [UInt8] =
      isLong ? little(1 as UInt16) + little(16 as UInt16) + little(sizes.0) + little(sizes.1) : []
    let short =
      isLong
      ? [UInt8](repeating: 0xff, count: 8) : little(UInt32(sizes.1)) + little(UInt32(sizes.0))
    let middle =
      little(45 as UInt16) + little(0 as UInt16) + little(form == .stored ? 0 : 8 as UInt16)
      + [UInt8](repeating: 0, count: 8) + short + little(UInt16(name.utf8.count))
      + little(UInt16(long.count))
    bytes += little(0x0403_4b50 as UInt32) + middle + Array(name.utf8) + long + packed
    table +=
      little(0x0201_4b50 as UInt32) + little(45 as UInt16) + middle
      + [UInt8](repeating: 0, count: 10)
      + little(UInt32(place)) + Array(name.utf8) + long
    count += 1
  }

  /// The whole file.
  func finished(remark: String = "") -> [UInt8] {
    let place = bytes.count
    var end: [UInt8] = []
    if isLong {
      end += little(0x0606_4b50 as UInt32) + little(44 as UInt64) + [UInt8](repeating: 0, count: 12)
      end +=
        little(UInt64(count)) + little(UInt64(count)) + little(UInt64(table.count))
        + little(UInt64(place))
      end +=
        little(0x0706_4b50 as UInt32) + little(0 as UInt32) + little(UInt64(place + table.count))
        + little(1 as UInt32)
    }
    let short =
      isLong
      ? [UInt8](repeating: 0xff, count: 12)
      : little(UInt16(count)) + little(UInt16(count)) + little(UInt32(table.count))
        + little(UInt32(place))
    end +=
      little(0x0605_4b50 as UInt32) + [0, 0, 0, 0] + short + little(UInt16(remark.utf8.count))
      + Array(remark.utf8)
    return bytes + table + end
  }

  private func little<Number: FixedWidthInteger & BitwiseCopyable>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }

  private static func deflated(_ content: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    deflateInit2_(
      &stream,
      6,
      Z_DEFLATED,
      -15,
      8,
      Z_DEFAULT_STRATEGY,
      ZLIB_VERSION,
      CInt(MemoryLayout<z_stream>.size)
    )
    defer { deflateEnd(&stream) }
    var (input, output) = (content, [UInt8](repeating: 0, count: content.count * 2 + 100))
    let left = input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        (stream.next_in, stream.avail_in) = (input.baseAddress, CUnsignedInt(input.count))
        (stream.next_out, stream.avail_out) = (output.baseAddress, CUnsignedInt(output.count))
        _ = deflate(&stream, Z_FINISH)
        return Int(stream.avail_out)
      }
    }
    return Array(output.dropLast(left))
  }
}
