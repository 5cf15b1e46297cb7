internal import MessagePack
internal import SharedState
internal import Trajectory

/// Writes a recording (`.nanover.zip`) so that whoever is killed meanwhile loses no more than what was not yet synced.
///
/// Until it is finished the file has no index; then what stands in it is enough to make one.
final class RecordingWriter {
  private struct Entry {
    var place: Int
    var length: Int
    var time: Int64
    var types: [String]
    var frameIndex: Int64?
    /// What else the index is to say of it.
    var others: StateObject
    /// Where all that was known before it stands.
    var whole: Range<Int>?
  }

  let file: OutputFile
  private var index: [Entry] = []
  /// What is not yet in the file.
  private var pending: [UInt8] = []
  /// How many bytes of messages are in the file, and their check.
  private var written = 0
  private var crc: UInt32 = 0
  /// How many of those bytes outlast the machine.
  private var synced = 0
  private var whole: Range<Int>?
  /// How many bytes and messages there were when all that is known was last said, and how many bytes that took.
  private var lastWhole = (size: 0, count: 0, bytes: 0)
  /// Whether the system may have lost something that it had taken: it says so once, and not of what.
  private(set) var isDoubtful = false

  private static let headerSize = StoredZip.header(messages).count
  private static let messages = StoredZip.Entry(name: Recording.messagesName)

  /// Makes a recording in which nothing has been said yet.
  ///
  /// - Parameters:
  ///   - path: A file that is not there yet.
  ///   - begun: When it began, in microseconds since 1970; nil if nobody knows.
  ///   - system: What writes.
  /// - Throws: Why there can be no such file.
  init(_ path: String, begun: Int64?, system: WritingSystem = .init()) throws(RecordingError) {
    file = try OutputFile(path, system)
    if let begun { pending = RecordedStream.preamble(begun: begun) }
    do throws(RecordingError) {
      try file.write(StoredZip.header(Self.messages), at: 0)
    } catch {
      file.remove()
      throw error
    }
  }

  /// How many bytes of messages there are, in the file and to be.
  var size: Int { written + pending.count }
  /// How many of them are not in the file yet.
  var pendingSize: Int { pending.count }

  /// How many messages there are.
  var count: Int { index.count }

  /// Adds a message, which is in the file once ``flush()`` has returned.
  func append(_ state: StateChange?, _ frame: Frame?, at time: Duration) {
    add(at: time) { bytes in
      (RecordedStream.append(state, frame, to: &bytes), frame?[.frameIndex]?.int)
    }
  }

  /// Adds a message of another recording as it is, with what its index says of it beside the usual.
  ///
  /// - Throws: Why it is none.
  func append(
    packed message: [UInt8],
    at time: Duration,
    others: StateObject = [:]
  ) throws(MessagePackError) {
    let (types, frameIndex) = try Self.look(into: message)
    add(at: time, others) { bytes in
      bytes += message
      return (types, frameIndex)
    }
  }

  private func add(
    at time: Duration,
    _ others: StateObject = [:],
    _ fill: (inout [UInt8]) -> (types: [String], frameIndex: Int64?)
  ) {
    let microseconds = time.microseconds
    RecordedStream.appendTime(microseconds, to: &pending)
    let place = size
    let (types, frameIndex) = fill(&pending)
    index.append(
      Entry(
        place: place,
        length: size - place,
        time: microseconds,
        types: types,
        frameIndex: frameIndex,
        others: others,
        whole: whole.take()
      )
    )
  }

  /// Adds all that is known before the message that is added next, from which it can be read.
  func appendWhole(_ state: StateChange, _ frame: Frame) {
    RecordedStream.appendWholeMark(to: &pending)
    let place = size
    _ = RecordedStream.append(state, frame, to: &pending)
    whole = place..<size
    lastWhole = (size, count, size - place)
  }

  /// Notes that the last message has said all that is known.
  func noteWhole() { lastWhole = (size, count, size) }

  /// Whether so much has been said since all that is known was that it is to be said again.
  ///
  /// - Parameters:
  ///   - bytes: How many bytes may lie between.
  ///   - messages: How many messages may.
  /// - Returns: Whether it is; not before four times as much has been said as that takes.
  func isWholeDue(after bytes: Int, _ messages: Int) -> Bool {
    guard count > lastWhole.count else { return false }
    return size - lastWhole.size > max(bytes, 4 * lastWhole.bytes)
      || count - lastWhole.count >= messages
  }

  /// What a message has, and the number of its frame.
  private static func look(into message: [UInt8]) throws(MessagePackError) -> (
    types: [String], frameIndex: Int64?
  ) {
    let span = message.span.bytes
    var (types, frameIndex): ([String], Int64?) = ([], nil)
    var reader = MessagePack.Reader()
    for _ in 0..<(try reader.readMapHeader(in: span)) {
      let type = try reader.readKey(in: span)
      types.append(type)
      if type == RecordedStream.frameKey {
        frameIndex = try Frame(reading: &reader, in: span)[.frameIndex]?.int
      } else {
        try reader.skipValue(in: span)
      }
    }
    return (types, frameIndex)
  }

  // MARK: Into the file

  /// Writes what has been added; after a failure it may be tried again, and nothing is lost or there twice.
  ///
  /// - Throws: Why it cannot be written.
  func flush() throws(RecordingError) {
    guard !pending.isEmpty else { return }
    try file.write(pending, at: Self.headerSize + written)
    crc = StoredZip.crc(pending, after: crc)
    written += pending.count
    pending.removeAll(keepingCapacity: pending.count <= Self.keptCapacity)
  }

  /// Writes what has been added, and waits until it outlasts the machine.
  ///
  /// - Throws: Why it does not.
  func sync() throws(RecordingError) {
    try flush()
    // Where nothing has happened nothing is waited for.
    guard written != synced else { return }
    do throws(RecordingError) {
      try file.sync()
      synced = written
    } catch {
      isDoubtful = true
      throw error
    }
  }

  /// Ends the recording with its index, after which any reader opens it.
  ///
  /// - Throws: Why that cannot be written; it may be tried again, and what was recorded stands.
  func finish() throws(RecordingError) {
    try flush()
    let end = Self.headerSize + written
    let bytes = packedIndex
    let index = StoredZip.Entry(
      name: Recording.indexName,
      place: end,
      size: bytes.count,
      crc: StoredZip.crc(bytes)
    )
    var messages = Self.messages
    (messages.size, messages.crc) = (written, crc)
    let tail = StoredZip.header(index) + bytes
    do throws(RecordingError) {
      try file.write(tail + StoredZip.table([messages, index], at: end + tail.count), at: end)
      try file.sync()
      // Last, since until now whoever finds no table has to take all that follows for messages.
      try file.write(StoredZip.header(messages), at: 0)
      try file.sync()
    } catch {
      file.truncate(at: end)
      throw error
    }
  }

  private static let keptCapacity = 4 << 20

  private var packedIndex: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(index.count * 64)
    MessagePack.encodeArrayHeader(count: index.count, into: &bytes)
    for entry in index {
      MessagePack.encodeMapHeader(count: 3, into: &bytes)
      MessagePack.encode("offset", into: &bytes)
      MessagePack.encode(.int(Int64(entry.place)), into: &bytes)
      MessagePack.encode("length", into: &bytes)
      MessagePack.encode(.int(Int64(entry.length)), into: &bytes)
      MessagePack.encode("metadata", into: &bytes)
      MessagePack.encode(.object(Self.metadata(entry)), into: &bytes)
    }
    return bytes
  }

  private static func metadata(_ entry: Entry) -> StateObject {
    var metadata: StateObject = [
      "types": .array(entry.types.map { .string($0) }), "timestamp": .int(entry.time),
    ]
    for other in entry.others { metadata[other.key] = other.value }
    if let number = entry.frameIndex { metadata["frame.index"] = .int(number) }
    if let whole = entry.whole {
      metadata[RecordedStream.wholeKey] = [
        "offset": .int(Int64(whole.lowerBound)), "length": .int(Int64(whole.count)),
      ]
    }
    return metadata
  }
}

extension RecordingWriter {
  /// Brings what was added into the file now and then, and all that is known by then where it is due.
  ///
  /// - Throws: Why it cannot be written.
  func goOn(_ known: @autoclosure () -> Recording.Known) throws(RecordingError) {
    let spacing = RecordedStream.wholeSpacing
    if isWholeDue(after: spacing.bytes, spacing.messages) {
      let known = known()
      appendWhole(known.state.changes(since: StateDictionary()), known.current.frame)
    }
    if pendingSize > 1 << 20 { try flush() }
  }
}

extension Duration {
  /// How many whole microseconds it is.
  var microseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
  }
}
