#if GRPC
import AccessControl
import ConcurrencySupport
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import NIOCore
import NIOPosix
import NetworkSupport
import Synchronization

/// One HTTP/2 connection to a server, and the calls that can be made over it.
///
/// The connection is made here and lent to gRPC, whose own would come back by itself when it is lost: the sync engine
/// wants to know.
final class GRPCChannel: Sendable {
  typealias Transport = HTTP2ClientTransport.WrappedChannel

  let client: GRPCClient<Transport>
  private let channel: any Channel
  private let running: Task<Void, Never>
  private let record: ChannelRecord
  private let limit: Int
  /// What goes with each call: the token, if there is one.
  let metadata: Metadata

  private init(
    transport: Transport,
    channel: any Channel,
    record: ChannelRecord,
    options: GRPCClientTransport.Options
  ) {
    let client = GRPCClient(transport: transport)
    (self.client, self.channel, self.record) = (client, channel, record)
    limit = options.maximumMessageSize
    metadata = options.credential.map { ["authorization": .string("Bearer " + $0.text)] } ?? [:]
    running = Task { try? await client.runConnections() }
  }

  deinit {
    // Nobody can close it any more.
    running.cancel()
  }

  /// What went wrong with the connection before anything else did, for a person.
  var trouble: String? {
    record.withLock { seen in
      seen.isWeb
        ? "a web server answered, and it does not speak gRPC"
        : seen.failure.map(NetworkFailure.describe)
    }
  }

  /// What was thrown before anything else was.
  var failure: (any Error)? { record.withLock { $0.failure } }

  /// Whether the answer was a web server's.
  var isWeb: Bool { record.withLock { $0.isWeb } }

  /// What holds for each call.
  var options: CallOptions {
    var options = CallOptions.defaults
    // The first is also what gRPC's transport goes by when it receives.
    options.maxRequestMessageBytes = limit
    options.maxResponseMessageBytes = limit
    return options
  }

  static func open(
    _ target: GRPCAddress,
    tls: ClientTLS?,
    options: GRPCClientTransport.Options
  ) async throws -> GRPCChannel {
    let record = ChannelRecord(ChannelSightings())
    let dialled = Mutex<(any Channel)?>(nil)
    let transport = try await Transport.wrapping(config: config(for: target)) { configure in
      let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connectTimeout(TimeAmount(options.connectTimeout))
        .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      // Servers of that time hang up on who looks often whether they are there, so the system looks.
      let configured = try await SystemKeepalive.options
        .reduce(bootstrap) { $0.channelOption($1.option, value: $1.value) }
        .connect(host: target.host, port: target.port) { channel in
          channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            if let tls { try pipeline.addHandler(tls.handler(for: target.host)) }
            try pipeline.addHandler(ChannelObserver(record: record))
          }.flatMap { configure(channel) }
        }
      dialled.withLock { $0 = configured.channel }
      return configured
    }
    guard let channel = dialled.withLock({ $0 }) else { throw ChannelError.inputClosed }
    return GRPCChannel(transport: transport, channel: channel, record: record, options: options)
  }

  private static func config(for target: GRPCAddress) -> Transport.Config {
    .defaults { config in
      config.http2.authority = target.authority
      // Servers of Narupa's time hang up on a client that looks whether they are there more often than this.
      config.connection.keepalive = .init(
        time: .seconds(310),
        timeout: .seconds(20),
        allowWithoutCalls: false
      )
    }
  }

  /// Whether anything has come in so long.
  func hasHeard(within time: Duration) -> Bool {
    ContinuousClock.now - record.withLock { $0.heardAt } < time
  }

  /// Asks something, and returns the answer.
  ///
  /// - Throws: `RPCError` as the server gave it, `WireError` if its answer is malformed, or what gRPC throws when the
  ///   connection is gone.
  func ask<Question: WritableMessage, Answer: ReadableMessage>(
    _ method: MethodDescriptor,
    _ question: Question
  ) async throws -> Answer {
    try await client.unary(
      request: ClientRequest(message: question, metadata: metadata),
      descriptor: method,
      serializer: WireSerializer<Question>(),
      deserializer: WireDeserializer<Answer>(),
      options: options
    ) { try $0.message.get() }
  }

  /// Closes the connection in good order, or cuts it if that takes too long.
  func close(within limit: Duration) async {
    client.beginGracefulShutdown()
    let running = running
    try? await bounded(within: limit) { await running.value }
    running.cancel()
    channel.close(promise: nil)
    try? await channel.closeFuture.get()
  }
}

/// What was seen of a connection: what went wrong first, as gRPC itself only says that it is gone, and when something
/// last came.
private struct ChannelSightings: Sendable {
  var failure: (any Error)?
  var isWeb = false
  var heardAt = ContinuousClock.now
}

private typealias ChannelRecord = Locked<ChannelSightings>

/// Notes what goes wrong before HTTP/2 begins: TLS, and answers in other languages.
private final class ChannelObserver: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let record: ChannelRecord
  private var hasRead = false

  init(record: ChannelRecord) { self.record = record }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if !hasRead, unwrapInboundIn(data).readableBytesView.starts(with: Array("HTTP/".utf8)) {
      record.withLock { $0.isWeb = $0.failure == nil }
    }
    hasRead = true
    record.withLock { $0.heardAt = .now }
    context.fireChannelRead(data)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    record.withLock { $0.failure = $0.failure ?? error }
    context.fireErrorCaught(error)
  }
}
#endif
