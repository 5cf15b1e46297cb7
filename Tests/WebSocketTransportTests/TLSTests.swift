import ConcurrencySupport
import Foundation
import NIOSSL
import SharedState
import StateSync
import TestSupport
import Testing

@testable import NetworkSupport
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

  @Test("E3: a certificate that nobody vouches for is refused, and the ways out are named")
  func untrusted() async throws {
    let (certificate, stranger) = (try await Certificate.make(), try await Certificate.make())
    defer { [certificate, stranger].forEach { $0.remove() } }
    var options = WebSocketClientTransport.Options()
    try await withServer(options: { $0.tls = certificate.files }) { server, _ in
      let key = try #require(server.certificate).keyPin
      let words =
        "its certificate is not trusted: nobody known vouches for it. If whoever runs the server says that this is its "
        + "fingerprint, join at \(server.address)#\(key); a private authority needs --ca-file"
      try await expectUnreachable(server.address, words, .unvouched)
      options.caFile = stranger.path
      try await expectUnreachable(server.address, words, .unvouched, options: options)
    }
  }

  @Test(
    "A certificate for somebody else is refused, and says whose it is",
    arguments: [
      ("DNS:elsewhere,IP:127.0.0.2", "localhost", "elsewhere and 127.0.0.2"),
      ("DNS:localhost,IP:127.0.0.2", "127.0.0.1", "localhost and 127.0.0.2"),
      ("IP:::2", "127.0.0.1", "::2"),
    ]
  )
  func wrongHost(names: String, host: String, told: String) async throws {
    let certificate = try await Certificate.make(names: names)
    defer { certificate.remove() }
    var options = WebSocketClientTransport.Options()
    options.caFile = certificate.path
    try await withServer(options: { $0.tls = certificate.files }) { server, _ in
      try await expectUnreachable(
        "wss://\(host):\(server.port)",
        "its certificate is for \(told), and not for \(host)",
        .untrusted,
        options: options
      )
    }
  }

  @Test(
    "A certificate that has ended, or not begun, is refused with the day",
    arguments: [
      ("20200101000000Z", "20201101000000Z", "its certificate ended on 2020-11-01"),
      ("20770203000000Z", "20771101000000Z", "its certificate begins only on 2077-02-03"),
    ]
  )
  func dates(from: String, to: String, told: String) async throws {
    let certificate = try await Certificate.make(dates: (from, to))
    defer { certificate.remove() }
    var options = WebSocketClientTransport.Options()
    options.caFile = certificate.path
    try await TLSListener.with(certificate) { port in
      let address = "wss://127.0.0.1:\(port)"
      try await expectUnreachable(address, told, .untrusted, options: options)
      try await expectUnreachable(address, told, .untrusted)
    }
  }

  @Test("With such a certificate a server does not start, and says why")
  func endedServer() async throws {
    let certificate = try await Certificate.make(dates: ("20200101000000Z", "20201101000000Z"))
    defer { certificate.remove() }
    var options = WebSocketServer.Options()
    options.tls = certificate.files
    let error = await #expect(throws: WebSocketServerError.self) {
      try await WebSocketServer.start(serving: SyncServer(), options: options)
    }
    #expect(error?.code == .badCertificate)
    #expect(
      error?.message
        == "cannot use the certificate \(certificate.path): it ended on 2020-11-01"
    )
  }

  @Test("E2: who knows the fingerprint gets in, whatever else is wrong with the certificate")
  func pinned() async throws {
    let certificate = try await Certificate.make(names: "DNS:elsewhere")
    defer { certificate.remove() }
    let printed = try await certificate.fingerprint()
    try await withServer(options: { $0.tls = certificate.files }) { server, _ in
      let shown = try #require(server.certificate)
      #expect(shown.pin.colons == printed)
      for pin in ["sha256:" + printed, shown.pin.description, shown.keyPin.description] {
        try await withClient(of: "\(server.address)#\(pin)") { client in
          #expect(client.address == server.address)
        }
      }
      try await withClient(
        of: server.address,
        options: { $0.remembered = ExpectedPin(shown.keyPin, from: "a file") }
      ) { _ in }
    }
  }

  @Test("E2: another certificate than the one that is known is refused, whoever vouches for it")
  func changed() async throws {
    let certificate = try await Certificate.make()
    defer { certificate.remove() }
    let other = CertificatePin(of: [])
    var options = WebSocketClientTransport.Options()
    options.caFile = certificate.path
    try await withServer(options: { $0.tls = certificate.files }) { server, _ in
      let key = try #require(server.certificate).keyPin
      try await expectUnreachable(
        "\(server.address)#\(other)",
        "its certificate is another than the address says: the fingerprint is \(key)",
        .untrusted,
        options: options
      )
      options.remembered = ExpectedPin(other, from: "/some/file")
      try await expectUnreachable(
        server.address,
        "its certificate has changed, so somebody may stand in between: the fingerprint is \(key), and not \(other). If "
          + "whoever runs the server says that this is right, take that line out of /some/file",
        .untrusted,
        options: options
      )
    }
  }

  @Test("ws:// to a wss:// server and the other way round are told apart")
  func mixedUp() async throws {
    let certificate = try await Certificate.make(names: "DNS:localhost")
    defer { certificate.remove() }
    try await withServer(options: { $0.tls = certificate.files }) { server, _ in
      try await expectUnreachable(
        "ws://127.0.0.1:\(server.port)",
        "it speaks TLS there: try wss://127.0.0.1:\(server.port)",
        .encrypted
      )
    }
    try await withServer { server, _ in
      try await expectUnreachable(
        "wss://127.0.0.1:\(server.port)",
        "it does not speak TLS there"
      )
      #expect(await TLSProbe.certificates(of: "127.0.0.1", port: server.port) == nil)
    }
  }

  @Test("E1: nobody speaks TLS of before 1.2, neither a server nor a client")
  func versions() async throws {
    let certificate = try await Certificate.make()
    defer { certificate.remove() }
    try await withServer(options: { $0.tls = certificate.files }) { server, _ in
      await #expect(throws: (any Error).self) {
        try await TLSListener.shakeHands(with: server.port, atMost: .tlsv11)
      }
      try await TLSListener.shakeHands(with: server.port, atMost: .tlsv12)
    }
    var options = WebSocketClientTransport.Options()
    options.caFile = certificate.path
    try await TLSListener.with(certificate, atMost: .tlsv11) { port in
      try await expectUnreachable(
        "wss://127.0.0.1:\(port)",
        "it speaks no TLS of 1.2 or later",
        options: options
      )
    }
  }

  @Test(
    "E6: files that change are read again; what cannot be used changes nothing, and is told once"
  )
  func renewed() async throws {
    let (first, second) = (try await Certificate.make(), try await Certificate.make())
    let ended = try await Certificate.make(dates: ("20200101000000Z", "20201101000000Z"))
    defer { [first, second, ended].forEach { $0.remove() } }
    let reports = Locked<[String]>([])
    let tls = try ServerTLS(
      certificateFile: first.files.certificateFile,
      keyFile: first.files.keyFile,
      report: { words in reports.withLock { $0.append(words) } },
      failure: { WebSocketServerError(.badCertificate, $0) }
    )
    /// Has connections come until something is reported.
    func next() async throws -> String {
      let count = reports.withLock { $0.count }
      try await eventually(within: .seconds(30), "a report") {
        _ = tls.handler()
        return reports.withLock { $0.count } > count
      }
      return reports.withLock { $0[count] }
    }
    let former = tls.certificate
    try Data("nonsense".utf8).write(to: URL(filePath: first.path))
    #expect(try await next().hasSuffix("; the certificate from before goes on being used"))
    try first.replace(with: ended)
    #expect(try await next().contains("it ended on 2020-11-01; the certificate from before"))
    #expect(tls.certificate == former)
    try first.replace(with: second)
    #expect(try await next().contains("has changed: from now on the certificate is the one with"))
    #expect(tls.certificate.pin.colons == (try await second.fingerprint()))
    try await Task.sleep(for: .milliseconds(1100))
    _ = tls.handler()
    #expect(reports.withLock { $0.count } == 3)
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
