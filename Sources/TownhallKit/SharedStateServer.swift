public import AccessControl
#if GRPC
internal import GRPCTransport
#endif
package import NetworkSupport
public import SharedState
package import StateSync
package import Trajectory
internal import WebSocketTransport

/// A server in this program, which keeps a shared state that others join over the network.
///
/// The program reads and writes it through the same view as a client does.
///
/// ```swift
/// let server = try await SharedStateServer.start(port: 38801)
/// server.address                          // "ws://127.0.0.1:38801"
/// try await server.sharedState["simulation.name"].set("17-ala")
/// await server.close()
/// ```
///
/// Whoever reaches the address can read and change the state, unless a gate says who may come as what. So it is open to
/// this machine only, unless `host` says otherwise.
public final class SharedStateServer: Sendable {
  /// Where others can join.
  public let address: String
  /// The same with the fingerprint of the key of this server's certificate, for clients that have no other reason to trust
  /// it: `wss://127.0.0.1:38801#sha256:9f86d081…`; the address alone if connections are not encrypted.
  public var pinnedAddress: String {
    certificate.map { "\(address)#\($0.keyPin)" } ?? address
  }
  /// What the server shows of itself now; nil if connections are not encrypted.
  package var certificate: PeerCertificate? { listener.certificate }
  /// The port at which they can.
  public var port: Int { listener.port }
  /// The view of the whole state.
  public let sharedState: SharedStateView

  /// Where the state is kept.
  package let endpoint: SyncServer
  /// Where frames of a simulation are published.
  package let frames: FrameHub

  private let listener: WebSocketServer

  private let owners: OwnersCommands

  private init(
    serving server: SyncServer,
    frames: FrameHub,
    listener: WebSocketServer,
    owners: OwnersCommands
  ) {
    (endpoint, self.frames) = (server, frames)
    self.owners = owners
    self.listener = listener
    address = listener.address
    sharedState = SharedStateView(server)
  }

  /// Starts a server; others can join when this returns.
  ///
  /// - Parameters:
  ///   - host: The network address to listen on; `0.0.0.0` lets in everybody who can reach this machine.
  ///   - port: The port; 0 takes any that is free.
  ///   - orNextFree: Whether one of the next hundred ports will do if the port is taken.
  ///   - state: What it holds from the beginning.
  ///   - identity: What to show of oneself if the connection is to be encrypted (`wss://`).
  ///   - limits: What anybody may use up. Who overdoes it is told so, and nobody else notices.
  ///   - gate: Who may come as what; everybody may do all without one.
  ///   - allowedOrigins: The origins of web pages that may join through a browser, such as `https://lab.example`, besides
  ///     the server's own; `*` lets all of them.
  /// - Returns: A server that listens.
  /// - Throws: `ServerNotStarted` if one cannot listen there or the identity is of no use.
  public static func start(
    host: String = "127.0.0.1",
    port: Int = 38801,
    orNextFree: Bool = false,
    holding state: StateDictionary = [:],
    identity: ServerIdentity? = nil,
    limits: ServerLimits = ServerLimits(),
    gate: AccessGate? = nil,
    allowedOrigins: [String] = []
  ) async throws(ServerNotStarted) -> SharedStateServer {
    try checkRoom(for: limits.clients)
    let server = SyncServer(state, limits: limits.state)
    var options = WebSocketServer.Options()
    options.host = host
    options.connectionLimit = limits.clients
    options.connectionLimitOfPeer = limits.clientsOfAddress
    options.seatLimitOfConnection = limits.clientsOfConnection
    options.arrivalLimit = limits.waiting
    options.maximumMessageSize = limits.messageBytes
    options.unfinishedLimit = limits.unfinishedBytes
    options.changeRateLimit = limits.messagesPerSecond
    options.gate = gate
    options.allowedOrigins = allowedOrigins
    options.tls = identity.map { ($0.certificateFile, $0.keyFile) }
    let frames = FrameHub(limits: limits.frames) { server.report($0) }
    #if GRPC
    do {
      var calls = GRPCStateServer.Options()
      calls.callLimit = limits.callsOfConnection
      calls.maximumMessageSize = limits.messageBytes
      options.http2Acceptor = try await GRPCStateServer.start(
        serving: server,
        frames: frames,
        options: calls
      )
    } catch {
      throw ServerNotStarted(reason: "gRPC cannot be served: \(error)")
    }
    #endif
    let last = orNextFree && port != 0 ? min(port + 100, 65535) : port
    for candidate in port..<max(last, port + 1) {
      options.port = candidate
      do {
        let listener = try await WebSocketServer.start(
          serving: server,
          frames: frames,
          options: options
        )
        let owners = OwnersCommands(of: server, frames, at: listener.door, limits: limits)
        owners.offer()
        return SharedStateServer(
          serving: server,
          frames: frames,
          listener: listener,
          owners: owners
        )
      } catch {
        guard error.code == .addressInUse, candidate + 1 < last else {
          throw ServerNotStarted(reason: error.message)
        }
      }
    }
    throw ServerNotStarted(reason: "no port from \(port) to \(last) is free")
  }

  /// Lets this process have as many file descriptors open as it may, so that a server has room for more clients.
  package static func makeRoom() { FileDescriptorLimit.raise() }

  private static func checkRoom(for clients: Int?) throws(ServerNotStarted) {
    let descriptors = FileDescriptorLimit.now
    let most = ClientLimits.most(of: descriptors)
    guard let clients, clients > most else { return }
    throw ServerNotStarted(
      reason:
        "there is room for \(most) clients at most, and not for \(clients), because this process may have "
        + "\(descriptors) files open (ulimit -n)"
    )
  }

  /// What whoever runs the server should know, in words, for one reader: such as a value that some clients cannot take.
  ///
  /// The words may hold what a peer has written.
  public var reports: AsyncStream<String> { endpoint.reports }

  /// How many clients there is room for.
  public var clientLimit: Int { listener.connectionLimit }

  /// How many clients have joined over the network and not left.
  public var clientCount: Int { listener.clientCount }

  /// Sends away those whose token is good no more; to be called when the gate's list has changed, and now and then.
  public func checkGrants() { listener.checkGrants() }

  /// Has the server's figures told on this machine to those who collect them, at `http://127.0.0.1:PORT/metrics`.
  ///
  /// - Returns: What tells them, for as long as it is kept.
  /// - Throws: `ServerNotStarted` if one cannot listen there.
  package func tellMetrics(port: Int) async throws(ServerNotStarted) -> MetricsServer {
    do {
      return MetricsServer(
        try await TextServer.start(port: port, path: "/metrics") { [owners] in owners.metrics }
      )
    } catch {
      throw ServerNotStarted(reason: "--metrics \(port): \(NetworkFailure.describe(error))")
    }
  }

  /// Says goodbye to everybody, and shuts the server down for good.
  ///
  /// Closing twice does nothing.
  public func close() async {
    await listener.shutdown()
    endpoint.shutDown()
  }
}

/// A server could not be started.
public struct ServerNotStarted: Error, Sendable, Hashable, CustomStringConvertible {
  /// What happened.
  public let reason: String

  /// What happened, in one line.
  public var description: String { "cannot open a town: \(reason)" }
}

/// Tells a server's figures on this machine.
package final class MetricsServer: Sendable {
  private let server: TextServer

  init(_ server: TextServer) { self.server = server }

  /// Where they are told.
  package var address: String { "http://127.0.0.1:\(server.port)/metrics" }

  /// Tells them no more.
  package func stop() async { await server.stop() }
}
