public import AccessControl
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
public import NetworkSupport
public import StateSync
import Synchronization
public import Trajectory

/// The transport to a server that speaks NanoVer's WebSocket protocol.
///
/// ```swift
/// let transport = try WebSocketClientTransport("ws://127.0.0.1:38801")
/// let client = SyncClient(transport: transport)
/// ```
public struct WebSocketClientTransport: StateTransport {
  /// What can be chosen about a connection.
  public struct Options: Sendable {
    /// Where frames of a simulation go; nil to be sent none, and to look at none that come all the same.
    public var frames: FrameInbox?
    /// A file of PEM certificates to trust besides those of the system.
    public var caFile: String?
    /// What to be known by, if the server asks.
    public var token: AccessToken?
    /// How long a connection may take to open: name lookup, TLS and handshake together.
    public var connectTimeout: Duration = .seconds(10)
    /// How long the server may take to answer our goodbye.
    public var closeTimeout: Duration = .seconds(1)
    /// How to find out that the server is gone.
    public var keepalive = Keepalive()
    /// How long an answer to a command may take.
    public var commandPatience: Duration = .seconds(70)
    /// The largest message in bytes, both ways.
    public var maximumMessageSize = 128 << 20
    /// The largest change in bytes that the server may send in several messages; it is kept until its last has come.
    public var maximumChangeSize = 4 << 30
    /// What to ask the server for, in the query of the address; what the address itself says of it counts more.
    public var wishes = SubscriptionWishes()

    /// The fingerprint that the server is remembered by, if the address says none.
    package var remembered: ExpectedPin?

    /// Makes the usual choice.
    public init() {}
  }

  private let target: WebSocketAddress
  private let options: Options
  private let tls: ClientTLS?

  /// Makes a way to an address that a person wrote.
  ///
  /// - Throws: `NetworkAddressError`, or `TransportError` if the certificates cannot be read.
  public init(_ address: String, options: Options = Options()) throws {
    try self.init(WebSocketAddress(address), options: options)
  }

  /// Makes a way to an address.
  ///
  /// - Throws: `TransportError` if the certificates cannot be read.
  public init(
    _ address: WebSocketAddress,
    options: Options = Options()
  ) throws(TransportError) {
    target = address
    self.options = options
    tls =
      address.isSecure
      ? try ClientTLS(
        caFile: options.caFile,
        expecting: address.pin.map { ExpectedPin($0) } ?? options.remembered
      ) { TransportError(.unreachable, $0) }
      : nil
  }

  /// Where the server is.
  public var address: String { target.description }

  /// Opens a connection, or gives up within `connectTimeout`.
  ///
  /// - Throws: `TransportError` that says what was tried and what happened.
  public func connect() async throws -> any StateConnection {
    let attempt = Attempt()
    do {
      let link = try await reach(within: options.connectTimeout) {
        try await dial(attempt)
      } discard: { link in
        link.abandon()
      } failure: { reason in
        TransportError.unreachable(address, reason)
      }
      return WebSocketConnection(
        link: link,
        address: address,
        commandPatience: options.commandPatience,
        frames: options.frames
      )
    } catch {
      attempt.giveUp()
      throw attempt.trouble.map { TransportError.unreachable(address, $0) } ?? error
    }
  }

  /// The socket of one attempt to connect, which is closed if nothing comes of it: a peer that answers something else, or
  /// nothing, or without end, would hold it for good.
  private final class Attempt: Sendable {
    private let state = Mutex<(channel: (any Channel)?, isOver: Bool)>((nil, false))
    private let flaw = Mutex<String?>(nil)

    /// What was wrong with what came, if that was found out before anything else went wrong.
    var trouble: String? { flaw.withLock { $0 } }

    func note(_ trouble: String) { flaw.withLock { $0 = $0 ?? trouble } }

    func began(on channel: any Channel) {
      let isOver = state.withLock { state in
        state.channel = channel
        return state.isOver
      }
      if isOver { channel.close(promise: nil) }
    }

    func giveUp() {
      let channel = state.withLock { state in
        state.isOver = true
        return state.channel.take()
      }
      channel?.close(promise: nil)
    }
  }

  enum Answer: Sendable {
    case link(WebSocketLink)
    /// No upgrade; the answer comes through the pipeline after this has been settled.
    case refusal(EventLoopFuture<RefusedHandshake>)
  }

  private func dial(_ attempt: Attempt) async throws -> WebSocketLink {
    let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connectTimeout(TimeAmount(options.connectTimeout))
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      // A server that is busy has more than NIO's 64 KiB to give, and each piece costs a waking of whoever reads.
      .channelOption(
        .recvAllocator,
        value: AdaptiveRecvByteBufferAllocator(minimum: 1 << 10, initial: 1 << 14, maximum: 1 << 18)
      )
    let begin: @Sendable (any Channel) -> EventLoopFuture<EventLoopFuture<Answer>> = { channel in
      attempt.began(on: channel)
      return channel.eventLoop.makeCompletedFuture { try shakeHands(on: channel, attempt) }
    }
    let answer: EventLoopFuture<Answer>
    if let place = try? SocketAddress(ipAddress: target.host, port: target.port) {
      // To have an address looked up that is one already costs a millisecond and a thread.
      answer = try await bootstrap.connect(to: place, channelInitializer: begin)
    } else {
      answer = try await bootstrap.connect(
        host: target.host,
        port: target.port,
        channelInitializer: begin
      )
    }
    do {
      switch try await answer.get() {
      case .link(let link):
        return link
      case .refusal(let answer):
        let refused = try await answer.get()
        let code: TransportError.Code = refused.status == .unauthorized ? .denied : .unreachable
        throw TransportError.notJoined(code, address, refused.words)
      }
    } catch {
      throw await explained(error)
    }
  }

  /// What a certificate, or the want of TLS, has to do with it that a connection came to nothing; what was thrown, if
  /// nothing.
  private func explained(_ error: any Error) async -> any Error {
    // Who has waited long enough does not look once more, and what answers in HTTP has been understood.
    guard !Task.isCancelled, !(error is TransportError), !(error is NIOHTTPClientUpgradeError)
    else { return error }
    guard let tls else {
      guard await TLSProbe.certificates(of: target.host, port: target.port) != nil else {
        return error
      }
      return TransportError.notJoined(
        .encrypted,
        address,
        "it speaks TLS there: try wss://\(target.authority)"
      )
    }
    guard let verdict = await tls.verdict(on: error, host: target.host, port: target.port) else {
      return error
    }
    let code = verdict.flaw == .unvouched ? TransportError.Code.unvouched : .untrusted
    return TransportError.notJoined(code, address, verdict.words(at: "wss://\(target.authority)"))
  }

  func shakeHands(on channel: any Channel) throws -> EventLoopFuture<Answer> {
    try shakeHands(on: channel, Attempt())
  }

  private func shakeHands(
    on channel: any Channel,
    _ attempt: Attempt
  ) throws -> EventLoopFuture<Answer> {
    let pipeline = channel.pipeline.syncOperations
    if let tls { try pipeline.addHandler(tls.handler(for: target.host)) }
    try pipeline.addHandler(HandshakeLimit(exceeded: attempt.note))
    let linkOptions = LinkOptions(
      isClient: true,
      maximumMessageSize: options.maximumMessageSize,
      maximumChangeSize: options.maximumChangeSize,
      keepalive: options.keepalive,
      closeTimeout: options.closeTimeout
    )
    let upgrader = NIOTypedWebSocketClientUpgrader<Answer>(
      maxFrameSize: options.maximumMessageSize,
      enableAutomaticErrorHandling: false
    ) { channel, _ in
      channel.eventLoop.makeCompletedFuture {
        let limit = try channel.pipeline.syncOperations.context(handlerType: HandshakeLimit.self)
        channel.pipeline.syncOperations.removeHandler(context: limit, promise: nil)
        return .link(try WebSocketLink.install(on: channel, options: linkOptions))
      }
    }
    var headers: HTTPHeaders = ["Host": target.authority, "Content-Length": "0"]
    if let token = options.token {
      headers.add(name: "Authorization", value: "Bearer " + token.text)
    }
    var configuration = NIOUpgradableHTTPClientPipelineConfiguration(
      upgradeConfiguration: NIOTypedHTTPClientUpgradeConfiguration(
        upgradeRequestHead: .init(
          version: .http1_1,
          method: .GET,
          uri: target.path(asking: options.wishes, frames: options.frames != nil),
          headers: headers
        ),
        upgraders: [upgrader],
        notUpgradingCompletionHandler: Self.readRefusal
      )
    )
    // A server sends its state at once, often in the same packet as its answer; the default loses that.
    configuration.leftOverBytesStrategy = .forwardBytes
    return try pipeline.configureUpgradableHTTPClientPipeline(
      configuration: configuration
    )
  }

  private static func readRefusal(on channel: any Channel) -> EventLoopFuture<Answer> {
    channel.eventLoop.makeCompletedFuture {
      let answer = channel.eventLoop.makePromise(of: RefusedHandshake.self)
      try channel.pipeline.syncOperations.addHandler(RefusalReader(answer))
      return .refusal(answer.futureResult)
    }
  }
}

/// Hangs up on who sends more than an answer can be, and is no WebSocket yet: without a limit somebody who never stops would
/// be read for as long as a connection may take to open.
private final class HandshakeLimit: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer

  /// An answer has some hundred bytes; behind it a first state may already have begun.
  private static let limit = 1 << 20

  private let exceeded: @Sendable (String) -> Void
  private var received = 0

  init(exceeded: @escaping @Sendable (String) -> Void) { self.exceeded = exceeded }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    received += unwrapInboundIn(data).readableBytes
    guard received <= Self.limit else {
      exceeded("what answered there sends without end, and speaks no WebSocket")
      return context.close(promise: nil)
    }
    context.fireChannelRead(data)
  }
}

/// What somebody says who does not want to speak WebSocket with us.
struct RefusedHandshake: Sendable {
  var status: HTTPResponseStatus?
  var text = ""

  /// How much of a text is read: a sentence of our own servers, and not somebody's home page.
  static let longest = 300

  var words: String {
    guard let status else { return "the answer was not a WebSocket" }
    let answer = "the answer was \(status.code) \(ClientRequest.shortened(status.reasonPhrase))"
    let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    let isSentence = !line.isEmpty && !line.hasPrefix("<") && text.utf8.count < Self.longest
    guard isSentence else { return "\(answer), not a WebSocket" }
    return "\(answer): \(ClientRequest.shortened(line, to: Self.longest))"
  }
}

/// Reads an answer that is not the wished-for one, as far as it is of use, and hangs up.
private final class RefusalReader: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart

  private let promise: EventLoopPromise<RefusedHandshake>
  private var answer = RefusedHandshake()

  init(_ promise: EventLoopPromise<RefusedHandshake>) { self.promise = promise }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): answer.status = head.status
    case .body(let bytes):
      answer.text += String(buffer: bytes)
      if answer.text.utf8.count >= RefusedHandshake.longest { finish(context) }
    case .end: finish(context)
    }
  }

  private func finish(_ context: ChannelHandlerContext) {
    promise.succeed(answer)
    context.close(promise: nil)
  }

  func handlerRemoved(context: ChannelHandlerContext) { promise.succeed(answer) }
}
