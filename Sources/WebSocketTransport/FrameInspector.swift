import NIOCore

struct MessageProgress: Sendable, Hashable {
  /// Bytes of payload so far.
  var received: Int
  /// How many there will be; nil while more fragments may come.
  var total: Int?
}

/// Walks over the bytes of a WebSocket and judges each frame by its header, before its payload has arrived.
///
/// NIO's decoder turns bytes into frames but takes everything that an extension could give a meaning to, and
/// keeps what it has of a frame to itself. This walks in front of it: it refuses what we never agreed to (no
/// extension, no text, the wrong side masking), refuses a message that will be too big as soon as its length is
/// announced, and knows how much of a large one is there. Payloads are stepped over, not looked at.
struct FrameInspector: Sendable {
  private enum Step {
    case first
    case second(first: UInt8)
    case length(first: UInt8, second: UInt8, bytesLeft: Int, value: UInt64)
    case payload(left: Int)
  }

  private static let mostEmptyFragments = 1000

  private let peerMasks: Bool
  private let maximumMessageSize: Int
  private var step = Step.first
  /// How many of the bytes that were judged last are good: all, unless one of them broke the rules.
  private(set) var goodCount = 0
  /// The bytes so far of the message whose fragments are arriving.
  private var gathered: Int?
  /// How many of them were empty.
  private var emptyFragments = 0
  /// The length of the data frame that is arriving, and whether it ends its message.
  private var dataFrame: (length: Int, isFinal: Bool)?

  /// Makes an inspector for one direction of a connection.
  ///
  /// - Parameters:
  ///   - peerMasks: whether the sender must mask, which clients must and servers must not.
  ///   - maximumMessageSize: the payload of a message in bytes, all fragments together.
  init(peerMasks: Bool, maximumMessageSize: Int) {
    self.peerMasks = peerMasks
    self.maximumMessageSize = maximumMessageSize
  }

  /// How much of the message that is under way has arrived; nil between messages.
  var progress: MessageProgress? {
    guard case .payload(let left) = step, let dataFrame, left > 0 else {
      return gathered.map { MessageProgress(received: $0, total: nil) }
    }
    let gathered = gathered ?? 0
    return MessageProgress(
      received: gathered + max(0, dataFrame.length - left),
      total: dataFrame.isFinal ? gathered + dataFrame.length : nil
    )
  }

  /// Judges the next bytes.
  ///
  /// - Throws: the reason to close the connection with. Nothing may be inspected after that.
  mutating func inspect(_ bytes: ByteBuffer) throws(WebSocketClose) {
    var bytes = bytes
    goodCount = 0
    while bytes.readableBytes > 0 {
      if case .payload(let left) = step {
        let skipped = min(left, bytes.readableBytes)
        bytes.moveReaderIndex(forwardBy: skipped)
        step = .payload(left: left - skipped)
        goodCount += skipped
        if skipped == left { finishFrame() }
      } else if let byte = bytes.readInteger(as: UInt8.self) {
        try takeHeader(byte)
        goodCount += 1
      }
    }
  }

  private mutating func takeHeader(_ byte: UInt8) throws(WebSocketClose) {
    switch step {
    case .first:
      try checkFirst(byte)
      step = .second(first: byte)
    case .second(let first):
      guard (byte & 0x80 != 0) == peerMasks else {
        throw .protocolError(peerMasks ? "a client must mask" : "a server must not mask")
      }
      switch byte & 0x7f {
      case 126: step = .length(first: first, second: byte, bytesLeft: 2, value: 0)
      case 127: step = .length(first: first, second: byte, bytesLeft: 8, value: 0)
      case let length: try begin(first: first, length: UInt64(length))
      }
    case .length(let first, let second, let bytesLeft, let value):
      let value = value << 8 | UInt64(byte)
      if bytesLeft > 1 {
        step = .length(first: first, second: second, bytesLeft: bytesLeft - 1, value: value)
        return
      }
      guard value > (second & 0x7f == 126 ? 125 : 0xffff) else {
        throw .protocolError("the length of a frame is not in its shortest form")
      }
      try begin(first: first, length: value)
    case .payload:
      break
    }
  }

  private func checkFirst(_ byte: UInt8) throws(WebSocketClose) {
    let isFinal = byte & 0x80 != 0
    guard byte & 0x70 == 0 else {
      throw .protocolError("a frame has reserved bits set, and no extension was agreed on")
    }
    switch byte & 0x0f {
    case 0x0:
      guard gathered != nil else { throw .protocolError("a fragment continues no message") }
    case 0x1:
      throw .unacceptable("a text message: this wire carries binary messages only")
    case 0x2:
      guard gathered == nil else {
        throw .protocolError("a message begins inside the fragments of another")
      }
    case 0x8, 0x9, 0xa:
      guard isFinal else { throw .protocolError("a control frame is fragmented") }
    case let opcode:
      throw .protocolError("opcode \(opcode) has no meaning")
    }
  }

  private mutating func begin(first: UInt8, length: UInt64) throws(WebSocketClose) {
    let isControl = first & 0x08 != 0
    if isControl {
      guard length <= 125 else { throw .protocolError("a control frame is longer than 125 bytes") }
      dataFrame = nil
    } else {
      guard length <= UInt64(maximumMessageSize - (gathered ?? 0)) else {
        throw .tooBig(limit: maximumMessageSize)
      }
      dataFrame = (length: Int(length), isFinal: first & 0x80 != 0)
    }
    if !isControl, length == 0, first & 0x80 == 0 { try countEmptyFragment() }
    step = .payload(left: Int(length) + (peerMasks ? 4 : 0))
    if length == 0 && !peerMasks { finishFrame() }
  }

  /// Lets nobody send without end what adds up to no message.
  private mutating func countEmptyFragment() throws(WebSocketClose) {
    emptyFragments += 1
    guard emptyFragments <= Self.mostEmptyFragments else {
      throw .tooMuch("a message has more than \(Self.mostEmptyFragments) empty fragments")
    }
  }

  private mutating func finishFrame() {
    step = .first
    guard let dataFrame else { return }
    if dataFrame.isFinal { emptyFragments = 0 }
    self.dataFrame = nil
    gathered = dataFrame.isFinal ? nil : (gathered ?? 0) + dataFrame.length
  }
}
