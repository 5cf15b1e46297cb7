internal import MessagePack
internal import SharedState
internal import Trajectory

/// What our recordings hold beside the messages, so that one which was cut off tells as much as one that was closed.
///
/// Messages of NanoVer's recordings are maps, one behind the other, and the index tells where and when. Between them there is
/// room for what the index does not name, and nobody else looks at. Here that is lists: of one number, the time of the message that
/// follows; of one text, that a map follows which is no message, but all that was known before the next one.
enum RecordedStream {
  /// Begins the messages: a list of a mark, a version, and when the recording began, in microseconds since 1970.
  static func preamble(begun: Int64) -> [UInt8] {
    MessagePack.encode(.array([.string(mark), 1, .int(begun)]))
  }

  private static let mark = "townhall"
  private static let whole = "whole"

  /// What stands where no message does.
  enum Note: Equatable {
    /// When the recording began, in microseconds since 1970.
    case begun(Int64)
    /// When the next message came, in microseconds since then.
    case time(Int64)
    /// The next map is all that was known before the next message.
    case whole
  }

  static func appendTime(_ microseconds: Int64, to bytes: inout [UInt8]) {
    MessagePack.encodeArrayHeader(count: 1, into: &bytes)
    MessagePack.encode(.int(microseconds), into: &bytes)
  }

  static func appendWholeMark(to bytes: inout [UInt8]) {
    MessagePack.encode(.array([.string(whole)]), into: &bytes)
  }

  /// No note takes more bytes.
  static let longestNote = 64

  /// Reads a list; nil if it is none of ours.
  static func note(_ value: StateValue) -> Note? {
    guard let list = value.array, let first = list.first else { return nil }
    switch (first, list.count) {
    case (.int(let time), 1): return .time(time)
    case (.string(mark), 3...):
      // What is later than the year 9999 nobody has seen.
      return list[2].int.flatMap { (0...253_402_300_799_000_000).contains($0) ? .begun($0) : nil }
    case (.string(whole), 1): return .whole
    default: return nil
    }
  }

  /// When a recording began whose messages begin so, in microseconds since 1970; nil if it does not say.
  static func begun(_ bytes: [UInt8]) -> Int64? {
    let span = bytes.span.bytes
    var reader = MessagePack.Reader()
    guard (try? reader.nextKind(in: span)) == .array,
      let value = try? reader.readValue(in: span), case .begun(let time)? = note(value)
    else { return nil }
    return time
  }

  /// Appends a message.
  ///
  /// - Returns: What it has, by which the index calls it.
  static func append(
    _ state: StateChange?,
    _ frame: Frame?,
    to bytes: inout [UInt8]
  ) -> [String] {
    MessagePack.encodeMapHeader(
      count: (state == nil ? 0 : 1) + (frame == nil ? 0 : 1),
      into: &bytes
    )
    if let frame {
      MessagePack.encode(frameKey, into: &bytes)
      frame.encode(into: &bytes)
    }
    if let state {
      MessagePack.encode(stateKey, into: &bytes)
      MessagePack.encode(state, into: &bytes)
    }
    return types[(frame == nil ? 0 : 1) + (state == nil ? 0 : 2)]
  }

  /// The same four lists for all messages: there are many of them.
  private static let types = [[], [frameKey], [stateKey], [frameKey, stateKey]]

  /// How many bytes, and how many messages, may lie between two places where all that is known is said.
  static let wholeSpacing = (bytes: 8 << 20, messages: 20_000)

  /// In the index, what tells where all that was known before a message stands.
  static let wholeKey = "townhall.whole"
  static let stateKey = "state"
  static let frameKey = "frame"
}
