#if GRPC
import GRPCTransport
import SharedState
import StateSync
import Testing
import Trajectory
import WebSocketTransport

/// A town at one port for clients of all wires.
func withRunningServer(
  _ initial: StateDictionary = [:],
  frames: FrameHub? = nil,
  _ body: (SyncServer, WebSocketServer) async throws -> Void
) async throws {
  let town = SyncServer(initial)
  let guest = try await GRPCStateServer.start(serving: town, frames: frames)
  try await withServer(of: town, guest: guest, frames: frames, body)
}

@Suite(
  "A Python gRPC client of either generation on our server",
  .serialized,
  .timeLimit(.minutes(3)),
  .enabled(if: PeerEnvironment.isWanted, PeerEnvironment.reason)
)
struct GRPCServerTests {
  static let names = ["narupa", "nanover"]

  private func withClient(
    _ name: String,
    _ initial: StateDictionary = [:],
    _ body: (SyncServer, PythonPeer) async throws -> Void
  ) async throws {
    try await withRunningServer(initial) { town, server in
      try await PythonPeer.withGRPCClient(of: server.port, name: name) { python in
        try await body(town, python)
      }
    }
  }

  @Test(
    "It hears the whole state first, even of an empty town, and then what changes",
    arguments: names
  )
  func subscribes(name: String) async throws {
    try await withClient(name) { town, python in
      try await python.call("subscribe", 0.01)
      try await eventually("it heard of nothing") { try await python.call("first") == 0 }
      town.apply(StateChange(updates: ["int": 1, "max": .double(.infinity), "list": [1, nil]]))
      try await eventually("all arrived") { try await python.call("count", "") == 3 }
      #expect(try await python.repr("int") == "1.0")
      #expect(try await python.repr("max") == "inf")
      #expect(try await python.repr("list") == "[1.0, None]")
      town.apply(StateChange(updates: ["int": ["now": [true]]], removals: ["max"]))
      try await eventually("a key went") { try await python.call("keys") == ["int", "list"] }
      #expect(try await python.repr("int") == "{'now': [True]}")
    }
  }

  @Test(
    "It sets and removes, hears itself, and an update of nothing is a success",
    arguments: names
  )
  func writes(name: String) async throws {
    try await withClient(name, ["old": 1, "null": true]) { town, python in
      try await python.call("subscribe", 0.01)
      #expect(try await python.call("update", "t", ["a": ["b": [0.5]], "old": nil]) == true)
      #expect(town.state == ["a": ["b": [0.5]], "null": true])
      try await eventually("it hears itself") { try await python.call("keys") == ["a", "null"] }
      #expect(try await python.call("empty update") == true)
      // A value without a kind: one server of the time removed the key, the other failed.
      #expect(try await python.call("kindless", "null") == true)
      #expect(town.state["null"] == nil)
    }
  }

  @Test("A lock keeps others out until it is over or given back, all or nothing", arguments: names)
  func locks(name: String) async throws {
    try await withClient(name, ["a": 0, "b": 0]) { town, python in
      #expect(try await python.call("locks", "one", ["a": 30]) == true)
      #expect(try await python.call("update", "two", ["a": 1, "b": 1]) == false)
      #expect(town.state == ["a": 0, "b": 0])
      #expect(try await python.call("update", "two", ["a": nil]) == false)
      #expect(try await python.call("locks", "two", ["a": 1, "b": 30]) == false)
      #expect(try await python.call("locks", "two", ["a": nil]) == true)
      #expect(try await python.call("update", "two", ["a": 1]) == false)
      #expect(try await python.call("update", "one", ["a": 1, "b": 1]) == true)
      #expect(try await python.call("locks", "one", ["a": nil]) == true)
      #expect(try await python.call("update", "two", ["a": 2]) == true)
      #expect(try await python.call("locks", "one", ["a": 0.2]) == true)
      #expect(try await python.call("update", "two", ["a": 3]) == false)
      try await eventually("the lock is over") {
        try await python.call("update", "two", ["a": 3]) == true
      }
      #expect(town.state == ["a": 3.0, "b": 1.0])
      let wrong = try await python.call("locks", "one", ["a": "soon"])
      #expect(wrong["error"] == "INVALID_ARGUMENT")
    }
  }

  @Test("10,000 keys go both ways", arguments: names)
  func tenThousand(name: String) async throws {
    var houses: [String: StateValue] = [:]
    for number in 0..<10_000 { houses["ours.\(number)"] = ["n": .int(Int64(number))] }
    try await withClient(name, StateDictionary(houses)) { town, python in
      try await python.call("subscribe", 0.033)
      try await eventually("ours are there") { try await python.call("first") == 10_000 }
      #expect(try await python.repr("ours.77") == "{'n': 77.0}")
      #expect(try await python.call("fill", "theirs.", 10_000) == true)
      #expect(town.state.count == 20_000)
      #expect(town.state["theirs.3"] == ["n": 3.0, "half": 1.5])
      try await eventually("theirs came back") {
        try await python.call("count", "theirs.") == 10_000
      }
    }
  }

  @Test("A first state of 20 MB arrives in messages that every client takes", arguments: names)
  func large(name: String) async throws {
    var houses: [String: StateValue] = [:]
    for number in 0..<20 {
      houses["large.\(number)"] = .string(String(repeating: "x", count: 1 << 20))
    }
    try await withClient(name, StateDictionary(houses)) { town, python in
      try await python.call("subscribe", 0.033)
      try await eventually("it is there") { try await python.call("count", "large.") == 20 }
      #expect(try await python.call("messages") == 7)
      // One that fits into no message is not there, and nobody is cut off.
      town.apply(StateChange(updates: ["large.0": .string(String(repeating: "y", count: 5 << 20))]))
      town.apply(StateChange(updates: ["after": true]))
      try await eventually("the rest goes on") { try await python.repr("after") == "True" }
      #expect(try await python.repr("large.0") == "'absent'")
      var reports = town.reports.makeAsyncIterator()
      #expect(await reports.next()?.hasPrefix("large.0 takes 52429") == true)
    }
  }

  @Test("A town of 40,000 small houses is seen whole", arguments: names)
  func fortyThousand(name: String) async throws {
    var houses: [String: StateValue] = [:]
    for number in 0..<40_000 {
      houses["ours.\(number)"] = [
        "name": .string("Selection \(number)"), "ids": [1, 2, 3, 4, 5, 6, 7, 8],
      ]
    }
    try await withClient(name, StateDictionary(houses)) { town, python in
      try await python.call("subscribe", 0.033)
      try await eventually("all are there") { try await python.call("count", "ours.") == 40_000 }
    }
  }

  @Test("It lists the town's commands, runs one, and is told of what is unknown", arguments: names)
  func commands(name: String) async throws {
    try await withClient(name, ["avatar.p": ["playerid": "p"]]) { town, python in
      let radial = "multiuser/radially-orient-origins"
      let list = try await python.call("list")
      #expect(list[radial] == ["radius": 1.0])
      let answer = try await python.call("run", .string(radial), ["radius": 2])
      #expect(answer == .object([:]))
      #expect(town.state.contains("user-origin.p"))
      let unknown = try await python.call("run", "fly", [:])
      #expect(unknown["error"] == "INVALID_ARGUMENT")
    }
  }

  @Test("Nothing is cleared when it leaves, in good order or killed", arguments: names)
  func leaving(name: String) async throws {
    try await withClient(name) { town, python in
      try await python.call("subscribe", 0.01)
      #expect(try await python.call("update", "p", ["avatar.p": 1, "play.p": 1]) == true)
      try await eventually("it has joined") { town.sessionCount == 1 }
      await python.kill()
      try await eventually("it is gone") { town.sessionCount == 0 }
      #expect(town.state.count == 2)
    }
  }

  @Test("Its subscription ends in good order when the server shuts down")
  func shutdown() async throws {
    try await withRunningServer(["a": 1]) { _, server in
      try await PythonPeer.withGRPCClient(of: server.port, name: "narupa") { python in
        try await python.call("subscribe", 0.01)
        try await eventually("it has joined") { try await python.call("first") == 1 }
        await server.shutdown()
        try await eventually("the subscription ended") {
          try await python.call("keys").array?.contains("end") == true
        }
        #expect(try await python.repr("end") == "'in good order'")
      }
    }
  }
}
#endif
