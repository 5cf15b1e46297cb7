#if GRPC
@testable import GRPCTransport
import StateSync
import TestSupport
import Trajectory
import WebSocketTransport

/// A town that clients of all wires can come to.
struct RunningServer: Sendable {
  let town: SyncServer
  let guest: GRPCStateServer
  let door: WebSocketServer

  var grpcAddress: String { "grpc://127.0.0.1:\(door.port)" }

  static func start(
    _ town: SyncServer,
    frames: FrameHub? = nil,
    dialects: [Dialect] = Dialect.allCases,
    options: WebSocketServer.Options = .init(),
    guestOptions: GRPCStateServer.Options = .init()
  ) async throws -> RunningServer {
    var (options, guestOptions) = (options, guestOptions)
    guestOptions.dialects = dialects
    let guest = try await GRPCStateServer.start(
      serving: town,
      frames: frames,
      options: guestOptions
    )
    options.port = 0
    options.http2Acceptor = guest
    return RunningServer(
      town: town,
      guest: guest,
      door: try await WebSocketServer.start(serving: town, options: options)
    )
  }

  /// Runs a test against a town, and closes it, however the test ends.
  static func with<Answer>(
    _ town: SyncServer = SyncServer(),
    frames: FrameHub? = nil,
    dialects: [Dialect] = Dialect.allCases,
    options: WebSocketServer.Options = .init(),
    guestOptions: GRPCStateServer.Options = .init(),
    _ body: (RunningServer) async throws -> Answer
  ) async throws -> Answer {
    let open = try await start(
      town,
      frames: frames,
      dialects: dialects,
      options: options,
      guestOptions: guestOptions
    )
    do {
      let answer = try await body(open)
      await open.door.shutdown()
      return answer
    } catch {
      await open.door.shutdown()
      throw error
    }
  }

  /// A connection of our own client.
  func connect(
    _ configure: (inout GRPCClientTransport.Options) -> Void = { _ in }
  ) async throws -> GRPCConnection {
    var options = GRPCClientTransport.Options()
    configure(&options)
    let connection = try await GRPCClientTransport(grpcAddress, options: options).connect()
    guard let connection = connection as? GRPCConnection else {
      throw TransportProbe.Failure("the connection is a \(type(of: connection))")
    }
    return connection
  }
}
#endif
