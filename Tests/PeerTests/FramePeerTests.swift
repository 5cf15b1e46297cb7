#if GRPC
import GRPCTransport
#endif
import SharedState
import StateSync
import Testing
import Trajectory
import WebSocketTransport

@Suite(
  "A simulation of NanoVer's on our server",
  .serialized,
  .timeLimit(.minutes(3)),
  .enabled(if: PeerEnvironment.isWanted, PeerEnvironment.reason)
)
struct FramePeerTests {
  /// What moves, and so differs from one moment to the next.
  private static let moving: Set<String> = [
    "frame.index", "server.timestamp", "particle.positions", "system.simulation.time",
  ]

  private func frame(of python: PythonPeer) async throws -> StateObject {
    try await python.call("frame").object ?? [:]
  }

  private func molecule(_ name: String, of python: PythonPeer) async throws -> StateObject {
    try await eventually("\(name) is seen") {
      let frame = try await frame(of: python)
      return frame["system.simulation.name"] == .string(name)
        && (frame["system.simulation.time"]?.double ?? 0) > 2
    }
    return try await frame(of: python)
  }

  /// What NanoVer's client sees of each simulation on NanoVer's server.
  private func whatTheRealServerShows() async throws -> [StateObject] {
    var seen: [StateObject] = []
    try await PythonPeer.withServer { simulator, port in
      try await simulator.call("move")
      try await PythonPeer.withClient(of: "ws://127.0.0.1:\(port)") { client in
        seen.append(try await molecule("water", of: client))
        try await client.call("command", "playback/load", ["index": 1])
        seen.append(try await molecule("methane", of: client))
      }
    }
    return seen
  }

  @Test("All who join see the molecule as on NanoVer's own, from its first frame to its next load")
  func hosted() async throws {
    let expected = try await whatTheRealServerShows()
    let hub = FrameHub()
    try await withServer(of: SyncServer(), frames: hub) { town, server in
      try await PythonPeer.withClient(of: server.address) { simulator in
        try await PythonPeer.withClient(of: server.address) { early in
          try await simulator.call("move")
          for (number, name) in ["water", "methane"].enumerated() {
            if number > 0 { try await early.call("command", "playback/load", ["index": 1]) }
            let seen = try await molecule(name, of: early)
            #expect(Set(seen.map(\.key)) == Set(expected[number].map(\.key)))
            for field in expected[number] where !Self.moving.contains(field.key) {
              #expect(seen[field.key] == field.value, "\(field.key) of \(name)")
            }
            // Who comes in the middle sees as much, and what a topology is made of.
            try await PythonPeer.withClient(of: server.address) { late in
              let joined = try await molecule(name, of: late)
              #expect(Set(joined.map(\.key)) == Set(seen.map(\.key)))
            }
            let topology = try Topology(#require(hub.news(since: 0)).frame)
            #expect(
              topology.atomCount == [3, 5][number] && topology.bonds.count == [2, 4][number]
            )
            #expect(topology.atom(0).name == ["O", "C"][number] && topology.chainName(0) == "A")
          }
          // Everybody's commands reach who simulates.
          try await early.call("command", "playback/pause", [:])
          try await eventually("it stands still") {
            let version = hub.version
            try await Task.sleep(for: .milliseconds(300))
            return hub.version == version
          }
          #expect(town.state["simulation.name"] == "methane")
        }
        // Who publishes leaves, and what it has shown stays.
      }
      try await PythonPeer.withClient(of: server.address) { last in
        try await eventually("the molecule is there") {
          try await frame(of: last)["particle.count"] == 5
        }
      }
    }
  }

  #if GRPC
  private static let names = (0..<1000).map { StateValue.string("atom \($0)") }

  @Test(
    "Clients of the gRPC generation see the same, under each of its names",
    arguments: ["narupa", "nanover"],
    ["SubscribeLatestFrames", "SubscribeFrames"]
  )
  func former(dialect: String, method: String) async throws {
    let hub = FrameHub()
    try await withRunningServer(frames: hub) { _, server in
      try await PythonPeer.withGRPCClient(of: server.port, name: dialect) { client in
        try await client.call("follow frames", .string(method), 0.01)
        try hub.publish(Frame(["old": true]), by: 0)
        try hub.publish(
          Frame([
            "frame.index": 0, "particle.count": 2, "particle.elements": [8, 1],
            "particle.positions": [0, 0.5, -1, 2, 3, 4], "particle.names": ["O", "H"],
            "forces.user.index": [0, 300], "bond.pairs": [0, 1],
            "energy.kinetic": 1.5, "system.simulation.name": "pair", "own": ["a": [1, nil]],
          ]),
          by: 0
        )
        try hub.publish(Frame(["energy.kinetic": 2.5]), by: 0)
        try await eventually("it has all") {
          try await client.call("frame").array?[2]["energy.kinetic"] == 2.5
        }
        let frame = try await client.call("frame").array?[2]
        #expect(frame?["particle.positions"] == ["float_values": [0.0, 0.5, -1.0, 2.0, 3.0, 4.0]])
        #expect(frame?["particle.elements"] == ["index_values": [8, 1]])
        #expect(frame?["forces.user.index"] == ["index_values": [0, 300]])
        #expect(frame?["bond.pairs"] == ["index_values": [0, 1]])
        #expect(frame?["particle.names"] == ["string_values": ["O", "H"]])
        #expect(frame?["particle.count"] == 2.0 && frame?["own"] == ["a": [1.0, nil]])
        #expect(frame?["system.simulation.name"] == "pair" && frame?["old"] == nil)
      }
    }
  }

  @Test(
    "A frame beyond what such a client takes comes in parts, and a value that is goes to others"
  )
  func large() async throws {
    let (hub, town) = (FrameHub(), SyncServer())
    var options = GRPCStateServer.Options()
    options.maximumUpdateSize = 1 << 16
    let guest = try await GRPCStateServer.start(serving: town, frames: hub, options: options)
    try await withServer(of: town, guest: guest, frames: hub) { town, server in
      let huge = StateValue.string(String(repeating: "x", count: 1 << 17))
      let parts = Dictionary(
        uniqueKeysWithValues: (0..<10).map { ("part.\($0)", StateValue.array(Self.names)) }
      )
      try hub.publish(Frame(parts.merging(["huge": huge]) { $1 }), by: 0)
      try await PythonPeer.withGRPCClient(of: server.port, name: "nanover") { client in
        try await client.call("follow frames", "SubscribeLatestFrames", 0)
        try await eventually("it has all") {
          (try await client.call("frame").array?[2].object?.count ?? 0) == 12
        }
        let answer = try await client.call("frame").array ?? []
        #expect(answer[0].int ?? 0 > 1 && answer[1].int ?? .max <= 1 << 16)
        #expect(
          answer[2]["huge"] == nil && answer[2]["part.7"] == ["string_values": .array(Self.names)]
        )
      }
      var reports = town.reports.makeAsyncIterator()
      let report = await reports.next()
      #expect(report?.hasPrefix("huge of a frame takes") == true, "\(report ?? "none")")
    }
  }

  @Test(
    "Who only follows frames is let go in good order when the server closes, however seldom it asks",
    arguments: [0, 3600]
  )
  func closing(interval: Double) async throws {
    let hub = FrameHub()
    try hub.publish(Frame(["a": 1]), by: 0)
    let (town, options) = (SyncServer(), GRPCStateServer.Options())
    let guest = try await GRPCStateServer.start(serving: town, frames: hub, options: options)
    try await withServer(of: town, guest: guest, frames: hub) { _, server in
      try await PythonPeer.withGRPCClient(of: server.port, name: "narupa") { client in
        try await client.call("follow frames", "SubscribeLatestFrames", .double(interval))
        try await eventually("it follows") { try await client.call("frame").array?[0] == 1 }
        await server.shutdown()
        try await eventually("it is told") {
          try await client.call("frame").array?[2]["end"] == "in good order"
        }
      }
    }
  }
  #endif
}
