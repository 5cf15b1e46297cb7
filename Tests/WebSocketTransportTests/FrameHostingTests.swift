import AccessControl
import MessagePack
import NIOCore
import SharedState
import StateSync
import TestSupport
import Testing
import Trajectory

@testable import WebSocketTransport

@Suite("Frames that a server passes on", .timeLimit(.minutes(1)))
struct FrameHostingTests {
  private static func message(_ values: StateObject) -> [UInt8] {
    RawFrame.binary(MessagePack.encode(["frame": .object(values)])).bytes
  }

  /// Reads what a client is sent until it has seen a frame that says something.
  private func frames(
    of line: RawLine,
    until isEnough: (CurrentFrame) throws -> Bool
  ) async throws -> CurrentFrame {
    var current = CurrentFrame()
    while let bytes = try await line.nextMessage() {
      var keys = KeyInterner(capacity: 0)
      let message = try NanoVerMessage(bytes.span.bytes, knownTo: &keys, wantsFrame: true)
      guard let frame = message.frame else { continue }
      current.take(frame)
      if try isEnough(current) { return current }
    }
    throw DidNotHappen(description: "the connection ended after \(current.count) frames")
  }

  private static let first: StateObject = [
    "frame.index": 0, "particle.count": 2, "particle.positions": [0, 0, 0, 1, 1, 1],
    "system.simulation.name": "pair",
  ]

  @Test("What one publishes all are sent, who publishes too, and who comes later all of it")
  func passesOn() async throws {
    let hub = FrameHub()
    try await withServer(frames: hub) { server, town in
      let publisher = try await RawLine.connect(to: server.port)
      let reader = try await RawLine.connect(to: server.port)
      try await publisher.send(Self.message(Self.first))
      for line in [publisher, reader] {
        let current = try await frames(of: line) { $0.frame[.simulationName] == "pair" }
        #expect(current.frame.isReset && current.frame[.particleCount] == 2)
        #expect(try current.frame.vectors(.particlePositions) == [[0, 0, 0], [1, 1, 1]])
      }
      try await publisher.send(Self.message(["frame.index": 1, "energy.kinetic": 2.5]))
      let later = try await frames(of: reader) { $0.frame[.kineticEnergy] != nil }
      #expect(later.frame[.particleCount] == nil, "what was told is not told again")
      let joiner = try await RawLine.connect(to: server.port)
      let all = try await frames(of: joiner) { _ in true }
      #expect(all.count == 1 && all.frame[.particleCount] == 2 && all.frame[.kineticEnergy] == 2.5)
      // Who leaves takes none of it along.
      await publisher.hangUp()
      try await eventually("it is gone") { server.clientCount == 2 }
      let last = try await RawLine.connect(to: server.port)
      #expect(try await frames(of: last) { _ in true }.frame[.simulationName] == "pair")
      #expect(town.state.isEmpty)
      for line in [reader, joiner, last] { await line.hangUp() }
    }
  }

  @Test("Any number who come at once are each sent what is known")
  func crowd() async throws {
    let hub = FrameHub()
    try hub.publish(Frame(["a": 1]), by: 0)
    try await withServer(frames: hub) { server, _ in
      try await withThrowingTaskGroup { group in
        for _ in 0..<200 {
          group.addTask {
            let line = try await RawLine.connect(to: server.port)
            #expect(try await frames(of: line) { _ in true }.frame[FrameKey("a")] == 1)
            await line.hangUp()
          }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test("A message may hold a frame and more, and the rest of it counts too")
  func together() async throws {
    let hub = FrameHub()
    try await withServer(frames: hub) { server, town in
      let line = try await RawLine.connect(to: server.port)
      let message: StateValue = [
        "state": ["updates": ["a": 1], "removals": []], "frame": ["particle.count": 0],
      ]
      try await line.send(RawFrame.binary(MessagePack.encode(message)))
      try await eventually("both are there") { town.state["a"] == 1 && hub.version == 1 }
      await line.hangUp()
    }
  }

  @Test("Who reads slowly is sent what is newest, and nobody waits for it")
  func slow() async throws {
    let hub = FrameHub()
    try await withServer(frames: hub) { server, _ in
      let deaf = try await RawLine.connect(to: server.port, autoRead: false)
      let reader = try await RawLine.connect(to: server.port)
      // More than what the system keeps for somebody who does not read.
      let large = StateValue.bytes(Array(repeating: 7, count: 1 << 20))
      for number in 1...60 {
        let values: [String: StateValue] = ["large": large, "number": .int(Int64(number))]
        try hub.publish(Frame(values), by: 0)
        _ = try await frames(of: reader) { $0.frame[FrameKey("number")] == .int(Int64(number)) }
      }
      try await deaf.channel.setOption(.autoRead, value: true).get()
      deaf.channel.read()
      let current = try await frames(of: deaf) { $0.frame[FrameKey("number")] == 60 }
      #expect(current.count < 30, "the others were passed over")
      for line in [deaf, reader] { await line.hangUp() }
    }
  }

  @Test(
    "A frame that nobody could read closes who sent it, in words, and nobody else notices",
    arguments: [
      (["particle.positions": .bytes([1, 2])], "malformed frame: particle.positions: 2 bytes"),
      (["particle.count": -3], "malformed frame: particle.count: -3 is not from 0"),
    ] as [(StateObject, String)]
  )
  func malformed(values: StateObject, words: String) async throws {
    let hub = FrameHub()
    try await withServer(options: { $0.closeTimeout = .milliseconds(100) }, frames: hub) {
      server,
      _ in
      let reader = try await RawLine.connect(to: server.port)
      let offender = try await RawLine.connect(to: server.port)
      try await offender.send(Self.message(Self.first))
      try await offender.send(Self.message(values))
      var close: RawLine.Frame?
      while let frame = try await offender.nextFrame() {
        if frame.closeCode != nil { close = frame }
      }
      #expect(close?.closeCode == 1007)
      let reason = String(decoding: close?.payload.dropFirst(2) ?? [], as: UTF8.self)
      #expect(reason.hasPrefix(words), "\(reason)")
      #expect(hub.version == 1)
      let other = try await RawLine.connect(to: server.port)
      try await other.send(Self.message(["energy.kinetic": 1]))
      let current = try await frames(of: reader) { $0.frame[.kineticEnergy] == 1 }
      #expect(current.frame[.simulationName] == "pair")
      for line in [reader, other] { await line.hangUp() }
    }
  }

  @Test("A guest reads frames and publishes none, which it is told once")
  func guest() async throws {
    let token = AccessToken("town-guest")
    var list = AccessList()
    try list.add(Grant(.guest, name: "Ada", digest: token.digest))
    let (hub, gate) = (FrameHub(), AccessGate(list))
    try hub.publish(Frame(["a": 1]), by: 0)
    try await withServer(options: { $0.gate = gate }, frames: hub) { server, _ in
      let line = try await RawLine.connect(to: server.port, path: "/?token=town-guest")
      _ = try await frames(of: line) { $0.frame[FrameKey("a")] == 1 }
      for _ in 0..<3 { try await line.send(Self.message(Self.first)) }
      // An answer to what is sent last comes after any to what was sent before.
      let command: StateValue = ["command": [["request": ["name": "commands/list", "id": 1]]]]
      try await line.send(RawFrame.binary(MessagePack.encode(command)))
      var refusals: [StateValue] = []
      while let bytes = try await line.nextMessage() {
        let message = try MessagePack.decode(bytes)
        if let refused = message["refused"] { refusals.append(refused) }
        if message["command"] != nil { break }
      }
      #expect(
        refusals == [["keys": ["frame"], "reason": "a guest reads frames, and publishes none"]]
      )
      #expect(hub.version == 1)
      await line.hangUp()
    }
  }

  @Test("Who wants no frames is sent none, as our own clients are; anybody may say so")
  func unwanted() async throws {
    let hub = FrameHub()
    try hub.publish(Frame(["a": 1]), by: 0)
    try await withServer(frames: hub) { server, town in
      try await withClient(of: server.address) { client in
        let line = try await RawLine.connect(to: server.port, path: "/?frames=0")
        let wanting = try await RawLine.connect(to: server.port, path: "/?frames=1")
        _ = try await frames(of: wanting) { $0.frame[FrameKey("a")] == 1 }
        try hub.publish(Frame(["a": 2]), by: 0)
        _ = try await frames(of: wanting) { $0.frame[FrameKey("a")] == 2 }
        // What comes first to the others is the state, and what comes next is what changes then.
        town.apply(StateChange(updates: ["b": 1]))
        for _ in 0..<2 {
          let message = try MessagePack.decode(#require(await line.nextMessage()))
          #expect(message["state"] != nil && message["frame"] == nil)
        }
        try await eventually("ours hears of the state") { client.state["b"] == 1 }
        for line in [line, wanting] { await line.hangUp() }
      }
    }
    let refusal = #expect(throws: Refusal.self) {
      try ClientRequest("/?frames=few", interval: .zero)
    }
    #expect(refusal?.sentence.contains("“few”") == true)
  }

  @Test("A client that listens hears frames, merged until it looks, and the state as ever")
  func listening() async throws {
    let (hub, inbox) = (FrameHub(), FrameInbox())
    try hub.publish(Frame(["particle.count": 1, "a": 1]), by: 0)
    try await withServer(frames: hub) { server, town in
      try await withClient(of: server.address, options: { $0.frames = inbox }) { client in
        var current = CurrentFrame()
        for number in 2...3 {
          try hub.publish(Frame(["a": .int(Int64(number))]), by: 0)
          for await _ in inbox.rings {
            if let news = inbox.take() { current.take(news) }
            if current.frame[FrameKey("a")] == .int(Int64(number)) { break }
          }
        }
        #expect(current.frame[.particleCount] == 1)
        town.apply(StateChange(updates: ["b": 1]))
        try await eventually("the state is told too") { client.state["b"] == 1 }
      }
    }
  }

  @Test("A server without a hub passes frames over, whatever is in them")
  func withoutHub() async throws {
    try await withServer { server, town in
      let line = try await RawLine.connect(to: server.port)
      try await line.send(Self.message(["particle.count": -3]))
      let state: StateValue = ["state": ["updates": ["a": 1]]]
      try await line.send(RawFrame.binary(MessagePack.encode(state)))
      try await eventually("it is still heard") { town.state["a"] == 1 }
      await line.hangUp()
    }
  }
}
