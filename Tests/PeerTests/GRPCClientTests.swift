#if GRPC
import GRPCTransport
import NetworkSupport
import SharedState
import StateSync
import TestSupport
import Testing
import Trajectory

@Suite(
  "Our client on a Python gRPC server of either generation",
  .serialized,
  .timeLimit(.minutes(3)),
  .enabled(if: PeerEnvironment.isWanted, PeerEnvironment.reason)
)
struct GRPCClientTests {
  static let names = ["narupa", "nanover", "narupa,nanover"]

  private func withProbe(
    _ names: String,
    filledBy fill: (PythonPeer) async throws -> Void = { _ in },
    _ body: (PythonPeer, TransportProbe, any StateConnection) async throws -> Void
  ) async throws {
    try await PythonPeer.withGRPCServer(names: names) { python, address in
      try await fill(python)
      var options = GRPCClientTransport.Options()
      // Whether a town is empty has to be found out by asking, not by waiting.
      options.patience = .seconds(600)
      let connection = try await GRPCClientTransport(address, options: options).connect()
      let probe = TransportProbe(connection)
      do {
        try await probe.next()
        try await body(python, probe, connection)
      } catch {
        await probe.close()
        throw error
      }
      await probe.close()
    }
  }

  @Test("It finds the service by its name, and an empty town to be empty", arguments: names)
  func empty(names: String) async throws {
    try await withProbe(names) { python, probe, _ in
      #expect(await probe.copy.isEmpty)
      let town = try await python.call("copy")
      #expect(town == .object([:]))
    }
  }

  @Test("It hears the state and what changes, writes, removes, and hears itself", arguments: names)
  func follows(names: String) async throws {
    try await withProbe(names) { python in
      try await python.call("update", "", ["one": 1, "list": [1, nil, "x"]])
    } _: { python, probe, _ in
      #expect(await probe.copy == ["one": 1.0, "list": [1.0, nil, "x"]])
      try await python.call("update", "", ["two": true, "one": nil])
      try await probe.wait(for: "a change") { $0["two"] == true && $0["one"] == nil }
      try await probe.send(StateChange(updates: ["three": ["a": 3]], removals: ["two"]))
      #expect(try await python.repr("three") == "{'a': 3.0}")
      try await probe.wait(for: "its own") { $0["three"] == ["a": 3.0] && $0["two"] == nil }
    }
  }

  @Test("It hears frames if it wants to, and the state beside them", arguments: names)
  func frames(names: String) async throws {
    try await PythonPeer.withGRPCServer(names: names) { python, address in
      var options = GRPCClientTransport.Options()
      let inbox = FrameInbox()
      options.frames = inbox
      let connection = try await GRPCClientTransport(address, options: options).connect()
      let probe = TransportProbe(connection)
      try await probe.next()
      try await python.call("frame", 3, ["old": 1], [:])
      try await python.call(
        "frame",
        0,
        ["particle.count": 2, "system.simulation.name": "pair", "own": ["a": [1, nil]]],
        [
          "particle.positions": ["float_values", [0, 0.5, -1, 2, 3, 4]],
          "particle.elements": ["index_values", [8, 1]],
          "particle.residues": ["index_values", [0, 300]],
          "particle.names": ["string_values", ["O", "H"]],
        ]
      )
      try await python.call("frame", 1, ["energy.kinetic": 2.5], [:])
      var current = CurrentFrame()
      try await eventually("it has all") {
        if let news = inbox.take() { current.take(news) }
        return current.frame[.kineticEnergy] == 2.5
      }
      let frame = current.frame
      #expect(try frame.count(.particleCount) == 2 && frame[FrameKey("old")] == nil)
      #expect(try frame.vectors(.particlePositions) == [SIMD3(0, 0.5, -1), SIMD3(2, 3, 4)])
      #expect(try frame.bytes(.particleElements) == [8, 1])
      #expect(try frame.indices(.particleResidues) == [0, 300])
      #expect(try frame.texts(.particleNames) == ["O", "H"])
      #expect(frame[FrameKey("own")] == ["a": [1.0, nil]] && frame[.simulationName] == "pair")
      try await python.call("update", "", ["one": 1])
      try await probe.wait(for: "the state") { $0["one"] == 1.0 }
      await probe.close()
      // Another simulation begins while nobody listens, and goes on.
      try await python.call("frame", 0, ["particle.count": 1], [:])
      try await python.call("frame", 7, ["energy.kinetic": 9], [:])
      let again = TransportProbe(try await GRPCClientTransport(address, options: options).connect())
      try await again.next()
      try await eventually("it has the other") {
        if let news = inbox.take() { current.take(news) }
        return current.frame[.kineticEnergy] == 9.0
      }
      #expect(Set(current.frame.keys) == ["frame.index", "particle.count", "energy.kinetic"])
      await again.close()
    }
  }

  @Test("10,000 keys go both ways", arguments: names)
  func tenThousand(names: String) async throws {
    try await withProbe(names) { python in
      try await python.call("fill", "theirs.", 10_000)
    } _: { python, probe, _ in
      let copy = await probe.copy
      #expect(copy.count == 10_000 && copy["theirs.3"] == ["n": 3.0, "half": 1.5])
      var more = StateChange()
      for number in 0..<10_000 { more.update("ours.\(number)", to: ["n": .int(Int64(number))]) }
      try await probe.send(more)
      try await probe.wait(for: "ours") { $0.count == 20_000 }
      #expect(try await python.repr("ours.77") == "{'n': 77.0}")
    }
  }

  @Test("A first state of 20 MB is received", arguments: names)
  func large(names: String) async throws {
    try await withProbe(names) { python in
      try await python.call("large", 20)
    } _: { _, probe, _ in
      let copy = await probe.copy
      #expect(copy.count == 20 && copy["large.7"]?.string?.utf8.count == 1 << 20)
    }
  }

  @Test("A lock of somebody else refuses a write, and ours refuses theirs", arguments: names)
  func locks(names: String) async throws {
    try await withProbe(names) { python, probe, connection in
      let locking = try #require(connection as? any LockingConnection)
      try await python.call("locks", "other", ["a": 30])
      let refused = try await #require(throws: TransportError.self) {
        try await probe.send(StateChange(updates: ["a": 1, "b": 1]))
      }
      #expect(refused == .lockedByAnother)
      let town = try await python.call("copy")
      #expect(town == .object([:]))
      let both = try await locking.updateLocks(["a": .hold(seconds: 1), "b": .hold(seconds: 1)])
      #expect(!both)
      try await python.call("locks", "other", ["a": nil])
      #expect(try await locking.updateLocks(["a": .hold(seconds: 30)]))
      #expect(try await python.call("update", "other", ["a": 2]) == false)
      try await probe.send(StateChange(updates: ["a": 3]))
      #expect(try await locking.updateLocks(["a": .release]))
      #expect(try await python.call("update", "other", ["a": 2]) == true)
    }
  }

  @Test("The engine keeps its connection over a refused write, and says why")
  func refusedByTheEngine() async throws {
    try await PythonPeer.withGRPCServer(names: "narupa") { python, address in
      try await python.call("locks", "other", ["a": 30])
      let client = SyncClient(transport: try GRPCClientTransport(address))
      client.start()
      try await client.waitUntilLive(attempts: 1)
      let refused = await client.send(StateChange(updates: ["a": 1]))
      #expect(refused == .refused(reason: "locked by another"))
      #expect(client.state["a"] == nil)
      let accepted = await client.send(StateChange(updates: ["b": 1]))
      #expect(accepted.isAccepted)
      #expect(client.status.isLive)
      await client.stop()
      let town = try await python.call("copy")
      #expect(town == ["b": 1.0])
    }
  }

  @Test(
    "Asking often whether it is there does not have the server hang up",
    arguments: ["narupa", "nanover"]
  )
  func asking(name: String) async throws {
    try await PythonPeer.withGRPCServer(names: name) { python, address in
      let line = try FaultyLine(to: Int(address.split(separator: ":").last ?? "") ?? 0)
      defer { line.cut() }
      var options = GRPCClientTransport.Options()
      options.keepalive = Keepalive(pingInterval: .milliseconds(20), silence: .seconds(30))
      let transport = try GRPCClientTransport("grpc://127.0.0.1:\(line.port)", options: options)
      let client = SyncClient(transport: transport)
      let statuses = client.statuses()
      client.start()
      try await client.waitUntilLive(attempts: 1)
      // A hundred questions are far more than HTTP/2's own pings would be let through.
      try await Task.sleep(for: .seconds(4))
      try await python.call("update", "", ["end": true])
      try await TransportProbe.eventually("the change came") { client.state["end"] == true }
      await client.stop()
      for await status in statuses {
        if case .waiting(_, let reason, _) = status { Issue.record("lost: \(reason)") }
      }
    }
  }

  @Test("What is too large for the server is refused in its words, and the connection goes on")
  func tooLarge() async throws {
    try await withProbe("narupa") { python, probe, _ in
      let large = StateValue.string(String(repeating: "x", count: 5 << 20))
      let refused = try await #require(throws: TransportError.self) {
        try await probe.send(StateChange(updates: ["large": large]))
      }
      #expect(refused.code == .refused && refused.message.contains("max"))
      try await probe.send(StateChange(updates: ["small": 1]))
      let town = try await python.call("copy")
      #expect(town == ["small": 1.0])
    }
  }

  @Test("Commands are listed and run, and what went wrong with one is told", arguments: names)
  func commands(names: String) async throws {
    try await withProbe(names) { _, _, connection in
      let commanding = try #require(connection as? any CommandingConnection)
      let list = try await commanding.listCommands()
      #expect(list.map(\.name) == ["test/echo", "test/fail"])
      #expect(list.first?.arguments == ["a": 1.0])
      let echo = try await commanding.runCommand("test/echo", arguments: ["b": [1, "x"]])
      #expect(echo == ["heard": ["b": [1.0, "x"]]])
      let unknown = await #expect(throws: CommandFailure.self) {
        try await commanding.runCommand("fly", arguments: [:])
      }
      #expect(unknown == CommandFailure(.unknownCommand, "Unknown command fly"))
      let failed = await #expect(throws: CommandFailure.self) {
        try await commanding.runCommand("test/fail", arguments: [:])
      }
      #expect(failed?.kind == .failed && failed?.message.contains("it broke") == true)
    }
  }

  @Test("It sees the server stop, and one that was killed", arguments: [true, false])
  func stops(inGoodOrder: Bool) async throws {
    try await withProbe("nanover") { python, probe, _ in
      if inGoodOrder { try await python.call("stop") } else { await python.kill() }
      try await probe.waitForEnd()
      let lost = try await #require(throws: TransportError.self) {
        try await probe.send(StateChange(updates: ["late": 1]))
      }
      #expect(lost.code == .connectionLost)
    }
  }
}
#endif
