import NIOCore
import TestSupport
import Testing

@testable import WebSocketTransport

@Suite("FrameInspector")
struct FrameInspectorTests {
  private func judge(
    _ frames: [RawFrame],
    peerMasks: Bool = true,
    limit: Int = 1000,
    step: Int = .max
  ) -> WebSocketClose? {
    var inspector = FrameInspector(peerMasks: peerMasks, maximumMessageSize: limit)
    var bytes = ByteBuffer(bytes: frames.flatMap(\.bytes))
    do throws(WebSocketClose) {
      while let piece = bytes.readSlice(length: min(step, bytes.readableBytes)),
        piece.readableBytes > 0
      {
        try inspector.inspect(piece)
      }
      return nil
    } catch {
      return error
    }
  }

  private static let goodFrames: [RawFrame] = [
    .binary([]), .binary([1, 2, 3]),
    RawFrame(first: 0x89, payload: [9]),
    .binary([1], isFinal: false), RawFrame(first: 0x8a), .continuation([], isFinal: false),
    .continuation([7, 7], isFinal: true),
    .binary([UInt8](repeating: 1, count: 126)), .binary([UInt8](repeating: 1, count: 1000)),
    .close([0x03, 0xe8]),
  ]

  @Test("Good frames pass, however the bytes are cut", arguments: [1, 2, 3, 5, 7, 64, .max])
  func good(step: Int) {
    #expect(judge(Self.goodFrames, step: step) == nil)
  }

  @Test("A limit of 64 KiB and more is counted in the long form of lengths")
  func longForm() {
    #expect(judge([.binary([UInt8](repeating: 0, count: 70_000))], limit: 70_000) == nil)
    #expect(judge([.binary([UInt8](repeating: 0, count: 70_001))], limit: 70_000)?.code == 1009)
  }

  @Test("Empty fragments pass, but not without end")
  func emptyFragments() {
    let empty = RawFrame.continuation([], isFinal: false)
    let some = [.binary([1], isFinal: false)] + [RawFrame](repeating: empty, count: 1000)
    let whole = some + [.continuation([], isFinal: true)]
    #expect(judge(whole + whole) == nil)
    #expect(judge(some + [empty])?.code == 1008)
  }

  static let breaches: [(String, [RawFrame], UInt16)] = [
    ("unmasked", [RawFrame(first: 0x82, payload: [1], mask: nil)], 1002),
    ("RSV1", [RawFrame(first: 0xc2, payload: [1])], 1002),
    ("RSV2", [RawFrame(first: 0xa2, payload: [1])], 1002),
    ("RSV3", [RawFrame(first: 0x92, payload: [1])], 1002),
    ("text", [RawFrame(first: 0x81, payload: [65])], 1003),
    ("opcode 3", [RawFrame(first: 0x83)], 1002),
    ("opcode 11", [RawFrame(first: 0x8b)], 1002),
    ("fragmented ping", [RawFrame(first: 0x09)], 1002),
    ("fragmented close", [RawFrame(first: 0x08)], 1002),
    ("long ping", [RawFrame(first: 0x89, payload: [UInt8](repeating: 0, count: 126))], 1002),
    ("continuation of nothing", [.continuation([1], isFinal: true)], 1002),
    ("interleaved", [.binary([1], isFinal: false), .binary([2])], 1002),
    ("length 5 in two bytes", [RawFrame(first: 0x82, announced: 5, lengthBytes: 2)], 1002),
    ("length 200 in eight", [RawFrame(first: 0x82, announced: 200, lengthBytes: 8)], 1002),
    ("one beyond the limit", [RawFrame(first: 0x82, announced: 1001)], 1009),
    ("2^63", [RawFrame(first: 0x82, announced: 1 << 63)], 1009),
    ("2^64 - 1", [RawFrame(first: 0x82, announced: .max)], 1009),
    (
      "fragments beyond the limit together",
      [
        .binary([UInt8](repeating: 0, count: 600), isFinal: false),
        RawFrame(first: 0, announced: 401),
      ],
      1009
    ),
  ]

  @Test("Each breach is found at the header, with its code", arguments: breaches)
  func bad(name: String, frames: [RawFrame], code: UInt16) {
    for step in [1, .max] {
      #expect(judge(frames, step: step)?.code == code, "\(name)")
      #expect(judge([.binary([1, 2])] + frames, step: step)?.code == code, "\(name)")
    }
  }

  @Test("What stands before a breach is good, and so counts however it comes")
  func before() {
    let good = RawFrame.binary([1, 2, 3]).bytes
    for (name, frames, _) in Self.breaches {
      var inspector = FrameInspector(peerMasks: true, maximumMessageSize: 1000)
      let bytes = good + frames.flatMap(\.bytes)
      try? inspector.inspect(ByteBuffer(bytes: bytes))
      #expect((good.count..<bytes.count).contains(inspector.goodCount), "\(name)")
      try? inspector.inspect(ByteBuffer())
      #expect(inspector.goodCount == 0)
    }
  }

  @Test("A server must not mask")
  func serverMasks() {
    #expect(judge([.binary([1])], peerMasks: false)?.code == 1002)
    let plain = Self.goodFrames.map { frame in
      var frame = frame
      frame.mask = nil
      return frame
    }
    #expect(judge(plain, peerMasks: false, step: 1) == nil)
  }

  @Test("A message too big is refused before its payload comes")
  func early() {
    var inspector = FrameInspector(peerMasks: true, maximumMessageSize: 1000)
    let header = RawFrame(first: 0x82, announced: 5000).bytes.prefix(4)
    #expect(throws: WebSocketClose.tooBig(limit: 1000)) {
      try inspector.inspect(ByteBuffer(bytes: header))
    }
  }

  @Test("Progress counts what has come, and knows the total once the last frame has begun")
  func progress() throws {
    var inspector = FrameInspector(peerMasks: true, maximumMessageSize: 1000)
    #expect(inspector.progress == nil)
    let first = RawFrame.binary([UInt8](repeating: 0, count: 300), isFinal: false).bytes
    try inspector.inspect(ByteBuffer(bytes: first.prefix(108)))
    #expect(inspector.progress == MessageProgress(received: 100, total: nil))
    try inspector.inspect(ByteBuffer(bytes: first.dropFirst(108)))
    #expect(inspector.progress == MessageProgress(received: 300, total: nil))
    try inspector.inspect(ByteBuffer(bytes: RawFrame(first: 0x89).bytes))
    #expect(inspector.progress == MessageProgress(received: 300, total: nil))
    let last = RawFrame.continuation([UInt8](repeating: 0, count: 200), isFinal: true).bytes
    try inspector.inspect(ByteBuffer(bytes: last.prefix(58)))
    #expect(inspector.progress == MessageProgress(received: 350, total: 500))
    try inspector.inspect(ByteBuffer(bytes: last.dropFirst(58)))
    #expect(inspector.progress == nil)
  }

  @Test("Random bytes are judged without a trap", arguments: 0..<200 as Range<UInt64>)
  func random(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for peerMasks in [true, false] {
      var inspector = FrameInspector(peerMasks: peerMasks, maximumMessageSize: 1 << 20)
      let bytes = (0..<64).map { _ in UInt8.random(in: 0...255, using: &generator) }
      try? inspector.inspect(ByteBuffer(bytes: bytes))
    }
  }
}
