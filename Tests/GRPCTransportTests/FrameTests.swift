#if GRPC
import NetworkSupport
import SharedState
import StateSync
import TestSupport
import Testing
import Trajectory

@testable import GRPCTransport

@Suite("Frames on the gRPC wire", .timeLimit(.minutes(1)))
struct FrameTests {
  // MARK: Bytes

  private static func heard(_ frame: Frame, limit: Int = .max) throws -> Frame {
    var current = CurrentFrame()
    for message in FrameReply.encode(frame, limit: limit).messages {
      current.take(try HeardFrame(from: message.encoded.span.bytes).frame)
    }
    return current.frame
  }

  /// A field of bytes, numbered up to 15.
  private static func field(_ number: UInt8, _ parts: [UInt8]...) -> [UInt8] {
    var field: [UInt8] = []
    field.appendBytes(number, parts.flatMap(\.self))
    return field
  }

  /// A message with one array.
  private static func message(_ name: String, _ array: [UInt8]) -> [UInt8] {
    field(2, field(2, field(1, Array(name.utf8)), field(2, array)))
  }

  private static func read(_ bytes: [UInt8]) throws -> Frame {
    try HeardFrame(from: bytes.span.bytes).frame
  }

  @Test(
    "What is written is heard: arrays packed, lists of texts, and values",
    arguments: [.max, 120]
  )
  func roundTrip(limit: Int) throws {
    let numbers = { (numbers: [Float]) in StateValue.bytes(numbers.withUnsafeBytes { Array($0) }) }
    let frame = Frame([
      "frame.index": 0, "particle.count": 2.0,
      "particle.positions": numbers([0, 0.5, -1, 2, 3, .nan]),
      "particle.elements": .bytes([8, 255]),
      "bond.pairs": .bytes([0, 0, 0, 0, 255, 255, 255, 255]),
      "particle.names": ["O", "H'"], "system.simulation.name": "pair", "own": ["a": [1.0, nil]],
    ])
    #expect(try Self.heard(frame, limit: limit) == frame)
  }

  @Test("A frame without a number makes all before it void, as protobuf writes no 0")
  func reset() throws {
    #expect(try Self.read([]).isReset)
    #expect(try Self.read([8, 7])[.frameIndex] == 7)
  }

  @Test("Numbers come packed, one by one, and in pieces")
  func pieces() throws {
    let one: [UInt8] = [0, 0, 128, 63]
    let floats = Self.field(1, Self.field(1, one, one), [13] + one, Self.field(1, one))
    let positions = try Self.read(Self.message("particle.positions", floats + floats))
    #expect(positions[.particlePositions] == .bytes((0..<8).flatMap { _ in one }))
    let indices = Self.field(2, [8, 172, 2], Self.field(1, [1, 2]))
    #expect(try Self.read(Self.message("bond.pairs", indices)).indices(.bondPairs) == [300, 1, 2])
  }

  @Test(
    "An array of another kind than its name is becomes the name's where its numbers fit, and is a list where not"
  )
  func otherKinds() throws {
    let floats = Self.field(1, Self.field(1, [0, 0, 128, 63]))
    #expect(try Self.read(Self.message("bond.pairs", floats)).indices(.bondPairs) == [1])
    #expect(
      try Self.read(Self.message("particle.elements", floats)).bytes(.particleElements) == [1]
    )
    let indices = Self.field(2, Self.field(1, [172, 2]))
    let elements = try Self.read(Self.message("particle.elements", indices))
    #expect(elements[.particleElements] == [300])
    #expect(throws: FrameError.self) { try elements.bytes(.particleElements) }
    let positions = try Self.read(Self.message("particle.positions", indices))
    #expect(positions[.particlePositions] == .bytes([0, 0, 150, 67]))
  }

  @Test(
    "What is malformed is refused with its place",
    arguments: [
      ([18, 9, 18], "byte 1"), ([18, 4, 18, 2, 18, 9], "byte 5"),
      (message("bond.pairs", [18, 2, 10, 1]), "byte 21"),
      (message("particle.positions", [10, 5, 10, 3, 0, 0, 128]), "byte 30"),
      (message("particle.names", [26, 3, 10, 1, 255]), "byte 26"),
    ] as [([UInt8], String)]
  )
  func malformed(_ bytes: [UInt8], _ place: String) {
    let error = #expect(throws: WireError.self) { try Self.read(bytes) }
    #expect(error?.description.hasPrefix("\(place): ") == true, "\(error?.description ?? "")")
  }

  // MARK: Connections

  @Test(
    "Who wants frames is sent them, one of many megabytes in one, and hears the state meanwhile"
  )
  func client() async throws {
    let (hub, town, inbox) = (FrameHub(), SyncServer(), FrameInbox())
    let positions = StateValue.bytes([UInt8](repeating: 1, count: 9 << 20))
    try hub.publish(Frame(["frame.index": 0, "particle.positions": positions, "a": 1]), by: 1)
    try await RunningServer.with(town, frames: hub) { open in
      let probe = TransportProbe(try await open.connect { $0.frames = inbox })
      try await TransportProbe.eventually("the first frame") { inbox.count == 1 }
      var news = inbox.take()
      #expect(news?[.particlePositions] == positions && news?.isReset == true)
      try hub.publish(Frame(["a": 2]), by: 1)
      try await TransportProbe.eventually("the next") { inbox.count == 2 }
      news = inbox.take()
      #expect(news?[FrameKey("a")] == 2.0 && news?[.particlePositions] == nil)
      #expect(news?.isReset == false)
      town.apply(StateChange(updates: ["one": 1]))
      try await probe.wait(for: "the state") { $0["one"] == 1.0 }
      await probe.close()
    }
  }

  @Test("A server without frames is as good as any")
  func none() async throws {
    let town = SyncServer()
    try await RunningServer.with(town) { open in
      let probe = TransportProbe(try await open.connect { $0.frames = FrameInbox() })
      town.apply(StateChange(updates: ["one": 1]))
      try await probe.wait(for: "the state") { $0["one"] == 1.0 }
      // The subscription has been turned down by now, or is at the first of the next calls.
      for number in 0..<3 {
        try await probe.send(StateChange(updates: ["mine": .int(Int64(number))]))
      }
      try await probe.wait(for: "its own") { $0["mine"] == 2.0 }
      await probe.close()
    }
  }
}
#endif
