#if GRPC
import AccessControl
import ConcurrencySupport
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import NIOCore
import NIOPosix
import NetworkSupport
import ProtocolBuffers
import StateSync
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
      seen.trouble ?? seen.failure.map(NetworkFailure.describe)
    }
  }

  /// What was thrown before anything else was.
  var failure: (any Error)? { record.withLock { $0.failure } }

  /// Whether the answer was a web server's.
  var isWeb: Bool { record.withLock { $0.isWeb } }

  /// What holds for each call, and how long its answer may take.
  func options(within patience: Duration? = nil) -> CallOptions {
    var options = CallOptions.defaults
    options.timeout = patience
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
            // Two may be under way at once where frames are heard.
            let limit = options.maximumMessageSize * (options.frames == nil ? 1 : 2)
            try pipeline.addHandler(ChannelObserver(record: record, limit: limit))
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

  /// Looks after the server from now on: asks it for signs of life, tells of its silence, and closes the connection when
  /// that has lasted too long.
  func look(_ keepalive: Keepalive, telling tell: @escaping @Sendable (StateDelivery) -> Void) {
    let ask: @Sendable () -> Void = { [weak self] in
      // Any answer will do, and that there is no such service is the usual one.
      Task { [weak self] in
        let _: Nothing? = try? await self?.ask(Dialect.health, Nothing(), within: .seconds(60))
      }
    }
    channel.eventLoop.execute { [channel] in
      let pipeline = channel.pipeline.syncOperations
      guard let context = try? pipeline.context(handlerType: ChannelObserver.self),
        let observer = context.handler as? ChannelObserver
      else { return }
      observer.begin(keepalive, .init(ask: ask, tell: tell), on: context)
    }
  }

  /// Notes that a whole message has come.
  func hasRead() { record.withLock { $0.unread = 0 } }

  /// Closes the connection as one that is lost, for a reason.
  func giveUp(_ reason: String) {
    record.withLock { $0.trouble = $0.trouble ?? reason }
    channel.close(promise: nil)
  }

  /// Asks something, and returns the answer.
  ///
  /// - Throws: `RPCError` as the server gave it, or with the code `deadlineExceeded` if there is none in time; `WireError`
  ///   if its answer is malformed, or what gRPC throws when the connection is gone.
  func ask<Question: WritableMessage, Answer: ReadableMessage>(
    _ method: MethodDescriptor,
    _ question: Question,
    within patience: Duration? = nil
  ) async throws -> Answer {
    defer { hasRead() }
    return try await client.unary(
      request: ClientRequest(message: question, metadata: metadata),
      descriptor: method,
      serializer: WireSerializer<Question>(),
      deserializer: WireDeserializer<Answer>(),
      options: options(within: patience)
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
#endif
