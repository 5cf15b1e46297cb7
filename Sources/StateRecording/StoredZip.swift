internal import CZlib

/// A ZIP file of two entries that are stored as they are, the first of which is written before anybody knows how much it is.
///
/// After PKWARE's APPNOTE.TXT 6.3.10; what stands before the first entry leaves room for 64 bits, as NanoVer's recorder does.
enum StoredZip {
  /// One of the entries.
  struct Entry {
    let name: String
    /// Where what stands before it begins.
    var place = 0
    var size = 0
    var crc: UInt32 = 0
  }

  /// What stands before an entry; its size may be said later, by writing this again.
  static func header(_ entry: Entry) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(little: 0x0403_4b50 as UInt32)
    appendMiddle(entry, to: &bytes)
    bytes += Array(entry.name.utf8)
    appendSizes([entry.size, entry.size], to: &bytes)
    return bytes
  }

  /// The table, and the end of the file, for entries that end at a place.
  static func table(_ entries: [Entry], at place: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for entry in entries {
      bytes.append(little: 0x0201_4b50 as UInt32)
      // Unix, so that the rights mean what they say.
      bytes.append(little: 0x0300 + version)
      appendMiddle(entry, extra: 28, to: &bytes)
      // No remark, the first disk, nothing of text.
      bytes.append(contentsOf: [0, 0, 0, 0, 0, 0])
      bytes.append(little: UInt32(0o100_644) << 16)
      bytes.append(little: UInt32.max)
      bytes += Array(entry.name.utf8)
      appendSizes([entry.size, entry.size, entry.place], to: &bytes)
    }
    let (size, count) = (bytes.count, UInt64(entries.count))
    bytes.append(little: 0x0606_4b50 as UInt32)
    bytes.append(little: 44 as UInt64)
    bytes.append(little: 0x0300 + version)
    bytes.append(little: version)
    bytes.append(little: 0 as UInt64)
    for number in [count, count, UInt64(size), UInt64(place)] { bytes.append(little: number) }
    bytes.append(little: 0x0706_4b50 as UInt32)
    bytes.append(little: 0 as UInt32)
    bytes.append(little: UInt64(place + size))
    bytes.append(little: 1 as UInt32)
    bytes.append(little: 0x0605_4b50 as UInt32)
    bytes.append(little: 0 as UInt32)
    for _ in 0..<2 { bytes.append(little: UInt16(entries.count)) }
    bytes.append(little: UInt32(size))
    bytes.append(little: UInt32.max)
    bytes.append(little: 0 as UInt16)
    return bytes
  }

  /// The version of the format that has 64 bits.
  private static let version: UInt16 = 45

  /// What a header and the table say alike.
  private static func appendMiddle(_ entry: Entry, extra: Int = 20, to bytes: inout [UInt8]) {
    bytes.append(little: version)
    // Names in UTF-8, and stored as it is.
    bytes.append(little: 0x0800 as UInt16)
    bytes.append(little: 0 as UInt16)
    // Midnight on the first day that the format knows: when it was is told elsewhere, and to the microsecond.
    bytes.append(little: 0 as UInt16)
    bytes.append(little: 0x0021 as UInt16)
    bytes.append(little: entry.crc)
    bytes.append(little: UInt32.max)
    bytes.append(little: UInt32.max)
    bytes.append(little: UInt16(entry.name.utf8.count))
    bytes.append(little: UInt16(extra))
  }

  /// The field with the numbers of 64 bits.
  private static func appendSizes(_ sizes: [Int], to bytes: inout [UInt8]) {
    bytes.append(little: 1 as UInt16)
    bytes.append(little: UInt16(sizes.count * 8))
    for size in sizes { bytes.append(little: UInt64(size)) }
  }

  /// The check of bytes that follow those of another check.
  static func crc(_ bytes: [UInt8], after before: UInt32 = 0) -> UInt32 {
    bytes.withUnsafeBufferPointer { bytes in
      UInt32(truncatingIfNeeded: crc32_z(UInt(before), bytes.baseAddress, bytes.count))
    }
  }
}

extension [UInt8] {
  /// Appends a number whose smallest part comes first.
  fileprivate mutating func append<Number: FixedWidthInteger & BitwiseCopyable>(
    little number: Number
  ) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }
}
