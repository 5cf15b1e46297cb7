internal import MessagePack
internal import SharedState

/// Where each message of a recording stands, and when it came.
struct RecordingIndex: Sendable {
  struct Entry: Sendable {
    var offset: Int
    var length: Int
    /// Microseconds since the recording began; nil if nobody has written that down.
    var time: Int64?
    /// Whether anything of it may be known at a moment: state, or a frame.
    var isLasting: Bool
  }

  private(set) var entries: [Entry] = []

  /// Takes the index as it was written; nil if it is not about messages of so many bytes.
  ///
  /// - Complexity: O(*n*) in its bytes.
  init?(_ bytes: [UInt8], of count: Int) {
    let span = bytes.span.bytes
    var reader = MessagePack.Reader()
    do throws(MessagePackError) {
      let length = try reader.readArrayHeader(in: span)
      // A length is only a promise.
      entries.reserveCapacity(min(length, bytes.count / 8))
      for _ in 0..<length {
        // What is one is small; what says that it is more may be much more once it is read.
        var ahead = reader
        guard try ahead.skipValue(in: span).count <= Self.longestEntry,
          let entry = Self.entry(try reader.readValue(in: span)), entry.offset >= 0,
          (1...min(Self.longestWindow, max(count, 1))).contains(entry.length),
          entry.offset <= count - entry.length
        else { return nil }
        entries.append(entry)
      }
      try reader.expectEnd(of: span)
    } catch {
      return nil
    }
  }

  private static func entry(_ value: StateValue) -> Entry? {
    guard let offset = value["offset"]?.int.flatMap({ Int(exactly: $0) }),
      let length = value["length"]?.int.flatMap({ Int(exactly: $0) })
    else { return nil }
    let types = value["metadata"]?["types"]?.array
    return Entry(
      offset: offset,
      length: length,
      time: value["metadata"]?["timestamp"]?.int,
      // Where nobody has said it, the message has to be looked at.
      isLasting: types.map { $0.contains("state") || $0.contains("frame") } ?? true
    )
  }

  /// Makes an index anew, of what stands one behind the other; what follows the first that is malformed or cut off is left out.
  ///
  /// - Returns: The index, and where and why it ends before the messages do.
  /// - Complexity: O(*n*) in the bytes, of which no more than a message, or a window, is in memory.
  static func scan(_ messages: FileSlice) throws(RecordingError) -> (
    RecordingIndex, RecordingError?
  ) {
    var index = RecordingIndex()
    var (start, window) = (0, firstWindow)
    while start < messages.count {
      let bytes = try messages.read(start..<start + min(window, messages.count - start))
      guard !bytes.isEmpty else {
        let reason = "the file has become shorter while it was read"
        return (index, RecordingError(Recording.messagesName, at: start, reason))
      }
      let span = bytes.span.bytes
      var reader = MessagePack.Reader()
      var end = 0
      do throws(MessagePackError) {
        while reader.position < bytes.count {
          let range = try reader.skipValue(in: span)
          index.entries.append(
            Entry(offset: start + range.lowerBound, length: range.count, time: nil, isLasting: true)
          )
          end = range.upperBound
        }
      } catch {
        let isLast = start + bytes.count >= messages.count || bytes.count < window
        guard case .truncated = error.reason, !isLast, window < longestWindow || end > 0 else {
          return (index, RecordingError(Recording.messagesName, at: start, error))
        }
        if end == 0 { window = min(window * 2, longestWindow) }
      }
      start += end
      if end > 0 { window = firstWindow }
    }
    return (index, nil)
  }

  private init() {}

  /// No entry of an index takes more bytes.
  private static let longestEntry = 1 << 16
  private static let firstWindow = 1 << 20
  /// No message is longer: NanoVer's servers and clients take 128 MiB.
  private static let longestWindow = 256 << 20
}
