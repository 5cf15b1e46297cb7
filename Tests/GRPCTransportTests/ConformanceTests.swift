#if GRPC
@testable import GRPCTransport
import StateSync
import TestSupport
import Testing
import WebSocketTransport

@Suite("gRPC as a transport", .timeLimit(.minutes(2)))
struct GRPCConformanceTests {
  @Test(
    "It keeps every promise of a transport that its wire allows, by either name",
    arguments: Dialect.allCases,
    TransportConformance.Check.allCases
  )
  func conforms(by dialect: Dialect, to check: TransportConformance.Check) async throws {
    let losses: TransportConformance.Losses = [.integers, .bytes, .nulls, .depth, .clearing]
    try await TransportConformance(losses: losses) { town in
      // A client finds the name of NanoVer first; that of Narupa only where it is the only one.
      let open = try await RunningServer.start(town, dialects: [dialect])
      return .init(transport: try GRPCClientTransport(open.grpcAddress)) {
        await open.door.shutdown()
      }
    }.run(check)
  }
}
#endif
