#if GRPC
import ConcurrencySupport
import GRPCCore
import GRPCNIOTransportHTTP2Posix
package import NIOCore
package import NetworkSupport
public import StateSync
public import Trajectory

/// Serves a shared state to Narupa's clients, and to NanoVer's of the time before September 2025.
///
/// It has no port of its own: a `WebSocketServer` hands it those of its clients that speak HTTP/2.
///
/// ```swift
/// let state = SyncServer()
/// var options = WebSocketServer.Options()
/// options.http2Acceptor = try await GRPCStateServer.start(serving: state)
/// let server = try await WebSocketServer.start(serving: state, options: options)
/// // Clients of every generation can come to server.port; server.shutdown() says goodbye to all.
/// ```
public final class GRPCStateServer: Sendable {
  /// What can be chosen about a server.
  public struct Options: Sendable {
    /// How many calls one connection may have open.
    public var callLimit = 256
    /// How long a connection may be without a call before it is asked to close; its client opens another when it needs one.
    public var idleTimeout = Duration.seconds(300)
    /// The largest message that a client may send, in bytes.
    public var maximumMessageSize = 128 << 20
    /// The largest message that a client is sent that does not say how much it takes, in bytes: gRPC's clients refuse
    /// more than 4 MiB unless they are told otherwise, and those of Narupa and NanoVer are not.
    ///
    /// A larger update is sent in several messages. A value that fits into none is not sent, its key counts as removed for
    /// such clients, and `SyncServer.reports` tells of it.
    public var maximumUpdateSize = 4 << 20
    /// The names to answer to.
    var dialects = Dialect.allCases

    /// Makes the usual choice.
    public init() {}
  }

  private typealias Transport = HTTP2ServerTransport.Custom<ForwardedListener>

  private let state: SyncServer
  private let server: GRPCServer<Transport>
  private let listener: ForwardedListener
  private let roster: SubscriberRoster
  private let serving: Task<Void, Never>

  private init(state: SyncServer, frames: FrameHub?, options: Options) {
    let listener = ForwardedListener()
    let roster = SubscriberRoster()
    var services: [any RegistrableRPCService] = [
      StateService(server: state, roster: roster, options: options)
    ]
    if let frames {
      services.append(
        FrameService(of: frames, roster: roster, options: options) { state.report($0) }
      )
    }
    let server = GRPCServer(
      transport: Transport(listenerFactory: listener, config: Self.config(options)),
      services: services
    )
    (self.listener, self.roster, self.server) = (listener, roster, server)
    self.state = state
    serving = Task { try? await server.serve() }
  }

  deinit {
    serving.cancel()
  }

  private static func config(_ options: Options) -> Transport.Config {
    var config = Transport.Config.defaults
    config.rpc.maxRequestPayloadSize = options.maximumMessageSize
    config.http2.maxConcurrentStreams = options.callLimit
    config.connection.maxIdleTime = options.idleTimeout
    // With the default of 64 KiB a large update would wait for the peer's permission again and again.
    config.http2.targetWindowSize = 1 << 20
    return config
  }

  /// Begins to serve a shared state to those who will be brought.
  ///
  /// - Parameters:
  ///   - state: The shared state.
  ///   - frames: The frames of a simulation, for those who subscribe to them; nil if there are none.
  ///   - options: What else is chosen.
  /// - Returns: The server, to keep for as long as it is to serve.
  /// - Throws: What keeps it from beginning: the process may have too many files open.
  public static func start(
    serving state: SyncServer,
    frames: FrameHub? = nil,
    options: Options = Options()
  ) async throws -> GRPCStateServer {
    let server = GRPCStateServer(state: state, frames: frames, options: options)
    try await server.listener.waitUntilOpen()
    return server
  }
}

extension GRPCStateServer: HTTP2Acceptor {
  package func takeOver(_ caller: Caller, isSecure: Bool) -> EventLoopFuture<Void> {
    roster.note(caller) { [state] in state.forget(Visitor(caller, caller.grant)) }
    return listener.put(caller.channel, isSecure: isSecure)
  }

  package func dismissAll(within limit: Duration) async {
    roster.dismissAll()
    server.beginGracefulShutdown()
    let serving = serving
    try? await bounded(within: limit) { await serving.value }
    serving.cancel()
    await serving.value
  }
}
#endif
