import SharedState
import StateSync
import TestSupport
import Testing

@testable import WebSocketTransport

@Suite("wss://", .timeLimit(.minutes(1)), .enabled(if: Certificate.canBeMade, "openssl is missing"))
struct TLSTests {
  @Test("A client that trusts the certificate gets in, by name and by number")
  func trusted() async throws {
    let certificate = try await Certificate.make()
    defer { certificate.remove() }
    try await withServer(options: { $0.tls = certificate.files }) { server, town in
      #expect(server.address.hasPrefix("wss://"))
      for host in ["localhost", "127.0.0.1"] {
        try await withClient(
          of: "wss://\(host):\(server.port)",
          options: { $0.caFile = certificate.path }
        ) { client in
          try await client.write { _ in StateChange(updates: ["host": .string(host)]) }
          #expect(town.state["host"] == .string(host))
        }
      }
    }
  }

  @Test("A large message comes through, both ways")
  func large() async throws {
    let certificate = try await Certificate.make()
    defer { certificate.remove() }
    let large = StateValue.bytes([UInt8](repeating: 7, count: 1_000_000))
    try await withServer(SyncServer(["a": large]), options: { $0.tls = certificate.files }) {
      server,
      town in
      try await withClient(of: server.address, options: { $0.caFile = certificate.path }) {
        client in
        #expect(client.state["a"] == large)
        try await client.write { _ in StateChange(updates: ["b": large]) }
        #expect(town.state["b"] == large)
      }
    }
  }

  @Test("A certificate that nobody vouches for is refused, and the way out is named")
  func untrusted() async throws {
    let certificate = try await Certificate.make()
    defer { certificate.remove() }
    try await withServer(options: { $0.tls = certificate.files }) { server, _ in
      try await expectUnreachable(
        server.address,
        "its certificate is not trusted (a private one needs --ca-file)"
      )
    }
  }

  @Test(
    "A certificate for somebody else is refused",
    arguments: ["DNS:elsewhere,IP:127.0.0.2", "DNS:localhost,IP:127.0.0.2"]
  )
  func wrongHost(names: String) async throws {
    let certificate = try await Certificate.make(names: names)
    defer { certificate.remove() }
    var options = WebSocketClientTransport.Options()
    options.caFile = certificate.path
    let host = names.contains("elsewhere") ? "localhost" : "127.0.0.1"
    try await withServer(options: { $0.tls = certificate.files }) { server, _ in
      try await expectUnreachable(
        "wss://\(host):\(server.port)",
        "certificate is not for this host",
        options: options
      )
    }
  }

  @Test("ws:// to a wss:// server and the other way round are told apart")
  func mixedUp() async throws {
    let certificate = try await Certificate.make(names: "DNS:localhost")
    defer { certificate.remove() }
    try await withServer(options: { $0.tls = certificate.files }) { server, _ in
      let transport = try WebSocketClientTransport("ws://127.0.0.1:\(server.port)")
      let error = await #expect(throws: TransportError.self) { try await transport.connect() }
      #expect(error?.code == .unreachable)
    }
    try await withServer { server, _ in
      try await expectUnreachable(
        "wss://127.0.0.1:\(server.port)",
        "it does not speak TLS there"
      )
    }
  }

  @Test("Files that are not there are named")
  func missingFiles() async throws {
    var options = WebSocketClientTransport.Options()
    options.caFile = "/nowhere/ca.pem"
    let error = #expect(throws: TransportError.self) {
      try WebSocketClientTransport("wss://localhost", options: options)
    }
    #expect(error?.message.contains("/nowhere/ca.pem") == true)
    var serverOptions = WebSocketServer.Options()
    serverOptions.tls = (certificateFile: "/nowhere/cert.pem", keyFile: "/nowhere/key.pem")
    let refusal = await #expect(throws: WebSocketServerError.self) {
      try await WebSocketServer.start(serving: SyncServer(), options: serverOptions)
    }
    #expect(refusal?.code == .badCertificate)
    #expect(refusal?.message.contains("/nowhere/cert.pem") == true)
  }
}
