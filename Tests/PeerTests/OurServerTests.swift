import NetworkSupport
import SharedState
import StateSync
import Testing
import Trajectory
import WebSocketTransport

/// A server of ours on any free port, for as long as a test takes.
func withServer(
  of town: SyncServer,
  guest: (any HTTP2Acceptor)? = nil,
  frames: FrameHub? = nil,
  _ body: (SyncServer, WebSocketServer) async throws -> Void
) async throws {
  var options = WebSocketServer.Options()
  options.port = 0
  options.http2Acceptor = guest
  let server = try await WebSocketServer.start(
    serving: town,
    frames: frames,
    options: options
  )
  do {
    try await body(town, server)
  } catch {
    await server.shutdown()
    throw error
  }
  await server.shutdown()
}

@Suite(
  "NanoVer's client on our server",
  .serialized,
  .timeLimit(.minutes(3)),
  .enabled(if: PeerEnvironment.isWanted, PeerEnvironment.reason)
)
struct OurServerTests {
  private func withServer(
    _ initial: StateDictionary = [:],
    _ body: (SyncServer, WebSocketServer) async throws -> Void
  ) async throws {
    try await PeerTests.withServer(of: SyncServer(initial), body)
  }

  /// The keys that Python has, but for one that its client puts into its own copy and never sends.
  private func keys(of python: PythonPeer) async throws -> [String] {
    let keys = try await python.call("keys").array ?? []
    return keys.compactMap(\.string).filter { $0 != "imd.velocity_reset_available" }
  }

  @Test("It reads our values, each of its own kind, and follows what changes")
  func reads() async throws {
    try await withServer(["int": 1, "double": 1.0, "gone": true]) { town, server in
      try await PythonPeer.withClient(of: server.address) { python in
        try await eventually("the state is there") {
          try await keys(of: python) == ["double", "gone", "int"]
        }
        #expect(try await python.repr("int") == "1")
        #expect(try await python.repr("double") == "1.0")
        town.apply(
          StateChange(
            updates: [
              "inf": .double(.infinity), "nan": .double(.nan), "bytes": .bytes([0, 255]),
              "null": nil, "int": ["now": [1, 1.0]],
            ],
            removals: ["gone"]
          )
        )
        try await eventually("the change is there") {
          try await keys(of: python) == ["bytes", "double", "inf", "int", "nan", "null"]
        }
        #expect(try await python.repr("inf") == "inf")
        #expect(try await python.repr("nan") == "nan")
        #expect(try await python.repr("bytes") == "b'\\x00\\xff'")
        #expect(try await python.repr("null") == "None")
        #expect(try await python.repr("int") == "{'now': [1, 1.0]}")
      }
    }
  }

  @Test("It sets, updates and removes, with every kind of value")
  func writes() async throws {
    try await withServer { town, server in
      try await PythonPeer.withClient(of: server.address) { python in
        try await python.call(
          "set",
          [
            "int": 1, "double": 1.0, "inf": .double(.infinity), "bytes": .bytes([1, 2]),
            "null": nil, "nested": ["particle_ids": [1, 2]],
          ]
        )
        try await eventually("all arrived") { town.state.count == 6 }
        #expect(town.state["int"] == 1 && town.state["double"] == 1.0)
        #expect(town.state["inf"] == .double(.infinity) && town.state["bytes"] == .bytes([1, 2]))
        #expect(town.state["null"] == StateValue.null)
        #expect(town.state["nested"] == ["particle_ids": [1, 2]])
        try await python.call("set", ["int": 2])
        try await python.call("remove", ["null", "nested"])
        try await eventually("the rest arrived") { town.state.count == 4 && town.state["int"] == 2 }
        // Its own copy is what we sent back.
        try await eventually("it hears itself") { try await python.repr("int") == "2" }
      }
    }
  }

  @Test("10,000 keys go both ways")
  func tenThousand() async throws {
    var houses: [String: StateValue] = [:]
    for number in 0..<10_000 { houses["ours.\(number)"] = ["n": .int(Int64(number))] }
    try await withServer(StateDictionary(houses)) { town, server in
      try await PythonPeer.withClient(of: server.address) { python in
        try await eventually("ours are there") {
          try await python.call("count", "ours.") == 10_000
        }
        #expect(try await python.repr("ours.77") == "{'n': 77}")
        try await python.call("fill", "theirs.", 10_000)
        try await eventually("theirs are here") { town.state.count == 20_000 }
        #expect(town.state["theirs.3"] == ["n": 3, "half": 1.5])
      }
    }
  }

  @Test("A large value goes both ways")
  func large() async throws {
    let large = StateValue.bytes([UInt8](repeating: 7, count: 4 << 20))
    try await withServer(["ours": large]) { town, server in
      try await PythonPeer.withClient(of: server.address) { python in
        try await eventually("ours is there") { try await keys(of: python) == ["ours"] }
        try await python.call("set", ["theirs": large])
        try await eventually("theirs is here") { town.state["theirs"] == large }
      }
    }
  }

  @Test("It lists commands, is told of unknown ones, and runs what another client offers")
  func commands() async throws {
    try await withServer { _, server in
      try await PythonPeer.withClient(of: server.address) { runner in
        try await PythonPeer.withClient(of: server.address) { caller in
          try await runner.call("offer", "test/echo")
          try await eventually("the offer is listed") {
            let answer = try await caller.call("command", "commands/list")
            let own: StateValue = ["radius": 1.0]
            return answer["result"]?["list"] == [
              "commands/list": [:], "multiuser/radially-orient-origins": own,
              "test/echo": ["a": 1],
            ]
          }
          let unknown = try await caller.call("command", "fly")
          #expect(unknown == ["exception": "unknown command: fly"])
          let echo = try await caller.call("command", "test/echo", ["b": 2.5])
          #expect(echo == ["result": ["heard": ["a": 1, "b": 2.5]]])
        }
      }
    }
  }

  @Test("Its houses are cleared when it leaves, in good order or killed", arguments: [true, false])
  func leaving(inGoodOrder: Bool) async throws {
    try await withServer(["avatar.other": 1]) { town, server in
      try await PythonPeer.withClient(of: server.address) { python in
        try await python.call(
          "set",
          [
            "avatar.p-1": ["name": "P"], "play.p-1": 1, "kept": 1,
            "interaction.x": ["owner.id": "p-1"],
          ]
        )
        try await eventually("all arrived") { town.state.count == 5 }
        if inGoodOrder { try await python.call("close") } else { await python.kill() }
        try await eventually("its houses are gone") {
          Set(town.state.keys) == ["avatar.other", "kept"]
        }
        try await eventually("it is gone") { server.clientCount == 0 }
      }
    }
  }
}
