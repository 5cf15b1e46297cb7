#if GRPC
import NetworkSupport
import SharedState
import StateSync
import TestSupport
import Testing

@testable import GRPCTransport
@testable import WebSocketTransport

@Suite("One door for all wires", .timeLimit(.minutes(1)))
struct ProtocolDetectionTests {
  @Test("Clients of both wires meet in one town, at one port")
  func meet() async throws {
    try await RunningServer.with(SyncServer(["old": 1])) { open in
      let modern = try await TransportProbe.connect(WebSocketClientTransport(open.door.address))
      let former = TransportProbe(try await open.connect())
      try await former.wait(for: "the state") { $0["old"] == 1.0 }
      try await modern.send(StateChange(updates: ["modern": ["a": 1]]))
      try await former.wait(for: "news of the other wire") { $0["modern"] == ["a": 1.0] }
      try await former.send(StateChange(updates: ["former": 2.5], removals: ["old"]))
      try await modern.wait(for: "news of the other wire") {
        $0["former"] == 2.5 && !$0.contains("old")
      }
      await modern.close()
      await former.close()
    }
  }

  /// How HTTP/2 begins, and settings that say nothing.
  private static let preface = ProtocolDetector.http2 + [0, 0, 0, 4, 0, 0, 0, 0, 0]

  @Test("HTTP/2 is recognised when its first bytes come one by one")
  func slowly() async throws {
    try await RunningServer.with { open in
      let socket = try RawSocket(port: open.door.port)
      for byte in Self.preface { try socket.send([byte]) }
      // The fourth byte of a frame is its kind, and settings are the first that a server sends.
      #expect(socket.receive(4).last == 4)
    }
  }

  @Test(
    "What only begins like HTTP/2 is answered as a web server answers",
    arguments: [
      "PRI * HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "POST x\r\n\r\n",
    ]
  )
  func others(request: String) async throws {
    try await RunningServer.with { open in
      let socket = try RawSocket(port: open.door.port)
      try socket.send(request.utf8)
      #expect(String(decoding: socket.receive(9), as: UTF8.self).hasPrefix("HTTP/1."))
    }
  }

  @Test("Who greets and then says nothing keeps nobody out, and is sent away in time")
  func idle() async throws {
    var options = WebSocketServer.Options()
    options.connectionLimit = 2
    options.arrivalLimit = 32
    try await RunningServer.with(options: options) { open in
      let first = TransportProbe(try await open.connect())
      try await first.next()
      let sockets = try (0..<100).map { _ in
        let socket = try RawSocket(port: open.door.port)
        try socket.send(Self.preface)
        return socket
      }
      // The server's loops take them in side by side, and a door for so few could be passed by all of them at once.
      try await TransportProbe.eventually("all have come") {
        open.door.door.census.tally.arrivals == 101
      }
      let second = TransportProbe(try await open.connect())
      try await second.next()
      let census = open.door.door.census
      #expect(census.seats == 2 && census.waiting <= 33 && census.tally.displaced >= 60)
      withExtendedLifetime(sockets) {}
      await second.close()
      await first.close()
    }
    options.handshakeTimeout = .seconds(2)
    try await RunningServer.with(options: options) { open in
      // Who has asked for something in time stays.
      let probe = TransportProbe(try await open.connect())
      try await probe.next()
      let socket = try RawSocket(port: open.door.port)
      try socket.send(Self.preface)
      // The settings of the server, and then the end.
      let begin = ContinuousClock.now
      open.town.apply(StateChange(updates: ["b": 1]))
      try await probe.wait(for: "what is new") { $0["b"] == 1.0 }
      #expect(socket.receive(1 << 20).count < 1 << 10)
      #expect(ContinuousClock.now - begin < .seconds(9))
      open.town.apply(StateChange(updates: ["a": 1]))
      try await probe.wait(for: "what is new") { $0["a"] == 1.0 }
      await probe.close()
    }
  }

  @Test("Who hangs up in the middle of it leaves no trace")
  func hangsUp() async throws {
    try await RunningServer.with { open in
      for count in [1, 23] { try RawSocket(port: open.door.port).send(Self.preface.prefix(count)) }
      let probe = TransportProbe(try await open.connect())
      try await probe.next()
      #expect(open.door.clientCount == 1)
      await probe.close()
      try await TransportProbe.eventually("it is gone") { open.door.clientCount == 0 }
    }
  }

  @Test("Who never says what it speaks is sent away")
  func silent() async throws {
    var options = WebSocketServer.Options()
    options.handshakeTimeout = .milliseconds(50)
    try await RunningServer.with(options: options) { open in
      let socket = try RawSocket(port: open.door.port)
      try socket.send(Self.preface.prefix(10))
      #expect(socket.receive(1).isEmpty)
    }
  }

  @Test("Nonsense after a good beginning ends that connection alone")
  func nonsense() async throws {
    try await RunningServer.with { open in
      let probe = TransportProbe(try await open.connect())
      try await probe.next()
      let socket = try RawSocket(port: open.door.port)
      try socket.send(Self.preface + [UInt8](repeating: 0xff, count: 100))
      // What the server still says, and then nothing.
      #expect(socket.receive(10_000).count < 10_000)
      try await probe.send(StateChange(updates: ["a": 1]))
      try await probe.wait(for: "its own write") { $0["a"] == 1.0 }
      await probe.close()
    }
  }

  @Test("A server without a guest says to a gRPC client what it is")
  func noGuest() async throws {
    var options = WebSocketServer.Options()
    options.port = 0
    let server = try await WebSocketServer.start(serving: SyncServer(), options: options)
    let transport = try GRPCClientTransport("grpc://127.0.0.1:\(server.port)")
    let error = await #expect(throws: TransportError.self) { try await transport.connect() }
    #expect(error?.code == .unreachable)
    #expect(
      error?.message.contains("a web server answered") == true,
      "\(String(describing: error))"
    )
    await server.shutdown()
  }
}

@Suite(
  "grpcs://",
  .timeLimit(.minutes(1)),
  .enabled(if: Certificate.canBeMade, "openssl is missing")
)
struct GRPCTLSTests {
  @Test("With a certificate, both wires are encrypted at the one port")
  func both() async throws {
    let certificate = try await Certificate.make()
    defer { certificate.remove() }
    var options = WebSocketServer.Options()
    options.tls = certificate.files
    try await RunningServer.with(SyncServer(["old": true]), options: options) { open in
      for host in ["localhost", "127.0.0.1"] {
        var former = GRPCClientTransport.Options()
        former.caFile = certificate.path
        let probe = try await TransportProbe.connect(
          GRPCClientTransport("grpcs://\(host):\(open.door.port)", options: former)
        )
        try await probe.wait(for: "the state") { $0["old"] == true }
        let large = StateValue.string(String(repeating: "x", count: 1_000_000))
        try await probe.send(StateChange(updates: [host: large]))
        try await probe.wait(for: "a large value") { $0[host] == large }
        await probe.close()
      }
      var modern = WebSocketClientTransport.Options()
      modern.caFile = certificate.path
      let probe = try await TransportProbe.connect(
        WebSocketClientTransport("wss://localhost:\(open.door.port)", options: modern)
      )
      try await probe.wait(for: "the state") { $0["old"] == true }
      await probe.close()
    }
  }

  @Test("What is wrong with a certificate, or with the scheme, is said")
  func wrong() async throws {
    let certificate = try await Certificate.make()
    defer { certificate.remove() }
    var options = WebSocketServer.Options()
    options.tls = certificate.files
    try await RunningServer.with(options: options) { open in
      let secure = "grpcs://127.0.0.1:\(open.door.port)"
      let key = try #require(open.door.certificate).keyPin
      try await expectUnreachable(secure, "join at \(secure)#\(key);", .unvouched)
      try await expectUnreachable(
        "\(secure)#sha256:\(String(repeating: "00", count: 32))",
        "its certificate is another than the address says: the fingerprint is \(key)",
        .untrusted
      )
      try await expectUnreachable(
        "grpc://127.0.0.1:\(open.door.port)",
        "it speaks TLS there: try \(secure)",
        .encrypted
      )
    }
    try await RunningServer.with { open in
      try await expectUnreachable("grpcs://127.0.0.1:\(open.door.port)", "does not speak TLS")
    }
  }

  @Test("Who knows the fingerprint gets in, whatever else is wrong with the certificate")
  func pinned() async throws {
    let certificate = try await Certificate.make(names: "DNS:elsewhere")
    defer { certificate.remove() }
    var options = WebSocketServer.Options()
    options.tls = certificate.files
    try await RunningServer.with(SyncServer(["old": true]), options: options) { open in
      let shown = try #require(open.door.certificate)
      for pin in [shown.pin, shown.keyPin] {
        let probe = try await TransportProbe.connect(
          GRPCClientTransport("grpcs://127.0.0.1:\(open.door.port)#\(pin)")
        )
        try await probe.wait(for: "the state") { $0["old"] == true }
        await probe.close()
      }
      var trusting = GRPCClientTransport.Options()
      trusting.caFile = certificate.path
      try await expectUnreachable(
        "grpcs://127.0.0.1:\(open.door.port)",
        "its certificate is for elsewhere, and not for 127.0.0.1",
        .untrusted,
        options: trusting
      )
    }
  }

  private func expectUnreachable(
    _ address: String,
    _ reason: String,
    _ code: TransportError.Code = .unreachable,
    options: GRPCClientTransport.Options = .init()
  ) async throws {
    let transport = try GRPCClientTransport(address, options: options)
    let error = await #expect(throws: TransportError.self) { try await transport.connect() }
    #expect(error?.code == code)
    #expect(error?.message.contains(reason) == true, "\(String(describing: error))")
  }
}
#endif
