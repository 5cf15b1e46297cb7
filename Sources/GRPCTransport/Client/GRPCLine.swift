#if GRPC
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import WebSocketTransport

/// One HTTP/2 connection to a town, and the calls that can be made over it.
///
/// The connection is made here and lent to gRPC, whose own would come back by itself when it is lost: the sync engine
/// wants to know.
final class GRPCLine: Sendable {
  typealias Transport = HTTP2ClientTransport.WrappedChannel

  let client: GRPCClient<Transport>
  private let channel: any Channel
  private let running: Task<Void, Never>
  private let firstTrouble: FirstTrouble
  private let limit: Int

  private init(
    transport: Transport,
    channel: any Channel,
    firstTrouble: FirstTrouble,
    limit: Int
  ) {
    let client = GRPCClient(transport: transport)
    self.client = client
    self.channel = channel
    self.firstTrouble = firstTrouble
    self.limit = limit
    running = Task { try? await client.runConnections() }
  }

  deinit {
    // Nobody can close it any more.
    running.cancel()
  }

  /// What went wrong with the connection before anything else did, for a person.
  var trouble: String? { firstTrouble.text }

  /// What holds for each call.
  var options: CallOptions {
    var options = CallOptions.defaults
    // The first is also what gRPC's transport goes by when it receives.
    options.maxRequestMessageBytes = limit
    options.maxResponseMessageBytes = limit
    return options
  }

  /// Connects.
  static func open(
    _ target: GRPCAddress,
    tls: ClientTLS?,
    options: GRPCClientTransport.Options
  ) async throws -> GRPCLine {
    let firstTrouble = FirstTrouble()
    let dialled = Mutex<(any Channel)?>(nil)
    let transport = try await Transport.wrapping(config: config(for: target)) { configure in
      let configured = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connectTimeout(TimeAmount(options.connectTimeout))
        .channelOption(.tcpOption(.tcp_nodelay), value: 1)
        .connect(host: target.host, port: target.port) { channel in
          channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            if let tls { try pipeline.addHandler(tls.handler(for: target.host)) }
            try pipeline.addHandler(TroubleWatch(firstTrouble: firstTrouble))
          }.flatMap { configure(channel) }
        }
      dialled.withLock { $0 = configured.channel }
      return configured
    }
    guard let channel = dialled.withLock({ $0 }) else { throw ChannelError.inputClosed }
    return GRPCLine(
      transport: transport,
      channel: channel,
      firstTrouble: firstTrouble,
      limit: options.maximumMessageSize
    )
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

  /// Asks something, and returns the answer.
  ///
  /// - Throws: `RPCError` as the town gave it, `WireError` if its answer is malformed, or what gRPC throws when the
  ///   connection is gone.
  func ask<Question: WritableMessage, Answer: ReadableMessage>(
    _ method: MethodDescriptor,
    _ question: Question
  ) async throws -> Answer {
    try await client.unary(
      request: ClientRequest(message: question),
      descriptor: method,
      serializer: WireSerializer<Question>(),
      deserializer: WireDeserializer<Answer>(),
      options: options
    ) { response in
      try response.message.get()
    }
  }

  /// Closes the connection in good order, or cuts it if that takes too long.
  func close(within limit: Duration) async {
    client.beginGracefulShutdown()
    let running = running
    try? await bounded(within: limit) {
      await running.value
    } discard: { _ in
    }
    running.cancel()
    channel.close(promise: nil)
    try? await channel.closeFuture.get()
  }
}

/// What went wrong first on a connection; gRPC itself only says that it is gone.
private final class FirstTrouble: Sendable {
  private let noted = Mutex<String?>(nil)

  var text: String? { noted.withLock { $0 } }

  func note(_ text: String) {
    noted.withLock { $0 = $0 ?? text }
  }
}

/// Notes what goes wrong before HTTP/2 begins: TLS, and answers in other languages.
private final class TroubleWatch: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let firstTrouble: FirstTrouble
  private var hasRead = false

  init(firstTrouble: FirstTrouble) {
    self.firstTrouble = firstTrouble
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if !hasRead, unwrapInboundIn(data).readableBytesView.starts(with: Array("HTTP/".utf8)) {
      firstTrouble.note("a web server answered, and it does not speak gRPC")
    }
    hasRead = true
    context.fireChannelRead(data)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    firstTrouble.note(Trouble.describe(error))
    context.fireErrorCaught(error)
  }
}
#endif
