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
}
