import StateSync
import TestSupport
import Testing
import WebSocketTransport

@Suite("WebSocket as a transport", .timeLimit(.minutes(2)))
struct WebSocketConformanceTests {
  @Test("It keeps every promise of a transport", arguments: TransportConformance.Check.allCases)
  func conforms(to check: TransportConformance.Check) async throws {
    try await TransportConformance(losses: .locks) { town in
      var options = WebSocketServer.Options()
      options.port = 0
      let server = try await WebSocketServer.start(serving: town, options: options)
      return .init(transport: try WebSocketClientTransport(server.address)) {
        await server.shutdown()
      }
    }.run(check)
  }
}
