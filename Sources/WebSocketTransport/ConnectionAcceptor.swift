import AccessControl
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import NetworkSupport
import StateSync
import Trajectory

/// Brings clients from their first byte to a WebSocket, or sends them away.
struct ConnectionAcceptor: Sendable {
  struct Client: Sendable {
    let caller: Caller
    let link: WebSocketLink
    let request: ClientRequest
  }

  typealias Arrival = EventLoopFuture<Client?>
  typealias Listener = NIOAsyncChannel<Arrival, Never>

  let options: WebSocketServer.Options
  let tls: ServerTLS?
  let door: Door
  let origins: OriginPolicy
  /// Tells whoever runs the server something.
  let report: @Sendable (String) -> Void

  func open() async throws(WebSocketServerError) -> Listener {
    do {
      let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        // A whole class that comes at once waits here, and not for a second try of its own a second later.
        .serverChannelOption(.backlog, value: 4096)
        .serverChannelOption(.maxMessagesPerRead, value: 32)
        .serverChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(AcceptPause(at: door, report))
          }
        }
        .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      // What has no heartbeat of its own is found to be gone by the system's.
      return try await SystemKeepalive.options
        .reduce(bootstrap) { $0.childChannelOption($1.option, value: $1.value) }
        .bind(
          host: options.host,
          port: options.port,
          serverBackPressureStrategy: .init(lowWatermark: 64, highWatermark: 256)
        ) { channel in
          channel.eventLoop.makeCompletedFuture {
            do {
              return try receive(channel)
            } catch {
              // NIO leaves a connection open whose setting up has failed.
              channel.close(promise: nil)
              throw error
            }
          }
        }
    } catch {
      let isTaken = (error as? IOError)?.errnoCode == EADDRINUSE
      throw WebSocketServerError(
        isTaken ? .addressInUse : .cannotListen,
        "cannot listen at \(options.host), port \(options.port): \(NetworkFailure.describe(error))"
      )
    }
  }

  /// Sets up a new connection for its handshake.
  func receive(_ channel: any Channel) throws -> Arrival {
    guard let caller = door.admit(channel) else { throw ChannelError.ioOnClosedChannel }
    let pipeline = channel.pipeline.syncOperations
    if let tls { try pipeline.addHandler(tls.handler()) }
    // Whoever has asked for nothing real by then never will.
    let late = channel.eventLoop.scheduleTask(in: TimeAmount(options.handshakeTimeout)) {
      if !caller.hasAsked { caller.hangUp() }
    }
    channel.closeFuture.whenComplete { _ in late.cancel() }
    guard let http2 = options.http2Acceptor else { return try expectWebSocket(of: caller) }
    let arrival = channel.eventLoop.makePromise(of: Client?.self)
    channel.closeFuture.whenComplete { _ in arrival.succeed(nil) }
    let detector = ProtocolDetector { isHTTP2 in
      guard isHTTP2 else {
        return channel.eventLoop.makeCompletedFuture {
          try expectWebSocket(of: caller).cascade(to: arrival)
        }
      }
      caller.entrust()
      return http2.takeOver(caller, isSecure: tls != nil)
    }
    try pipeline.addHandler(detector)
    return arrival.futureResult
  }

  /// Sets up a connection for the handshake of a WebSocket, before the time for it is up.
  private func expectWebSocket(of caller: Caller) throws -> Arrival {
    let channel = caller.channel
    let end = NIOLoopBound(HandshakeEnd(), eventLoop: channel.eventLoop)
    let verdict = NIOLoopBoundBox(
      Result<ClientRequest, Refusal>.failure(.notWebSocket),
      eventLoop: channel.eventLoop
    )
    let upgrader = NIOTypedWebSocketServerUpgrader<Client?>(
      maxFrameSize: options.maximumMessageSize,
      enableAutomaticErrorHandling: false
    ) { channel, head in
      verdict.value = judge(head, of: caller)
      let isWelcome = (try? verdict.value.get()) != nil
      return channel.eventLoop.makeSucceededFuture(isWelcome ? [:] : nil)
    } upgradePipelineHandler: { channel, _ in
      channel.eventLoop.makeCompletedFuture {
        let request = try verdict.value.get()
        channel.pipeline.syncOperations.removeHandler(end.value, promise: nil)
        let link = try WebSocketLink.install(on: channel, options: linkOptions(for: caller))
        return Client(caller: caller, link: link, request: request)
      }
    }
    var configuration = NIOUpgradableHTTPServerPipelineConfiguration(
      upgradeConfiguration: NIOTypedHTTPServerUpgradeConfiguration(
        upgraders: [upgrader],
        notUpgradingCompletionHandler: { channel in
          guard case .failure(let refusal) = verdict.value else {
            return channel.eventLoop.makeFailedFuture(ChannelError.inappropriateOperationForState)
          }
          return end.value.refuse(refusal, on: channel).map { nil }
        }
      )
    )
    // One request is answered, and what is no HTTP as any other refusal.
    (configuration.enablePipelining, configuration.enableErrorHandling) = (false, false)
    let pipeline = channel.pipeline.syncOperations
    let arrival = try pipeline.configureUpgradableHTTPServerPipeline(configuration: configuration)
    try pipeline.addHandler(end.value)
    return arrival
  }

  private func linkOptions(for caller: Caller) -> LinkOptions {
    LinkOptions(
      isClient: false,
      maximumMessageSize: options.maximumMessageSize,
      keepalive: options.keepalive,
      closeTimeout: options.closeTimeout,
      noteUnfinished: { caller.note(unfinished: $0) }
    )
  }

  /// What somebody who wants a WebSocket asks for, or why there is none.
  private func judge(
    _ head: HTTPRequestHead,
    of caller: Caller
  ) -> Result<ClientRequest, Refusal> {
    Result { () throws(Refusal) in
      try origins.check(head.headers)
      let request = try ClientRequest(head.uri, interval: options.interval)
      let token = AccessToken(in: head.headers) ?? request.token
      do throws(AccessDenied) { _ = try caller.show(token) } catch { throw .denied(error) }
      do throws(Door.Full) { try caller.takeSeat() } catch { throw .full(error) }
      return request
    }
  }

  /// Waits until an arrival is in, and serves it until it leaves.
  func welcome(
    _ arrival: Arrival,
    to server: SyncServer,
    by fanout: Fanout,
    _ frames: (hub: FrameHub, fanout: FrameFanout)?
  ) async {
    guard let client = try? await arrival.get() else { return }
    await ServerConnection(caller: client.caller, link: client.link, frames: frames)
      .serve(server, by: fanout, client.request)
  }
}

/// Keeps trouble with a single arrival from ending the listening.
///
/// When the process runs out of file descriptors, each failing accept is an error on the listening channel, and who
/// could not be accepted still knocks: without a pause that would be all that its event loop does. Whoever has stood at the
/// door longest makes room.
private final class AcceptPause: ChannelDuplexHandler {
  typealias InboundIn = Any
  typealias OutboundIn = Any

  private static let pause = TimeAmount.milliseconds(100)
  /// How often it is told that nobody can be let in.
  private static let reminder = TimeAmount.seconds(60)

  private let door: Door
  private let report: @Sendable (String) -> Void
  private var isPausing = false
  private var holdsRead = false
  private var reported: NIODeadline?

  init(at door: Door, _ report: @escaping @Sendable (String) -> Void) {
    (self.door, self.report) = (door, report)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard !isPausing else { return }
    isPausing = true
    door.makeRoom()
    if reported.map({ $0 + Self.reminder <= .now() }) ?? true {
      reported = .now()
      report(
        "somebody cannot be let in: \(NetworkFailure.describe(error)) (this process may have \(FileDescriptorLimit.now) files open)"
      )
    }
    let this = NIOLoopBound(self, eventLoop: context.eventLoop)
    let bound = context.loopBound
    context.eventLoop.scheduleTask(in: Self.pause) { this.value.resume(bound.value) }
  }

  func read(context: ChannelHandlerContext) {
    if isPausing { holdsRead = true } else { context.read() }
  }

  private func resume(_ context: ChannelHandlerContext) {
    isPausing = false
    guard holdsRead else { return }
    holdsRead = false
    context.read()
  }
}
