import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import NetworkSupport
import StateSync

/// Brings clients from their first byte to a WebSocket, or sends them away.
struct ConnectionAcceptor: Sendable {
  struct Client: Sendable {
    let link: WebSocketLink
    let interval: Duration
  }

  typealias Arrival = EventLoopFuture<Client?>
  typealias Listener = NIOAsyncChannel<Arrival, Never>

  let options: WebSocketServer.Options
  let tls: ServerTLS?
  let roster: ClientRoster

  func open() async throws(WebSocketServerError) -> Listener {
    do {
      let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .serverChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(ErrorSink())
          }
        }
        .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      // What has no heartbeat of its own is found to be gone by the system's.
      return try await SystemKeepalive.options
        .reduce(bootstrap) { $0.childChannelOption($1.option, value: $1.value) }
        .bind(host: options.host, port: options.port) { channel in
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
  private func receive(_ channel: any Channel) throws -> Arrival {
    guard roster.admit(channel) else { throw ChannelError.ioOnClosedChannel }
    let pipeline = channel.pipeline.syncOperations
    if let tls { try pipeline.addHandler(tls.handler()) }
    let late = channel.eventLoop.scheduleTask(in: TimeAmount(options.handshakeTimeout)) {
      channel.close(promise: nil)
    }
    channel.closeFuture.whenComplete { _ in late.cancel() }
    guard let http2 = options.http2Acceptor else { return try expectWebSocket(on: channel, late) }
    let arrival = channel.eventLoop.makePromise(of: Client?.self)
    channel.closeFuture.whenComplete { _ in arrival.succeed(nil) }
    let detector = ProtocolDetector { isHTTP2 in
      guard isHTTP2 else {
        return channel.eventLoop.makeCompletedFuture {
          try expectWebSocket(on: channel, late).cascade(to: arrival)
        }
      }
      late.cancel()
      roster.entrust(channel)
      return http2.takeOver(channel, isSecure: tls != nil)
    }
    try pipeline.addHandler(detector)
    return arrival.futureResult
  }

  /// Sets up a connection for the handshake of a WebSocket, before the time for it is up.
  private func expectWebSocket(
    on channel: any Channel,
    _ late: Scheduled<Void>
  ) throws -> Arrival {
    let upgrader = NIOTypedWebSocketServerUpgrader<Client?>(
      maxFrameSize: options.maximumMessageSize,
      enableAutomaticErrorHandling: false
    ) { channel, _ in
      channel.eventLoop.makeSucceededFuture(roster.hasRoom ? [:] : nil)
    } upgradePipelineHandler: { channel, request in
      late.cancel()
      return channel.eventLoop.makeCompletedFuture {
        Client(
          link: try WebSocketLink.install(on: channel, options: linkOptions),
          interval: interval(askedForIn: request.uri)
        )
      }
    }
    return try channel.pipeline.syncOperations.configureUpgradableHTTPServerPipeline(
      configuration: .init(
        upgradeConfiguration: NIOTypedHTTPServerUpgradeConfiguration(
          upgraders: [upgrader],
          notUpgradingCompletionHandler: refuse
        )
      )
    )
  }

  private var linkOptions: LinkOptions {
    LinkOptions(
      isClient: false,
      maximumMessageSize: options.maximumMessageSize,
      keepalive: options.keepalive,
      closeTimeout: options.closeTimeout
    )
  }

  /// The shortest and longest interval that a client may ask for, in seconds.
  private static let intervals = 0.001...3600

  /// The interval in the query of an address; one that makes no sense is as if it were not there.
  private func interval(askedForIn uri: String) -> Duration {
    let query = uri.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
    let asked = query.split(separator: "&").first { $0.hasPrefix("interval=") }
    guard let seconds = asked.flatMap({ Double($0.dropFirst("interval=".count)) }),
      Self.intervals.contains(seconds)
    else { return options.interval }
    return .seconds(seconds)
  }

  /// Answers somebody who does not ask for a WebSocket, or for whom there is no room.
  private func refuse(on channel: any Channel) -> EventLoopFuture<Client?> {
    let hasRoom = roster.hasRoom
    let text =
      hasRoom
      ? "This is a NanoVer shared state. Connect to it with ws:// and a client that speaks WebSocket.\n"
      : "This shared state has as many clients as it takes.\n"
    let status: HTTPResponseStatus = hasRoom ? .upgradeRequired : .serviceUnavailable
    var headers: HTTPHeaders = [
      "Content-Type": "text/plain; charset=utf-8", "Content-Length": "\(text.utf8.count)",
      "Connection": "close",
    ]
    if hasRoom { headers.add(name: "Upgrade", value: "websocket") }
    let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
    channel.write(HTTPServerResponsePart.head(head), promise: nil)
    let body = HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: text)))
    channel.write(body, promise: nil)
    return channel.writeAndFlush(HTTPServerResponsePart.end(nil))
      .flatMap { channel.close() }.map { nil }
  }

  /// Waits until an arrival is in, and serves it until it leaves.
  func welcome(_ arrival: Arrival, to server: SyncServer) async {
    guard let client = try? await arrival.get() else { return }
    await ServerConnection(link: client.link, roster: roster)
      .serve(server, interval: client.interval)
  }
}

/// Keeps trouble with a single arrival from ending the listening.
///
/// When the process runs out of file descriptors, each failing accept is an error on the listening channel.
private final class ErrorSink: ChannelInboundHandler {
  typealias InboundIn = Any

  func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}
