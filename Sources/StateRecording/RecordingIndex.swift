internal import MessagePack
internal import SharedState
internal import Trajectory

/// Where each message of a recording stands, and when it came.
struct RecordingIndex: Sendable {
  struct Entry: Sendable {
    var offset: Int
    var length: Int
    /// Microseconds since the recording began; nil if nobody has written that down.
    var time: Int64?
    /// Whether there may be something of the state in it.
    var hasState: Bool
    /// Whether there may be a frame in it.
    var hasFrame: Bool
    /// In which part it stands.
    var part: UInt8 = 0
  }

  /// Where all that was known before a message stands.
  struct Whole: Sendable {
    /// The number of that message.
    var number: Int
    var place: Range<Int>
  }

  /// From where it is known when the messages came.
  enum Clock: Sendable {
    /// Whoever recorded them wrote it down.
    case recorded
    /// The simulation says in its frames what time it is.
    case simulated
    /// Nobody tells.
    case unknown
  }

  private(set) var entries: [Entry] = []
  private(set) var wholes: [Whole] = []
  private(set) var clock = Clock.recorded
  /// When the recording began, in microseconds since 1970, if a scan has come by it.
  private(set) var begun: Int64?

  init(_ entries: [Entry] = []) { self.entries = entries }

  /// Where the last message ends.
  var end: Int { entries.last.map { $0.offset + $0.length } ?? 0 }

  /// Takes the index as it was written; nil if it is not about messages of so many bytes.
  ///
  /// - Complexity: O(*n*) in its bytes.
  init?(_ bytes: [UInt8], of count: Int) {
    let span = bytes.span.bytes
    var reader = MessagePack.Reader()
    var end = 0
    do throws(MessagePackError) {
      let length = try reader.readArrayHeader(in: span)
      // A length is only a promise.
      entries.reserveCapacity(min(length, bytes.count / 8))
      for _ in 0..<length {
        // What is one is small; what says that it is more may be much more once it is read.
        var ahead = reader
        guard try ahead.skipValue(in: span).count <= Self.longestEntry,
          case let value = try reader.readValue(in: span),
          let place = Self.place(value, within: count)
        else { return nil }
        let metadata = value["metadata"]
        if let whole = metadata?[RecordedStream.wholeKey],
          let place = Self.place(whole, within: count)
        {
          wholes.append(Whole(number: entries.count, place: place))
        }
        // They stand one behind the other, or it is not about these messages.
        guard place.lowerBound >= end else { return nil }
        end = place.upperBound
        entries.append(Self.entry(at: place, metadata))
      }
      try reader.expectEnd(of: span)
    } catch {
      return nil
    }
  }

  /// What an index says of its messages beside what is read of it here, one message after the other.
  ///
  /// It is read anew for whoever keeps it, so that nobody else has it in memory.
  struct OtherMetadata {
    private static let known: Set<String> = [
      "types", "timestamp", FrameKey.frameIndex.name, RecordedStream.wholeKey,
    ]

    private let bytes: [UInt8]
    private var reader: MessagePack.Reader
    private var left: Int

    /// Begins with the first message of an index that has been taken before.
    init(_ bytes: [UInt8]) {
      var reader = MessagePack.Reader()
      left = (try? reader.readArrayHeader(in: bytes.span.bytes)) ?? 0
      (self.bytes, self.reader) = (bytes, reader)
    }

    /// What is said of the next message; empty if that is no more than is read of it anyway.
    mutating func next() -> StateObject {
      var ahead = reader
      guard left > 0, let value = try? ahead.readValue(in: bytes.span.bytes) else {
        left = 0
        return [:]
      }
      (reader, left) = (ahead, left - 1)
      return StateObject(
        (value["metadata"]?.object ?? [:]).filter { !Self.known.contains($0.key) }
          .map { ($0.key, $0.value) }
      )
    }
  }

  private static func place(_ value: StateValue, within count: Int) -> Range<Int>? {
    guard let offset = value["offset"]?.int.flatMap({ Int(exactly: $0) }), offset >= 0,
      let length = value["length"]?.int.flatMap({ Int(exactly: $0) }),
      (1...min(longestWindow, max(count, 1))).contains(length), offset <= count - length
    else { return nil }
    return offset..<offset + length
  }

  private static func entry(at place: Range<Int>, _ metadata: StateValue?) -> Entry {
    let types = metadata?["types"]?.array
    return Entry(
      offset: place.lowerBound,
      length: place.count,
      time: metadata?["timestamp"]?.int,
      // Where nobody has said it, the message has to be looked at.
      hasState: types?.contains(.string(RecordedStream.stateKey)) ?? true,
      hasFrame: types?.contains(.string(RecordedStream.frameKey)) ?? true
    )
  }

  /// Makes an index anew, of what stands one behind the other; what follows the first that is malformed or cut off is left out.
  ///
  /// - Parameters:
  ///   - messages: The messages.
  ///   - most: How many of them there may be.
  /// - Returns: The index, and where and why it ends before the messages do.
  /// - Throws: Why they cannot be read.
  /// - Complexity: O(*n*) in the bytes, of which no more than a message, or a window, is in memory.
  static func scan(_ messages: FileSlice, most: Int) throws(RecordingError) -> (
    RecordingIndex, RecordingError?
  ) {
    var index = RecordingIndex()
    var notes = Notes()
    var (start, window) = (0, firstWindow)
    while start < messages.count {
      guard index.entries.count + index.wholes.count < most else {
        index.setClock(notes)
        let reason = "there are more than \(most) messages"
        return (index, RecordingError(Recording.messagesName, at: start, reason))
      }
      let bytes = try messages.read(start..<start + min(window, messages.count - start))
      guard !bytes.isEmpty else {
        let reason = "the file has become shorter while it was read"
        return (index, RecordingError(Recording.messagesName, at: start, reason))
      }
      var end = 0
      do throws(MessagePackError) {
        try index.take(bytes.span.bytes, at: start, &notes, &end)
      } catch {
        let isLast = start + bytes.count >= messages.count || bytes.count < window
        guard case .truncated = error.reason, !isLast, window < longestWindow || end > 0 else {
          index.setClock(notes)
          return (index, RecordingError(Recording.messagesName, at: start, error))
        }
        if end == 0 { window = min(window * 2, longestWindow) }
      }
      start += end
      if end > 0 { window = firstWindow }
    }
    index.setClock(notes)
    return (index, nil)
  }

  /// What a scan has come by and not used yet.
  private struct Notes {
    /// When the next message came.
    var time: Int64?
    var hasTimes = false
    /// Whether the next map is no message, but all that is known.
    var isWhole = false
    /// When the simulation's clock was first seen, in seconds.
    var firstClock: Double?
  }

  /// Takes in what stands in some bytes of the messages, up to `end`, behind which nothing is whole or nothing is left.
  private mutating func take(
    _ bytes: RawSpan,
    at start: Int,
    _ notes: inout Notes,
    _ end: inout Int
  ) throws(MessagePackError) {
    var reader = MessagePack.Reader()
    while !reader.isAtEnd(of: bytes) {
      let isList = try reader.nextKind(in: bytes) == .array
      var ahead = reader
      let range = try ahead.skipValue(in: bytes)
      if isList, range.count <= RecordedStream.longestNote,
        let note = RecordedStream.note(try reader.readValue(in: bytes))
      {
        switch note {
        case .begun(let time): begun = time
        case .time(let time): (notes.time, notes.hasTimes) = (time, true)
        case .whole: notes.isWhole = true
        }
      } else {
        // Anything else is what comes of damage, or of an end that was not written whole.
        _ = try reader.readMapHeader(in: bytes)
        reader = ahead
        let place = start + range.lowerBound..<start + range.upperBound
        if notes.isWhole {
          wholes.append(Whole(number: entries.count, place: place))
          notes.isWhole = false
        } else {
          let time =
            notes.hasTimes
            ? notes.time.take() : try Self.clock(of: bytes.extracting(range), &notes.firstClock)
          entries.append(
            Entry(
              offset: place.lowerBound,
              length: place.count,
              time: time,
              hasState: true,
              hasFrame: true
            )
          )
        }
      }
      end = range.upperBound
    }
  }

  private mutating func setClock(_ notes: Notes) {
    clock = notes.hasTimes ? .recorded : notes.firstClock == nil ? .unknown : .simulated
  }

  /// What time the simulation says that it is, in microseconds since it first did.
  private static func clock(
    of message: RawSpan,
    _ first: inout Double?
  ) throws(MessagePackError) -> Int64? {
    var reader = MessagePack.Reader()
    for _ in 0..<(try reader.readMapHeader(in: message)) {
      let isFrame = try reader.readKey(in: message) == RecordedStream.frameKey
      guard isFrame, try reader.nextKind(in: message) == .map else {
        try reader.skipValue(in: message)
        continue
      }
      for _ in 0..<(try reader.readMapHeader(in: message)) {
        guard try reader.readKey(in: message) == FrameKey.serverTimestamp.name else {
          try reader.skipValue(in: message)
          continue
        }
        guard let seconds = try reader.readValue(in: message).double else { continue }
        let start = first ?? seconds
        first = start
        return Int64(exactly: ((seconds - start) * 1e6).rounded())
      }
    }
    return nil
  }

  /// No entry of an index takes more bytes.
  private static let longestEntry = 1 << 16
  private static let firstWindow = 1 << 20
  /// No message is longer: a recording of ours begins with all of a town, which may have so much.
  static let longestWindow = 1 << 30
}
