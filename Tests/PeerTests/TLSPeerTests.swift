import NetworkSupport
import SharedState
import StateSync
import TestSupport
import Testing
import TownhallKit

@testable import TownhallApp

@Suite(
  "NanoVer and gRPC's Python over TLS",
  .serialized,
  .timeLimit(.minutes(3)),
  .enabled(if: PeerEnvironment.isWanted, PeerEnvironment.reason)
)
struct TLSPeerTests {
  @Test("NanoVer's server with --ssl-auto is joined by its fingerprint, and refused without")
  func sslAuto() async throws {
    let folder = ScratchFolder()
    try await PythonPeer.withServer(holding: ["a": 1], certificates: folder.path) { python, port in
      let address = try ServerAddress("wss://127.0.0.1:\(port)")
      let shown = try #require(await address.certificate())
      #expect(shown.names == ["localhost"])
      let refusal = await #expect(throws: ServerNotTrusted.self) {
        try await SharedStateClient.connect(to: address.description, patience: .seconds(600))
      }
      #expect(refusal?.isUnvouched == true)
      // By number, though the certificate is for localhost alone; and without a word about TLS.
      for place in ["\(address)#\(shown.keyPin)", "127.0.0.1:\(port)#\(shown.pin)"] {
        let client = try await SharedStateClient.connect(to: place)
        #expect(client.endpoint.state["a"] == 1)
        try await client.sharedState["b"].set(.string(place))
        #expect(try await python.repr("b") == "'\(place)'")
        await client.close()
      }
    }
  }

  /// A town that has made its certificate itself.
  private func withTown(
    _ body: (SharedStateServer, _ certificate: String) async throws -> Void
  ) async throws {
    let folder = ScratchFolder()
    let own = try #require(OwnIdentity(variables: ["XDG_DATA_HOME": folder.path]))
    _ = try own.prepare(for: ["localhost", "127.0.0.1"])
    let server = try await SharedStateServer.start(
      port: 0,
      holding: ["a": 1],
      identity: own.files
    )
    do {
      try await body(server, own.certificatePath)
    } catch {
      await server.close()
      throw error
    }
    await server.close()
  }

  @Test("NanoVer's client joins a town that has made its certificate itself, once it has that")
  func client() async throws {
    try await withTown { server, certificate in
      try await PythonPeer.withClient(of: server.address, trusting: certificate) { python in
        try await eventually("the state is there") { try await python.repr("a") == "1" }
        try await python.call("set", ["b": 2])
        try await eventually("it is told") { server.endpoint.state["b"] == 2 }
      }
      await #expect(throws: PeerTrouble.self) {
        try await PythonPeer.withClient(of: server.address) { _ in }
      }
    }
  }

  #if GRPC
  @Test("So do clients on gRPC's own library", arguments: GRPCServerTests.names)
  func grpc(name: String) async throws {
    try await withTown { server, certificate in
      try await PythonPeer.withGRPCClient(of: server.port, name: name, trusting: certificate) {
        python in
        try await python.call("subscribe", 0.01)
        try await eventually("the state is there") { try await python.repr("a") == "1.0" }
        #expect(try await python.call("update", "t", ["b": 2]) == true)
        #expect(server.endpoint.state["b"] == 2.0)
      }
    }
  }
  #endif
}
