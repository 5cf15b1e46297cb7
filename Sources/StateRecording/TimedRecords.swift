internal import ProtocolBuffers
internal import SharedState
internal import Trajectory

/// A file of records, each with its time: `.state` and `.traj`, as they were written until September 2025.
///
/// Version 2 has a header. Version 1, of the first half of 2023, has none: a file is taken for one if all of its records can be, and the
/// first is a message.
struct TimedRecords {
  /// What a record says.
  enum Content: Sendable {
    /// What happened to the state.
    case updates
    /// What a simulation said, with the number of the frame.
    case frames
    /// The same without a number, as in version 1.
    case bareFrames
  }

  let part: MessagePart
  private(set) var entries: [RecordingIndex.Entry] = []
  /// Why nothing more of it can be read, where it does not end as it should.
  private(set) var flaw: RecordingError?

  private static let mark: UInt64 = 6_661_355_757_386_708_963
  private static let version: UInt64 = 2
  /// Time, in 16 bytes, and length.
  private static let headLength = 24
  /// So much is read at once; of large messages no more than this.
  private static let window = 1 << 12

  /// Finds out where its records stand.
  ///
  /// - Throws: Why this is no such file.
  /// - Complexity: O(*n*) in the records.
  init(
    _ file: RecordedFile,
    _ content: Content,
    limits: Recording.Limits
  ) throws(RecordingError) {
    let header = LittleEndian(try file.read(0..<16))
    let hasHeader = header.count >= 8 && header.uint64(0) == Self.mark
    if hasHeader {
      guard header.count == 16 else {
        throw RecordingError(file.name, at: 8, "it is cut off in its header")
      }
      let version = header.uint64(8)
      guard version == Self.version else {
        throw RecordingError(file.name, at: 8, "it is of version \(version), which nobody knows")
      }
    }
    part = MessagePart(
      name: file.name,
      bytes: FileSlice(file: file, range: 0..<file.size),
      form: .records(!hasHeader && content == .frames ? .bareFrames : content)
    )
    let isWhole = try scan(file, from: hasHeader ? 16 : 0, limits)
    if !hasHeader { try expectFirstVersion(isWhole) }
  }

  /// Goes from one record to the next.
  ///
  /// - Returns: Whether each of them can be one, though the last may be cut off.
  private mutating func scan(
    _ file: RecordedFile,
    from start: Int,
    _ limits: Recording.Limits
  ) throws(RecordingError) -> Bool {
    let most = limits.indexBytes / MemoryLayout<RecordingIndex.Entry>.stride
    var isOfState: Bool { if case .records(.updates) = part.form { true } else { false } }
    var (place, last) = (start, Int64(0))
    var window = (start: start, bytes: LittleEndian([]))
    // It may end within the head of a record, as it does when the recorder is killed.
    while file.size - place >= Self.headLength {
      if place - window.start > window.bytes.count - Self.headLength {
        let end = place + min(Self.window, file.size - place)
        window = (place, LittleEndian(try file.read(place..<end)))
      }
      let (head, here) = (place - window.start, place)
      func end(_ reason: String) { flaw = RecordingError(part.name, at: here, reason) }
      guard window.bytes.count - head >= Self.headLength else {
        end("the file has become shorter while it was read")
        return true
      }
      guard window.bytes.uint64(head + 8) == 0,
        let time = Int64(exactly: window.bytes.uint64(head))
      else {
        end("no session is so long that a record could have this time")
        return false
      }
      guard time >= last else {
        end("this record has an earlier time than the one before it")
        return false
      }
      let (length, rest) = (window.bytes.uint64(head + 16), file.size - place - Self.headLength)
      guard length <= rest else {
        end("this record has \(length) bytes, of which \(rest) are there")
        return true
      }
      guard length <= RecordingIndex.longestWindow else {
        end("no message has \(length) bytes")
        return false
      }
      guard entries.count < most else {
        end("there are more than \(most) records")
        return true
      }
      let offset = place + Self.headLength
      entries.append(
        RecordingIndex.Entry(
          offset: offset,
          length: Int(length),
          time: time,
          hasState: isOfState,
          hasFrame: !isOfState
        )
      )
      (place, last) = (offset + Int(length), time)
    }
    return true
  }

  /// Refuses what has no header and cannot be of the version without one.
  private func expectFirstVersion(_ isWhole: Bool) throws(RecordingError) {
    func refusal(_ offset: Int, _ reason: String) -> RecordingError {
      RecordingError(part.name, at: offset, "this is no recording: it has no header, and \(reason)")
    }
    if let flaw, !isWhole || entries.isEmpty { throw refusal(flaw.offset ?? 0, flaw.reason) }
    guard let first = entries.first, first.length > 0 else {
      throw refusal(0, "nothing stands in its first record")
    }
    var keys = KeyInterner(capacity: 0)
    do throws(RecordingError) {
      _ = try part.message(first, at: .zero, knownTo: &keys)
    } catch {
      throw refusal(error.offset ?? 0, error.reason)
    }
  }
}

extension TimedRecords.Content {
  /// Reads what stands in a record.
  ///
  /// - Throws: Where it is malformed, and why.
  /// - Complexity: O(*n*) in its bytes.
  func message(_ bytes: RawSpan, at time: Duration) throws(WireError) -> Recording.Message {
    switch self {
    case .updates:
      var (change, reader) = (StateChange(), WireReader(bytes))
      var packer = PackedStateValue.Packer(
        codec: StructFieldCodec.self,
        expecting: bytes.byteCount
      )
      while try reader.findField(1, in: bytes) {
        try reader.readChange(into: &change, in: bytes, packing: &packer)
      }
      return Recording.Message(time: time, state: change, frame: nil)
    case .frames:
      let frame = try HeardFrame(from: bytes).frame
      return Recording.Message(time: time, state: nil, frame: frame)
    case .bareFrames:
      return Recording.Message(time: time, state: nil, frame: try Frame(data: bytes))
    }
  }

  /// How the name of such a file ends.
  private var ending: String { self == .updates ? ".state" : ".traj" }

  /// Tells by the name of a file what is in it; nil if that is no such file.
  init?(_ path: String) {
    guard let content = [Self.updates, .frames].first(where: { path.hasSuffix($0.ending) }) else {
      return nil
    }
    self = content
  }

  /// The file that the same recorder wrote at the same time.
  func partner(of path: String) -> (path: String, content: Self) {
    let partner: Self = self == .updates ? .frames : .updates
    return (path.dropLast(ending.count) + partner.ending, partner)
  }
}

extension Recording {
  /// Opens a file of records, and with it the one that belongs to it, if that is there.
  init(
    _ path: String,
    _ content: TimedRecords.Content,
    limits: Limits
  ) throws(RecordingError) {
    var files = [try TimedRecords(RecordedFile(path), content, limits: limits)]
    var flaws: [RecordingError] = []
    let partner = content.partner(of: path)
    if RecordedFile.isThere(partner.path) {
      do throws(RecordingError) {
        let other = try TimedRecords(RecordedFile(partner.path), partner.content, limits: limits)
        files.insert(other, at: content == .updates ? 1 : 0)
      } catch {
        flaws.append(error)
      }
    }
    self.init(files, flaws)
  }

  /// Puts files of one session together; of what came at the same time the first comes first.
  init(_ files: [TimedRecords], _ flaws: [RecordingError] = []) {
    var entries: [RecordingIndex.Entry] = []
    for (number, file) in files.enumerated() {
      var (before, rest) = (entries[...], file.entries[...])
      entries = []
      entries.reserveCapacity(before.count + rest.count)
      while var next = rest.popFirst() {
        while let earlier = before.first, (earlier.time ?? 0) <= (next.time ?? 0) {
          entries.append(earlier)
          before.removeFirst()
        }
        next.part = UInt8(number)
        entries.append(next)
      }
      entries += before
    }
    self.init(files.map(\.part), RecordingIndex(entries), flaws + files.compactMap(\.flaw))
  }
}
