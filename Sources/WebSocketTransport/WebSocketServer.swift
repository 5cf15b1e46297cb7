public import AccessControl
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
public import NetworkSupport
public import StateSync
public import Trajectory

/// Serves a shared state to NanoVer's clients: today's Python, headset and web ones, and ours.
///
/// ```swift
/// let server = try await WebSocketServer.start(serving: SyncServer())
/// server.address      // "ws://127.0.0.1:38801"
/// await server.shutdown()
/// ```
///
/// Each client is sent the whole state first and then what changed: thirty messages a second on average, some of them
/// in hand, and what comes faster gathered, each key at most once. A client may ask for another interval than 1/30 s by
/// the query of its address, in seconds: `ws://127.0.0.1:38801/?interval=0.005`. Zero means each change at once.
public final class WebSocketServer: Sendable {
  /// What can be chosen about a server.
  public struct Options: Sendable {
    /// The address to listen at.
    ///
    /// `0.0.0.0` lets everybody in who can reach this machine.
    public var host = "127.0.0.1"
    /// The port; 0 takes any that is free.
    public var port = WebSocketAddress.defaultPort
    /// PEM files of a certificate chain and its key; with them the server speaks `wss://` and nothing else, in TLS 1.2
    /// or later.
    ///
    /// They are read again when they change; files that cannot be used then change nothing, and are reported.
    public var tls: (certificateFile: String, keyFile: String)?
    /// The origins of web pages that may speak with the server through a browser, such as `https://lab.example`, besides
    /// its own; `*` lets all of them.
    ///
    /// Without it any page that somebody on this machine looks at could read and write the state.
    public var allowedOrigins: [String] = []
    /// Who may come as what; nil if everybody may do all.
    public var gate: AccessGate?
    /// How often a client is told what changed, on average, unless it asks for something else.
    public var interval: Duration = .seconds(1) / 30
    /// How many clients there may be; nil for as many as the process may open file descriptors for.
    public var connectionLimit: Int?
    /// How many of them may come from one address; nil for all but an eighth, and for as many as there are from this machine.
    ///
    /// IPv6 addresses are counted by their network of 64 bits.
    public var connectionLimitOfPeer: Int?
    /// How many connections more there may be that are not clients yet; nil for what is left, 1,024 at most.
    ///
    /// If more come, those go first that have stood there longest.
    public var arrivalLimit: Int?
    /// How many bytes of messages that are not whole yet there may be in all; whoever has sent most of them is sent away.
    public var unfinishedLimit = 256 << 20
    /// How many clients may come over one connection of HTTP/2.
    public var seatLimitOfConnection = 16
    /// How many changes one client may make in a second before it is read more slowly; nil for as many as it likes.
    public var changeRateLimit: Int? = 50_000
    /// How long a client may take from connecting to being one.
    public var handshakeTimeout: Duration = .seconds(10)
    /// How long a client may take to answer our goodbye.
    public var closeTimeout: Duration = .seconds(1)
    /// How to find out that a client is gone.
    public var keepalive = Keepalive()
    /// The largest message that a client may send, and is sent, in bytes; none is sent more than 128 MiB in one.
    public var maximumMessageSize = 128 << 20

    /// Who serves clients that speak HTTP/2, if anybody does.
    package var http2Acceptor: (any HTTP2Acceptor)?

    /// Makes the usual choice.
    public init() {}
  }

  /// Where the server listens, as a client needs it: `ws://127.0.0.1:38801`.
  public var address: String { boundAddress.description }
  /// What the server shows of itself now; nil if connections are not encrypted.
  package var certificate: PeerCertificate? { tls?.certificate }
  /// The port at which the server listens.
  public var port: Int { boundAddress.port }
  /// How many clients there may be.
  public var connectionLimit: Int { door.limits.clients }
  /// How many clients there are, those of the HTTP/2 acceptor among them.
  public var clientCount: Int { door.seatCount }

  private let boundAddress: WebSocketAddress
  private let listener: any Channel
  package let door: Door
  private let tls: ServerTLS?
  private let http2Acceptor: (any HTTP2Acceptor)?
  private let closeTimeout: Duration
  private let accepting: Task<Void, Never>

  private init(
    boundAddress: WebSocketAddress,
    listener: any Channel,
    door: Door,
    tls: ServerTLS?,
    options: Options,
    accepting: Task<Void, Never>
  ) {
    (self.boundAddress, self.listener, self.door) = (boundAddress, listener, door)
    self.tls = tls
    (http2Acceptor, closeTimeout) = (options.http2Acceptor, options.closeTimeout)
    self.accepting = accepting
  }

  deinit {
    listener.close(promise: nil)
  }

  /// Begins to serve a shared state; clients can connect when this returns.
  ///
  /// - Parameters:
  ///   - server: The shared state.
  ///   - frames: The frames of a simulation, which each client may publish and is sent; nil if frames are to be passed over.
  ///   - options: What else is chosen.
  /// - Returns: The server, to keep for as long as it is to serve.
  /// - Throws: `WebSocketServerError` if the server cannot listen there.
  public static func start(
    serving server: SyncServer,
    frames: FrameHub? = nil,
    options: Options = Options()
  ) async throws(WebSocketServerError) -> WebSocketServer {
    let tls = try options.tls.map { files throws(WebSocketServerError) in
      try ServerTLS(
        certificateFile: files.certificateFile,
        keyFile: files.keyFile,
        protocols: options.http2Acceptor == nil ? [] : ["h2", "http/1.1"],
        report: { server.report($0) }
      ) { WebSocketServerError(.badCertificate, $0) }
    }
    var limits = ClientLimits(
      descriptors: FileDescriptorLimit.now,
      clients: options.connectionLimit
    )
    if let arrivals = options.arrivalLimit { limits.arrivals = arrivals }
    limits.clientsOfPeer = options.connectionLimitOfPeer
    limits.unfinishedBytes = options.unfinishedLimit
    limits.seatsOfConnection = options.seatLimitOfConnection
    limits.changesPerSecond = options.changeRateLimit
    let door = Door(limits: limits, gate: options.gate)
    let fanout = Fanout(
      serving: server,
      // Whatever we take, a client takes no more than this.
      messageLimit: min(options.maximumMessageSize, WebSocketLink.maximumMessageSize)
    )
    let frames = frames.map { (hub: $0, fanout: FrameFanout(of: $0, every: options.interval)) }
    let acceptor = ConnectionAcceptor(
      options: options,
      tls: tls,
      door: door,
      origins: OriginPolicy(allowing: options.allowedOrigins),
      report: { server.report($0) }
    )
    let listening = try await acceptor.open()
    let accepting = Task<Void, Never> {
      await withDiscardingTaskGroup { group in
        try? await listening.executeThenClose { arrivals in
          for try await arrival in arrivals {
            group.addTask { await acceptor.welcome(arrival, to: server, by: fanout, frames) }
          }
        }
      }
    }
    let address = WebSocketAddress(
      host: options.host,
      port: listening.channel.localAddress?.port ?? options.port,
      isSecure: tls != nil
    )
    return WebSocketServer(
      boundAddress: address,
      listener: listening.channel,
      door: door,
      tls: tls,
      options: options,
      accepting: accepting
    )
  }

  /// Sends away those whose token is good no more; to be called when the list has changed, and now and then.
  public func checkGrants() { door.checkGrants() }

  /// Says goodbye to all clients and stops listening; returns when they are gone, within about `closeTimeout`.
  ///
  /// The shared state itself lives on.
  public func shutdown() async {
    listener.close(promise: nil)
    async let others: Void? = http2Acceptor?.dismissAll(within: closeTimeout)
    await withDiscardingTaskGroup { group in
      for caller in door.close() where !caller.isEntrusted {
        group.addTask {
          caller.dismiss(.closing)
          try? await caller.channel.closeFuture.get()
        }
      }
    }
    await others
    await accepting.value
  }
}
