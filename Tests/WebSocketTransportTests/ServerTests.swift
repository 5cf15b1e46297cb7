import ConcurrencySupport
import MessagePack
import SharedState
import StateSync
import Testing

@testable import WebSocketTransport

@Suite("WebSocketServer", .timeLimit(.minutes(1)))
struct WebSocketServerTests {
  @Test("Two clients see the same town, and each other's writes")
  func twoClients() async throws {
    try await withServer(SyncServer(["scene": [0, 1.5], "name": "A"])) { server, town in
      #expect(server.address == "ws://127.0.0.1:\(server.port)")
      try await withClient(of: server.address) { first in
        try await withClient(of: server.address) { second in
          #expect(first.state["scene"] == [0, 1.5])
          try await first.write { _ in StateChange(updates: ["x": ["a": 1]], removals: ["name"]) }
          try await eventually("the other sees it") {
            second.state["x"] == ["a": 1] && !second.state.contains("name")
          }
          #expect(town.state["x"] == ["a": 1])
          #expect(server.clientCount == 2)
        }
      }
      try await eventually("they are gone") { server.clientCount == 0 }
      #expect(town.state.keys.filter { $0.hasPrefix("update.index.") } == [])
    }
  }

  @Test("It listens on this machine only, at the port that was asked for or a free one")
  func binding() async throws {
    #expect(WebSocketServer.Options().host == "127.0.0.1")
    #expect(WebSocketServer.Options().port == 38801)
    try await withServer { server, town in
      var options = WebSocketServer.Options()
      options.port = server.port
      let error = await #expect(throws: WebSocketServerError.self) {
        try await WebSocketServer.start(serving: town, options: options)
      }
      #expect(error?.code == .addressInUse)
      #expect(
        error?.description
          == "cannot listen at 127.0.0.1, port \(server.port): address already in use"
      )
    }
    var options = WebSocketServer.Options()
    options.host = "192.0.2.1"
    let error = await #expect(throws: WebSocketServerError.self) {
      try await WebSocketServer.start(serving: SyncServer(), options: options)
    }
    #expect(error?.code == .cannotListen)
  }

  @Test("Shutting down says goodbye to everybody, does not wait for those who do not answer")
  func shutdown() async throws {
    var options = WebSocketServer.Options()
    options.port = 0
    options.closeTimeout = .milliseconds(200)
    let server = try await WebSocketServer.start(serving: SyncServer(["a": 1]), options: options)
    let connection = try await WebSocketClientTransport(server.address).connect()
    #expect(try await connection.nextChange() == StateChange(updates: ["a": 1]))
    let deaf = try await RawLine.connect(to: server.port)
    let halfway = try await RawLine.connect(to: server.port, shakesHands: false)
    try await eventually("both are in") { server.clientCount == 2 }
    let start = ContinuousClock.now
    await server.shutdown()
    #expect(ContinuousClock.now - start < .seconds(3))
    #expect(try await connection.receive() == nil)
    #expect(try await deaf.readToEnd() == 1001)
    #expect(try await halfway.readToEnd() == nil)
    await connection.close()
  }

  @Test("A town that closes sends its clients away")
  func townCloses() async throws {
    try await withServer { server, town in
      let line = try await RawLine.connect(to: server.port)
      _ = try await line.nextFrame()
      town.shutDown()
      #expect(try await line.readToEnd() == 1001)
    }
  }

  @Test("The interval in an address counts, and one that makes no sense does not")
  func intervals() async throws {
    let patient: (inout WebSocketServer.Options) -> Void = { $0.interval = .seconds(600) }
    try await withServer(options: patient) { server, town in
      let hasty = try await RawLine.connect(to: server.port, path: "/?a=1&interval=0.005")
      let usual = try await RawLine.connect(to: server.port, path: "/?interval=-1")
      // The whole state, and then some changes, are due at once for everybody.
      for line in [hasty, usual] { _ = try await line.nextFrame() }
      for number in 0..<HubMachine.reserve {
        town.apply(StateChange(updates: ["a": .int(Int64(number))]))
        for line in [hasty, usual] { _ = try await line.nextFrame() }
      }
      town.apply(StateChange(updates: ["a": 100]))
      #expect(try await hasty.nextFrame() != nil)
      await hasty.hangUp()
      let news = try? await bounded(within: .milliseconds(100)) {
        try await usual.nextFrame()
      } discard: { _ in
      }
      #expect(news == nil)
      await usual.hangUp()
    }
  }

  @Test("Commands go from client to client, and the whole request comes back")
  func commands() async throws {
    try await withServer { server, _ in
      let runner = try await RawLine.connect(to: server.port)
      try await runner.send(.command(["register": ["name": "x/go", "arguments": ["a": 1]]]))
      let caller = try await RawLine.connect(to: server.port)
      try await eventually("the offer is listed") {
        try await caller.send(.command(["request": ["name": "commands/list", "id": 0]]))
        let list = try await caller.nextCommand()?["response"]?["list"]
        return list?["commands/list"] == [:] && list?["x/go"] == ["a": 1]
      }
      let request: StateValue = ["name": "x/go", "arguments": ["b": 2], "id": "my id"]
      try await caller.send(.command([["request": request]]))
      let asked = try #require(try await runner.nextCommand()?["request"])
      #expect(asked["name"] == "x/go" && asked["arguments"] == ["a": 1, "b": 2])
      try await runner.send(
        .command(["request": ["id": try #require(asked["id"])], "response": ["ok": true]])
      )
      #expect(try await caller.nextCommand() == ["request": request, "response": ["ok": true]])
      await runner.hangUp()
      try await eventually("the offer is gone") {
        try await caller.send(.command(["request": request]))
        return try await caller.nextCommand()
          == ["request": request, "exception": "unknown command: x/go"]
      }
      await caller.hangUp()
    }
  }

  @Test("A client that asks without listening to the answers is sent away")
  func deafCaller() async throws {
    try await withServer { server, _ in
      let line = try await RawLine.connect(to: server.port, autoRead: false)
      let long = StateValue.bytes([UInt8](repeating: 0, count: 1 << 20))
      let question = RawFrame.command(["request": ["name": "fly", "id": long]]).bytes
      try await eventually("it is sent away") {
        try? await line.send(question)
        return server.clientCount == 0
      }
      await line.hangUp()
    }
  }

  @Test("A client whose connection breaks leaves no houses behind", arguments: [true, false])
  func leaving(inGoodOrder: Bool) async throws {
    try await withServer(SyncServer(["avatar.b": 1])) { server, town in
      let line = try await RawLine.connect(to: server.port)
      try await line.send(
        .binary(MessagePack.encode(["state": ["updates": ["avatar.a": 1, "play.a": 2, "c": 3]]]))
      )
      try await eventually("it is in") { town.state.count == 4 }
      if inGoodOrder { try await line.send(.close([0x03, 0xe8])) } else { await line.hangUp() }
      try await eventually("its houses are gone") { Set(town.state.keys) == ["avatar.b", "c"] }
      await line.hangUp()
    }
  }
}

extension RawFrame {
  /// A command message.
  static func command(_ value: StateValue) -> RawFrame {
    .binary(MessagePack.encode(["command": value]))
  }
}

extension RawLine {
  /// The next command message, past any news of the state.
  func nextCommand() async throws -> StateValue? {
    while let frame = try await nextFrame() {
      guard frame.first == 0x82 else { continue }
      if let command = try MessagePack.decode(frame.payload)["command"] { return command }
    }
    return nil
  }
}
