import SharedState
import StateSync
import TestSupport
import Testing

@Suite("SyncServer and SyncClient as endpoints", .timeLimit(.minutes(1)))
struct SyncEndpointTests {
  @Test(
    "A server keeps every promise of an endpoint",
    arguments: EndpointConformance.Check.allCases
  )
  func server(check: EndpointConformance.Check) async throws {
    try await EndpointConformance { SyncServer(["someone": "else"]) }.run(check)
  }

  @Test(
    "A client keeps every promise of an endpoint",
    arguments: EndpointConformance.Check.allCases
  )
  func client(check: EndpointConformance.Check) async throws {
    let server = SyncServer(["someone": "else"])
    let client = SyncClient(transport: InMemoryTransport(server: server))
    client.start()
    try await client.waitUntilLive()
    try await EndpointConformance { client }.run(check)
    await client.stop()
  }
}
