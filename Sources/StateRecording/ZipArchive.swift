/// The table of contents of a ZIP file, after PKWARE's APPNOTE.TXT 6.3.10, with sizes of 64 bits.
///
/// A file that was cut off has no table: it is made anew of what stands before each entry.
struct ZipArchive: Sendable {
  /// One file in it.
  struct Entry: Sendable, Equatable {
    var name: String
    /// 0 for stored, 8 for deflated.
    var method: UInt16
    /// Where its bytes are in the file, as far as they are there.
    var bytes: Range<Int>
    /// Whether all of it is there, as far as that can be known.
    var isWhole: Bool
  }

  let entries: [Entry]
  /// Whether the table was found and is about what is there.
  let hasTable: Bool

  /// Nobody has more files in a recording, or a longer table.
  private static let mostEntries = 1000
  private static let longestTable = 1 << 20

  init(_ file: RecordedFile) throws(RecordingError) {
    if let entries = try Self.table(of: file) {
      (self.entries, hasTable) = (entries, true)
      return
    }
    (entries, hasTable) = (try Self.walk(file), false)
    guard !entries.isEmpty else { throw RecordingError(file.name, at: 0, "this is no ZIP file") }
  }

  // MARK: The table at the end

  private static func table(of file: RecordedFile) throws(RecordingError) -> [Entry]? {
    // Behind the end there may be a remark of up to 64 KiB.
    let start = max(0, file.size - 22 - 65_535)
    let tail = LittleEndian(try file.read(start..<file.size))
    guard
      let end = (0...max(0, tail.count - 22)).reversed().first(where: {
        tail.has(0x0605_4b50, at: $0)
      }),
      tail.count >= 22
    else { return nil }
    var (count, size, place) = (
      Int(tail.uint16(end + 10)), Int(tail.uint32(end + 12)), Int(tail.uint32(end + 16))
    )
    if count == 0xffff || size == 0xffff_ffff || place == 0xffff_ffff {
      guard end >= 20, tail.has(0x0706_4b50, at: end - 20),
        let long = Int(exactly: tail.uint64(end - 12)), long <= file.size - 56
      else { return nil }
      let record = LittleEndian(try file.read(long..<long + 56))
      guard record.count == 56, record.has(0x0606_4b50, at: 0),
        let longCount = Int(exactly: record.uint64(32)),
        let longSize = Int(exactly: record.uint64(40)),
        let longPlace = Int(exactly: record.uint64(48))
      else { return nil }
      (count, size, place) = (longCount, longSize, longPlace)
    }
    guard count <= mostEntries, size <= longestTable, place <= file.size - size else { return nil }
    return try read(count, in: LittleEndian(try file.read(place..<place + size)), of: file)
  }

  private static func read(
    _ count: Int,
    in table: LittleEndian,
    of file: RecordedFile
  ) throws(RecordingError) -> [Entry]? {
    var entries: [Entry] = []
    var place = 0
    for _ in 0..<count {
      guard table.count - place >= 46, table.has(0x0201_4b50, at: place) else { return nil }
      let (nameLength, extraLength, remarkLength) = (
        Int(table.uint16(place + 28)), Int(table.uint16(place + 30)), Int(table.uint16(place + 32))
      )
      let next = place + 46 + nameLength + extraLength + remarkLength
      guard next <= table.count else { return nil }
      var sizes = Sizes(
        size: UInt64(table.uint32(place + 24)),
        packed: UInt64(table.uint32(place + 20)),
        header: UInt64(table.uint32(place + 42))
      )
      let extra = place + 46 + nameLength
      guard sizes.take(table, extra..<extra + extraLength),
        let header = Int(exactly: sizes.header), let packed = Int(exactly: sizes.packed),
        Int(exactly: sizes.size) != nil, header <= file.size - 30
      else { return nil }
      let head = LittleEndian(try file.read(header..<header + 30))
      guard head.count == 30, head.has(0x0403_4b50, at: 0) else { return nil }
      let start = header + 30 + Int(head.uint16(26)) + Int(head.uint16(28))
      guard start <= file.size, packed <= file.size - start else { return nil }
      entries.append(
        Entry(
          name: table.text(place + 46..<place + 46 + nameLength),
          method: table.uint16(place + 10),
          bytes: start..<start + packed,
          isWhole: true
        )
      )
      place = next
    }
    return entries
  }

  // MARK: Without a table

  /// Goes from one entry to the next; of one that does not say where it ends all that follows is its own.
  private static func walk(_ file: RecordedFile) throws(RecordingError) -> [Entry] {
    var entries: [Entry] = []
    var place = 0
    while entries.count < mostEntries, place <= file.size - 30 {
      let head = LittleEndian(try file.read(place..<place + 30))
      guard head.count == 30, head.has(0x0403_4b50, at: 0) else { break }
      let (nameLength, extraLength) = (Int(head.uint16(26)), Int(head.uint16(28)))
      let start = min(place + 30 + nameLength + extraLength, file.size)
      let words = LittleEndian(try file.read(place + 30..<start))
      guard words.count == nameLength + extraLength else { break }
      var sizes = Sizes(
        size: UInt64(head.uint32(22)),
        packed: UInt64(head.uint32(18)),
        header: 0
      )
      _ = sizes.take(words, nameLength..<words.count)
      // A writer that was killed had not come back to say how much it is.
      let packed = Int(exactly: sizes.packed).flatMap {
        $0 > 0 && $0 <= file.size - start ? $0 : nil
      }
      entries.append(
        Entry(
          name: words.text(0..<nameLength),
          method: head.uint16(8),
          bytes: start..<(packed.map { start + $0 } ?? file.size),
          isWhole: packed != nil
        )
      )
      guard let packed else { break }
      place = start + packed
    }
    return entries
  }

  /// How much an entry is, and where: in 32 bits, or where these are not enough in a field that follows its name.
  private struct Sizes {
    var size: UInt64
    var packed: UInt64
    var header: UInt64

    /// Takes in the field with the numbers of 64 bits; false if one is missing.
    mutating func take(_ bytes: LittleEndian, _ extra: Range<Int>) -> Bool {
      let wants = [size, packed, header].map { $0 == 0xffff_ffff }
      guard wants.contains(true) else { return true }
      var place = extra.lowerBound
      while extra.upperBound - place >= 4 {
        let (kind, length) = (bytes.uint16(place), Int(bytes.uint16(place + 2)))
        place += 4
        guard length <= extra.upperBound - place else { return false }
        defer { place += length }
        guard kind == 1 else { continue }
        var numbers = stride(from: place, to: place + length - 7, by: 8).map { bytes.uint64($0) }
        let fields: [WritableKeyPath<Sizes, UInt64>] = [\.size, \.packed, \.header]
        for (wanted, field) in zip(wants, fields) where wanted {
          guard !numbers.isEmpty else { return false }
          self[keyPath: field] = numbers.removeFirst()
        }
        return true
      }
      return false
    }
  }
}

/// Bytes that hold numbers whose smallest part comes first.
struct LittleEndian {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var count: Int { bytes.count }

  /// Whether four bytes are these; false where there are no four.
  func has(_ mark: UInt32, at place: Int) -> Bool {
    place >= 0 && place <= count - 4 && uint32(place) == mark
  }

  func uint16(_ place: Int) -> UInt16 { load(place) }
  func uint32(_ place: Int) -> UInt32 { load(place) }
  func uint64(_ place: Int) -> UInt64 { load(place) }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  private func load<Number: FixedWidthInteger & BitwiseCopyable>(_ place: Int) -> Number {
    precondition(place >= 0 && place <= count - MemoryLayout<Number>.size)
    return bytes.withUnsafeBytes {
      Number(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: Number.self))
    }
  }
}
