#if GRPC
import GRPCCore
import NetworkSupport
import ProtocolBuffers
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
    let frame = Frame([
      "frame.index": 0, "particle.count": 2.0,
      "particle.positions": Frame.packed([0, 0.5, -1, 2, 3, .nan] as [Float]),
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
      try await probe.next()
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

  /// A client of an odd server, which has made up an empty state and listens for frames from now on.
  private func with(
    frames: OddServer.FrameOddity,
    counting calls: OddServer.Calls = OddServer.Calls(),
    _ body: (any StateConnection, FrameInbox) async throws -> Void
  ) async throws {
    try await OddServer.with(.mute, frames: frames, counting: calls) { address in
      var options = GRPCClientTransport.Options()
      (options.silence, options.patience) = (.milliseconds(10), .milliseconds(10))
      let inbox = FrameInbox()
      options.frames = inbox
      let connection = try await GRPCClientTransport(address, options: options).connect()
      _ = try await connection.receive()
      try await body(connection, inbox)
      await connection.close()
    }
  }

  @Test("A server without frames is as good as any, and asked once")
  func none() async throws {
    let calls = OddServer.Calls()
    let error = RPCError(code: .unimplemented, message: "no such thing")
    try await with(frames: .failing(error), counting: calls) { _, inbox in
      try await TransportProbe.eventually("it is asked") { calls.count > 0 }
      // Who asks again does so after a second.
      try await Task.sleep(for: .seconds(1.5))
      #expect(calls.count == 1 && inbox.trouble == nil)
    }
  }

  @Test("Why a server gives somebody no frames is known")
  func refused() async throws {
    let error = RPCError(code: .permissionDenied, message: "not for you")
    try await with(frames: .failing(error)) { _, inbox in
      try await TransportProbe.eventually("it is told") { inbox.trouble == "not for you" }
    }
  }

  @Test("Frames that end are asked for again, and the first of them is all there is")
  func ending() async throws {
    try await with(frames: .ending) { _, inbox in
      for count in 1...2 {
        try await TransportProbe.eventually("frame \(count)") { inbox.count == count }
        #expect(inbox.take()?.isReset == true)
      }
    }
  }

  @Test("Frames that are nonsense end the connection, in words")
  func nonsense() async throws {
    try await with(frames: .nonsense) { connection, _ in
      let error = await #expect(throws: TransportError.self) { try await connection.receive() }
      #expect(error?.code == .protocolViolation && error?.message.contains("byte 0") == true)
    }
  }

  @Test("Nobody follows frames more often than one may, and only the first is sent them whole")
  func limit() async throws {
    let (hub, town) = (FrameHub(), SyncServer())
    try hub.publish(Frame(["a": .bytes([UInt8](repeating: 7, count: 6 << 20))]), by: 1)
    try hub.publish(Frame(["b": .bytes([UInt8](repeating: 7, count: 100))]), by: 1)
    try await RunningServer.with(town, frames: hub) { open in
      let connection = try await open.connect()
      let inboxes = (0..<17).map { _ in FrameInbox() }
      let tasks = inboxes.map { inbox in
        Task { try await connection.listener(for: inbox).run() }
      }
      defer { tasks.forEach { $0.cancel() } }
      try await TransportProbe.eventually("all have been answered") {
        inboxes.allSatisfy { $0.count > 0 || $0.trouble != nil }
      }
      #expect(inboxes.count { $0.trouble?.contains("as one may have: 16") == true } == 1)
      let whole = inboxes.count { $0.take()?[FrameKey("a")] != nil }
      #expect(whole == 1, "a value of 6 MiB fits into no other's messages")
      await connection.close()
    }
  }
}
#endif
