import NetworkSupport
import StateSync
import TestSupport
import Testing

@testable import TownhallKit

@Suite(
  "Clients and servers that speak TLS",
  .timeLimit(.minutes(2)),
  .enabled(if: Certificate.canBeMade, "openssl is missing")
)
struct EncryptionTests {
  /// Longer than a test may take: who waits for it has not understood that to try again is of no use.
  private static let patience = Duration.seconds(600)

  private func withServer(_ body: (SharedStateServer, _ caFile: String) async throws -> Void)
    async throws
  {
    let certificate = try await Certificate.make()
    defer { certificate.remove() }
    let (file, key) = certificate.files
    let server = try await SharedStateServer.start(
      port: 0,
      holding: ["a": 1],
      identity: ServerIdentity(certificateFile: file, keyFile: key)
    )
    do {
      try await body(server, certificate.path)
    } catch {
      await server.close()
      throw error
    }
    await server.close()
  }

  @Test("E5: without a scheme TLS is found out, and the fingerprint counts there too")
  func bare() async throws {
    try await withServer { server, caFile in
      let bare = "127.0.0.1:\(server.port)"
      let pin = try #require(server.certificate).keyPin
      let trust = TrustOptions(certificateFile: caFile)
      for (address, trust) in [(bare, trust), ("\(bare)#\(pin)", TrustOptions())] {
        let client = try await SharedStateClient.connect(
          to: address,
          trust: trust,
          patience: Self.patience
        )
        #expect(client.endpoint.state == ["a": 1])
        await client.close()
      }
      var remembered = try ServerAddress(bare)
      remembered.remembered = ExpectedPin(pin, from: "a file")
      #expect(await remembered.isEncrypted())
      let client = try await SharedStateClient.connect(
        through: remembered.transport(),
        patience: Self.patience
      )
      await client.close()
    }
  }

  @Test("E4: a certificate that is none to go by ends the search at once")
  func atOnce() async throws {
    try await withServer { server, _ in
      let other = "sha256:" + String(repeating: "00", count: 32)
      for (address, isUnvouched) in [
        (server.address, true), ("127.0.0.1:\(server.port)", true),
        ("\(server.address)#\(other)", false), ("127.0.0.1:\(server.port)#\(other)", false),
      ] {
        let error = await #expect(throws: ServerNotTrusted.self) {
          try await SharedStateClient.connect(to: address, patience: Self.patience)
        }
        #expect(error?.isUnvouched == isUnvouched)
        #expect(error?.description.hasPrefix("no town at wss://127.0.0.1") == true)
      }
      let error = await #expect(throws: ServerNotFound.self) {
        try await SharedStateClient.connect(
          to: "ws://127.0.0.1:\(server.port)",
          patience: Self.patience
        )
      }
      #expect(error?.description.contains("try wss://127.0.0.1:\(server.port)") == true)
    }
  }

  @Test(
    "E5: who was found to speak TLS, or is known by a fingerprint, is not spoken to in the clear"
  )
  func noWayBack() async throws {
    let plain = await Stub(.encrypted)
    let secure = await Stub(.unreachable)
    let either = EitherTransport(address: "lab", plain: [plain], secure: { [secure] })
    for _ in 0..<3 { await #expect(throws: TransportError.self) { try await either.connect() } }
    #expect(await (plain.tries, secure.tries) == (1, 3))
    let known = await Stub(.unreachable)
    let pinned = EitherTransport(address: "lab", plain: [], secure: { [known] })
    await #expect(throws: TransportError.self) { try await pinned.connect() }
    #expect(await known.tries == 1)
  }

  private actor Stub: StateTransport {
    nonisolated let address = "stub"
    private let code: TransportError.Code
    private(set) var tries = 0

    init(_ code: TransportError.Code) async { self.code = code }

    func connect() async throws -> any StateConnection {
      tries += 1
      throw TransportError(code, "no")
    }
  }
}
