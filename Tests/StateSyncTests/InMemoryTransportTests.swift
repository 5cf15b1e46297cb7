import SharedState
import StateSync
import TestSupport
import Testing

@Suite("InMemoryTransport", .timeLimit(.minutes(1)))
struct InMemoryTransportTests {
  @Test("It keeps every promise of a transport", arguments: TransportConformance.Check.allCases)
  func conforms(to check: TransportConformance.Check) async throws {
    try await TransportConformance { server in
      .init(transport: InMemoryTransport(server: server), stop: { server.shutDown() })
    }.run(check)
  }

  @Test("A cut line ends receiving and sending with an error, and the town sees its client leave")
  func cut() async throws {
    let server = SyncServer()
    let line = InMemoryLine()
    let connection = try await InMemoryTransport(server: server, line: line).connect()
    _ = try await connection.receive()
    line.cut()
    #expect(server.sessionCount == 0)
    await #expect(throws: TransportError.self) { try await connection.receive() }
    await #expect(throws: TransportError.self) { try await connection.send(StateChange()) }
    await #expect(throws: TransportError.self) {
      try await InMemoryTransport(server: server, line: line).connect()
    }
    line.mend()
    await #expect(throws: Never.self) {
      try await InMemoryTransport(server: server, line: line).connect().close()
    }
  }
}
