#if GRPC
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import NIOCore
import NIOPosix
import NetworkSupport
import ProtocolBuffers
import SharedState
import StateSync
import Synchronization
import TestSupport
import Testing

@testable import GRPCTransport
@testable import WebSocketTransport

@Suite("The gRPC client", .timeLimit(.minutes(1)))
struct GRPCClientTests {
  @Test("Addresses are read as they are written, and what is wrong with one is said")
  func addresses() throws {
    #expect(try GRPCAddress("grpc://lab-3").description == "grpc://lab-3:38801")
    #expect(try GRPCAddress("GRPCS://[::1]:1").description == "grpcs://[::1]:1")
    #expect(try GRPCAddress("grpc://127.0.0.1:54321/").port == 54321)
    for text in ["ws://lab-3", "grpc://", "grpc://a:0", "grpc://a/b", "grpc://::1", "lab-3"] {
      #expect(throws: NetworkAddressError.self) { try GRPCAddress(text) }
    }
    let error = #expect(throws: NetworkAddressError.self) { try GRPCAddress("lab-3:1") }
    #expect(error?.description.contains("grpc:// or grpcs://") == true)
  }

  @Test("Where nobody listens, it says so")
  func nobody() async throws {
    // A port that was free a moment ago.
    let open = try await RunningServer.start(SyncServer())
    await open.door.shutdown()
    let error = await #expect(throws: TransportError.self) { try await open.connect() }
    #expect(error?.code == .unreachable)
    #expect(error?.message.contains("connection refused") == true)
  }

  @Test("Where nobody answers, it gives up in time")
  func silence() async throws {
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .bind(host: "127.0.0.1", port: 0).get()
    var options = GRPCClientTransport.Options()
    options.connectTimeout = .milliseconds(100)
    let port = listener.localAddress?.port ?? 0
    let transport = try GRPCClientTransport("grpc://127.0.0.1:\(port)", options: options)
    let error = await #expect(throws: TransportError.self) { try await transport.connect() }
    #expect(error?.message.contains("no answer within") == true)
    try await listener.close()
  }

  @Test("Where gRPC is spoken but no town's, it says so")
  func noTown() async throws {
    try await RunningServer.with(dialects: []) { open in
      let error = await #expect(throws: TransportError.self) { try await open.connect() }
      #expect(error?.message.contains("neither NanoVer's shared state nor Narupa's") == true)
    }
  }

  @Test("It finds out what the town goes by, and goes by NanoVer's name where there are two")
  func dialects() async throws {
    for (offered, found) in [
      ([.narupa], .narupa), ([.nanover], .nanover), (Dialect.allCases, .nanover),
    ] as [([Dialect], Dialect)] {
      try await RunningServer.with(dialects: offered) { open in
        let connection = try await open.connect()
        #expect(connection.dialect == found)
        await connection.close()
      }
    }
  }

  @Test("What cannot be carried is refused with the key and why, and nothing of the change is sent")
  func unsendable() async throws {
    try await RunningServer.with { open in
      let connection = try await open.connect()
      for value: StateValue in [.bytes([1]), .int(.max), nil] {
        let error = await #expect(throws: TransportError.self) {
          try await connection.send(StateChange(updates: ["bad": value, "good": true]))
        }
        #expect(error?.code == .unsendable && error?.message.contains("“bad”") == true)
      }
      #expect(open.town.state.isEmpty)
      try await connection.send(StateChange(updates: ["good": true]))
      #expect(open.town.state == ["good": true])
      await connection.close()
    }
  }

  @Test("A write that meets a lock is refused, and the engine keeps its connection")
  func refused() async throws {
    let town = SyncServer()
    try await RunningServer.with(town) { open in
      let holds: [String: LockRequest] = ["a": .hold(seconds: .infinity)]
      #expect(town.updateLocks(holds.map { ($0.key, $0.value) }, as: "other"))
      let client = SyncClient(transport: try GRPCClientTransport(open.grpcAddress))
      client.start()
      try await client.waitUntilLive(attempts: 1)
      let outcome = await client.send(StateChange(updates: ["a": 1, "b": 1]))
      #expect(outcome == .refused(reason: "locked by another"))
      #expect(town.state.isEmpty || town.state.keys.allSatisfy { $0 != "a" && $0 != "b" })
      #expect(await client.send(StateChange(updates: ["b": 1])).isAccepted)
      await client.stop()
      #expect(town.state == ["b": 1.0])
    }
  }

  @Test("A client that comes back by the same transport still has its locks")
  func token() async throws {
    try await RunningServer.with { open in
      let transport = try GRPCClientTransport(open.grpcAddress)
      let first = try #require(try await transport.connect() as? any LockingConnection)
      #expect(try await first.updateLocks(["a": .hold(seconds: 60)]))
      await first.close()
      let again = try await transport.connect()
      try await again.send(StateChange(updates: ["a": 1]))
      let other = try await open.connect()
      await #expect(throws: TransportError.lockedByAnother) {
        try await other.send(StateChange(updates: ["a": 2]))
      }
      #expect(open.town.state == ["a": 1.0])
      await again.close()
      await other.close()
    }
  }

  @Test("A town that says nothing at all counts as empty after a while")
  func mute() async throws {
    try await OddServer.with(.mute) { address in
      var options = GRPCClientTransport.Options()
      options.silence = .milliseconds(10)
      options.patience = .milliseconds(10)
      let connection = try await GRPCClientTransport(address, options: options).connect()
      guard case .change(let change)? = try await connection.receive() else {
        Issue.record("no change came")
        return
      }
      #expect(change.isEmpty)
      await connection.close()
    }
  }

  @Test("A town that sends nonsense breaks the protocol, and is told where")
  func nonsense() async throws {
    try await OddServer.with(.nonsense) { address in
      let connection = try await GRPCClientTransport(address).connect()
      let error = await #expect(throws: TransportError.self) { try await connection.receive() }
      #expect(error?.code == .protocolViolation && error?.message.contains("byte 0") == true)
      await connection.close()
    }
  }

  @Test("A town that ends a subscription with an error is lost, for the reason it gives")
  func failing() async throws {
    try await OddServer.with(.failing) { address in
      let connection = try await GRPCClientTransport(address).connect()
      let error = await #expect(throws: TransportError.self) { try await connection.receive() }
      #expect(error?.code == .connectionLost && error?.message.contains("out of chairs") == true)
      await connection.close()
    }
  }
}

/// A gRPC server that says yes to every change, and has its own idea of a subscription.
enum OddServer {
  enum Oddity { case mute, nonsense, failing }
  /// What becomes of those who follow its frames.
  enum FrameOddity: Sendable { case nonsense, ending, failing(RPCError) }

  private struct Service: RegistrableRPCService {
    let oddity: Oddity
    let frames: FrameOddity?
    let calls: Calls

    func registerMethods(with router: inout RPCRouter<some ServerTransport>) {
      router.registerHandler(
        forMethod: Dialect.narupa.updateState,
        deserializer: WireDeserializer<UpdateRequest>(),
        serializer: WireSerializer<SuccessReply>()
      ) { _, _ in
        StreamingServerResponse(single: ServerResponse(message: SuccessReply(success: true)))
      }
      router.registerHandler(
        forMethod: Dialect.narupa.subscribe,
        deserializer: WireDeserializer<SubscribeRequest>(),
        serializer: WireSerializer<WrittenMessage>()
      ) { [oddity] _, context in
        StreamingServerResponse { writer in
          switch oddity {
          case .mute: try await context.cancellation.cancelled
          case .nonsense: try await writer.write(WrittenMessage(encoded: [0x07]))
          case .failing: throw RPCError(code: .resourceExhausted, message: "out of chairs")
          }
          return [:]
        }
      }
      guard let frames else { return }
      router.registerHandler(
        forMethod: Dialect.narupa.subscribeLatestFrames,
        deserializer: WireDeserializer<FrameRequest>(),
        serializer: WireSerializer<WrittenMessage>()
      ) { [calls] _, _ in
        calls.note()
        return StreamingServerResponse { writer in
          switch frames {
          case .nonsense: try await writer.write(WrittenMessage(encoded: [0x07]))
          case .ending: try await writer.write(WrittenMessage(encoded: [8, 5]))
          case .failing(let error): throw error
          }
          return [:]
        }
      }
    }
  }

  private struct Guest: HTTP2Acceptor {
    let listener: ForwardedListener

    func takeOver(_ caller: Caller, isSecure: Bool) -> EventLoopFuture<Void> {
      listener.put(caller.channel, isSecure: isSecure)
    }

    func dismissAll(within limit: Duration) async {}
  }

  /// How often somebody has begun to follow frames.
  final class Calls: Sendable {
    private let most = Atomic(0)
    var count: Int { most.load(ordering: .relaxed) }
    func note() { most.add(1, ordering: .relaxed) }
  }

  static func with(
    _ oddity: Oddity,
    frames: FrameOddity? = nil,
    counting calls: Calls = Calls(),
    _ body: (_ address: String) async throws -> Void
  ) async throws {
    let listener = ForwardedListener()
    let transport = HTTP2ServerTransport.Custom(listenerFactory: listener, config: .defaults)
    let server = GRPCServer(
      transport: transport,
      services: [Service(oddity: oddity, frames: frames, calls: calls)]
    )
    let serving = Task { try? await server.serve() }
    try await listener.waitUntilOpen()
    var options = WebSocketServer.Options()
    options.port = 0
    options.http2Acceptor = Guest(listener: listener)
    let door = try await WebSocketServer.start(serving: SyncServer(), options: options)
    do {
      try await body("grpc://127.0.0.1:\(door.port)")
    } catch {
      await stop(serving, door)
      throw error
    }
    await stop(serving, door)
  }

  private static func stop(_ serving: Task<Void?, Never>, _ door: WebSocketServer) async {
    serving.cancel()
    _ = await serving.value
    await door.shutdown()
  }
}

@Suite("A gRPC line that goes dead", .timeLimit(.minutes(1)))
struct DeadGRPCLineTests {
  /// A client of a town through a line, until the test ends.
  private func with(
    _ keepalive: Keepalive,
    callPatience: Duration = .seconds(30),
    _ body: (FaultyLine, SyncServer, SyncClient) async throws -> Void
  ) async throws {
    try await RunningServer.with(SyncServer(["a": 1.0])) { open in
      let line = try FaultyLine(to: open.door.port)
      defer { line.cut() }
      var options = GRPCClientTransport.Options()
      (options.keepalive, options.callPatience) = (keepalive, callPatience)
      options.connectTimeout = .seconds(3)
      let transport = try GRPCClientTransport("grpc://127.0.0.1:\(line.port)", options: options)
      let client = SyncClient(transport: transport)
      client.start()
      try await client.waitUntilLive(attempts: 1)
      try await body(line, open.town, client)
      await client.stop()
    }
  }

  private func eventually(_ what: String, _ condition: @Sendable () -> Bool) async throws {
    try await TransportProbe.eventually(what) { condition() }
  }

  private let watched = Keepalive(
    pingInterval: .seconds(1),
    silence: .seconds(3),
    warning: .milliseconds(500)
  )

  @Test("A server that has nothing to tell is asked again and again, answers, and is kept")
  func quiet() async throws {
    let rule = Keepalive(pingInterval: .milliseconds(50), silence: .seconds(30))
    try await with(rule) { line, _, client in
      try await Task.sleep(for: .seconds(1))
      #expect(client.status.isLive && line.count == 1)
    }
  }

  @Test(
    "An idle one is told of as silence, then as lost, and is live again by itself when it is back"
  )
  func idle() async throws {
    try await with(watched) { line, town, client in
      let statuses = client.statuses()
      line.hold()
      var wasSilent = false
      for await status in statuses {
        wasSilent = wasSilent || status.silentSince != nil
        guard case .waiting(_, let reason, _) = status else { continue }
        #expect(wasSilent && reason.contains("no sign of life for 3.0 seconds"))
        break
      }
      town.apply(StateChange(updates: ["a": 2.0]))
      line.hold(false)
      try await eventually("it is back, with what the server has") {
        client.status.isLive && client.state["a"] == 2.0
      }
    }
  }

  @Test("A call without an answer counts as a line that is lost, and what follows finds a new one")
  func unanswered() async throws {
    try await with(Keepalive(), callPatience: .milliseconds(500)) { line, town, client in
      line.hold()
      let error = await #expect(throws: TransportError.self) {
        try await client.updateLocks(["a": .hold(seconds: 10)])
      }
      #expect(error?.code == .connectionLost)
      #expect(error?.message.contains("UpdateLocks was not answered within 0.5 seconds") == true)
      try await eventually("it is lost") { !client.status.isLive }
      town.apply(StateChange(updates: ["a": 2.0]))
      line.hold(false)
      try await eventually("it is back, with what the server has") {
        client.status.isLive && client.state["a"] == 2.0
      }
      #expect(try await client.updateLocks(["a": .hold(seconds: 10)]))
    }
  }

  @Test("One that comes back in time is heard again, and nothing is lost")
  func resumed() async throws {
    var patient = watched
    patient.silence = .seconds(30)
    try await with(patient) { line, town, client in
      for number in [2.0, 3.0] {
        line.hold()
        try await eventually("it is silent") { client.status.silentSince != nil }
        town.apply(StateChange(updates: ["a": .double(number)]))
        line.hold(false)
        try await eventually("it is heard, and has the change") {
          client.status.silentSince == nil && client.state["a"] == .double(number)
        }
      }
      #expect(line.count == 1)
    }
  }

  @Test(
    "A server that sends without end is left, in words",
    arguments: ["x", "HTTP/1.1 200 OK\r\n"]
  )
  func endless(words: String) async throws {
    let text = String(repeating: words, count: 1000)
    let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Chatterbox(ByteBuffer(string: text)))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    var options = GRPCClientTransport.Options()
    options.connectTimeout = .seconds(600)
    let port = server.localAddress?.port ?? 0
    let transport = try GRPCClientTransport("grpc://127.0.0.1:\(port)", options: options)
    let error = await #expect(throws: TransportError.self) { try await transport.connect() }
    #expect(error?.code == .unreachable)
    try await server.close()
  }
}

/// Says the same over and over, from the beginning.
private final class Chatterbox: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let words: ByteBuffer

  init(_ words: ByteBuffer) { self.words = words }

  func channelActive(context: ChannelHandlerContext) { say(context) }

  private func say(_ context: ChannelHandlerContext) {
    let written = context.eventLoop.makePromise(of: Void.self)
    let loopBound = context.loopBound
    written.futureResult.assumeIsolated().whenSuccess { self.say(loopBound.value) }
    context.writeAndFlush(wrapOutboundOut(words), promise: written)
  }
}
#endif
