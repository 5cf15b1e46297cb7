import MessagePack
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
}
