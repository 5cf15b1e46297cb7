import MessagePack
import NIOCore
import SharedState
import StateSync
import Trajectory

/// One message of NanoVer's, taken apart; the values in it stay packed.
///
/// A message is a map. `state`, `command` and `frame` are known; a message may hold several of them, and others. `more` and
/// ``ServerWords`` are our servers' own.
struct NanoVerMessage: Sendable {
  /// What happened to the state, if the message says.
  private(set) var state: StateChange?
  /// The commands, their answers and registrations in the message.
  private(set) var commands: [CommandMessage] = []

  /// What our own servers say besides.
  private(set) var words: [ServerWords] = []

  /// Whether the change goes on in the next message; nil if the message does not say.
  private(set) var hasMore: Bool?
  /// What a simulation says, for who wants to know.
  private(set) var frame: Frame?
  /// How many bytes it took.
  let size: Int

  static let moreMark = "more"

  /// Whether a message holds nothing but a frame of the simulation, as its first bytes tell.
  ///
  /// Frames come thirty times a second and are large: who has no use for them looks no further.
  static func isFrame(_ bytes: ByteBuffer) -> Bool {
    bytes.readableBytesView.starts(with: frameMark)
  }

  private static let frameKey = "frame"
  /// A map of one field whose key is “frame”.
  private static let frameMark: [UInt8] = [0x81, 0xa5] + frameKey.utf8

  /// A message that holds nothing but a frame, as a server's WebSocket frame, ready to be written to any number of clients.
  ///
  /// - Complexity: O(*n*) in the bytes.
  static func frame(of frame: Frame) -> ByteBuffer {
    var bytes = frameMark
    frame.encode(into: &bytes)
    var message = ByteBuffer()
    message.reserveCapacity(bytes.count + Masking.longestHeader)
    Masking.writeHeader(of: bytes.count, isMasked: false, into: &message)
    message.writeBytes(bytes)
    return message
  }

  /// Takes a message apart whose keys are not expected to come again.
  ///
  /// - Throws: `MessagePackError` that says what is wrong and where.
  /// - Complexity: O(*n*) in the bytes, at the speed of copying for the state.
  init(_ bytes: RawSpan) throws(MessagePackError) {
    var keys = KeyInterner(capacity: 0)
    try self.init(bytes, knownTo: &keys)
  }

  /// Takes a message apart that comes by itself.
  ///
  /// - Parameters:
  ///   - bytes: The message.
  ///   - keys: Remembers the keys of one connection.
  ///   - wantsFrame: Whether to read what a simulation says.
  /// - Throws: `MessagePackError` that says what is wrong and where.
  init(
    _ bytes: RawSpan,
    knownTo keys: inout KeyInterner,
    wantsFrame: Bool = false
  ) throws(MessagePackError) {
    var packer = Self.packer(expecting: bytes.byteCount)
    try self.init(bytes, knownTo: &keys, packing: &packer, wantsFrame: wantsFrame)
  }

  /// What keeps the values of messages that arrive together, of so many bytes.
  static func packer(expecting count: Int) -> PackedStateValue.Packer {
    PackedStateValue.Packer(codec: MessagePackCodec.self, expecting: count)
  }

  /// Takes a message apart.
  ///
  /// - Parameters:
  ///   - bytes: The message.
  ///   - keys: Remembers the keys of one connection.
  ///   - packer: Keeps the values.
  ///   - wantsFrame: Whether to read what a simulation says.
  /// - Throws: `MessagePackError` that says what is wrong and where.
  /// - Complexity: O(*n*) in the bytes, at the speed of copying for the state.
  init(
    _ bytes: RawSpan,
    knownTo keys: inout KeyInterner,
    packing packer: inout PackedStateValue.Packer,
    wantsFrame: Bool = false
  ) throws(MessagePackError) {
    size = bytes.byteCount
    var reader = MessagePack.Reader()
    for _ in 0..<(try reader.readMapHeader(in: bytes)) {
      switch try reader.readKey(in: bytes) {
      case "state":
        let change = try reader.readChange(in: bytes, knownTo: &keys, packing: &packer)
        if state?.merge(change) == nil { state = change }
      case Self.moreMark:
        hasMore = try reader.readValue(in: bytes).bool
      case Self.frameKey where wantsFrame:
        let later = try Frame(reading: &reader, in: bytes)
        if frame?.merge(later) == nil { frame = later }
      case "command":
        commands += try CommandMessage.read(&reader, bytes)
      case let mark where mark == ServerWords.roleMark || mark == ServerWords.refusedMark:
        let value = try reader.readValue(in: bytes)
        if let said = ServerWords(mark, value) { words.append(said) }
      default:
        try reader.skipValue(in: bytes)
      }
    }
    try reader.expectEnd(of: bytes)
  }
}
