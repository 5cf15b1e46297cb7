#if GRPC
import GRPCNIOTransportHTTP2Posix
import Glibc
import NIOCore
import NIOPosix

/// Brings gRPC connections that somebody else has accepted.
///
/// gRPC takes connections from a channel that listens. Ours listens to nobody: it is a pipe that nothing goes through,
/// and connections are put into it from outside.
final class ForwardedListener: HTTP2ServerTransport.ListenerFactory {
  typealias Configurator = HTTP2ServerTransport.ConnectionConfigurator
  typealias Listener = NIOAsyncChannel<Configurator.ConnectionChannel, Never>

  private struct Opened: Sendable {
    let listener: any Channel
    let injector: NIOLoopBound<ConnectionInjector>
    let configurator: Configurator
  }

  let eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
  private let opened: EventLoopPromise<Opened>

  init() { opened = MultiThreadedEventLoopGroup.singleton.any().makePromise() }

  func makeListeningChannel(
    listenerConfigurator: HTTP2ServerTransport.ListenerConfigurator,
    connectionConfigurator: Configurator
  ) async throws -> Listener {
    do {
      let (listener, injector) = try await Self.makePipe { channel in
        listenerConfigurator.configure(channel: channel)
      }
      opened.succeed(
        Opened(
          listener: listener.channel,
          injector: injector,
          configurator: connectionConfigurator
        )
      )
      return listener
    } catch {
      opened.fail(error)
      throw error
    }
  }

  private static func makePipe(
    _ configure: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
  ) async throws -> (Listener, NIOLoopBound<ConnectionInjector>) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw IOError(errnoCode: errno, reason: "pipe") }
    return try await NIOPipeBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .takingOwnershipOfDescriptors(input: ends[0], output: ends[1]) { channel in
        configure(channel).flatMapThrowing {
          let injector = ConnectionInjector()
          try channel.pipeline.syncOperations.addHandler(injector)
          return (
            try Listener(wrappingChannelSynchronously: channel),
            NIOLoopBound(injector, eventLoop: channel.eventLoop)
          )
        }
      }
  }

  /// Returns when connections can be put in.
  func waitUntilOpen() async throws { _ = try await opened.futureResult.get() }

  /// Sets up an accepted connection, on its event loop, and puts it in.
  func put(_ channel: any Channel, isSecure: Bool) -> EventLoopFuture<Void> {
    opened.futureResult.hop(to: channel.eventLoop).flatMap { opened in
      let tls = isSecure ? Configurator.TLS.configured(requireALPN: false) : .none
      return opened.configurator.configure(channel: channel, tls: tls).map { connection in
        opened.listener.eventLoop.execute {
          guard opened.listener.isActive else { return channel.close(promise: nil) }
          opened.injector.value.expect(connection, on: channel)
          opened.listener.pipeline.fireChannelRead(channel)
          opened.listener.pipeline.fireChannelReadComplete()
        }
      }
    }
  }
}

/// Exchanges an accepted channel, which gRPC wants to see pass, for the connection that has been set up on it.
private final class ConnectionInjector: ChannelInboundHandler {
  typealias InboundIn = any Channel
  typealias InboundOut = ForwardedListener.Configurator.ConnectionChannel

  private var expected: [ObjectIdentifier: InboundOut] = [:]

  func expect(_ connection: InboundOut, on channel: any Channel) {
    expected[ObjectIdentifier(channel)] = connection
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let channel = unwrapInboundIn(data)
    guard let connection = expected.removeValue(forKey: ObjectIdentifier(channel)) else { return }
    context.fireChannelRead(wrapInboundOut(connection))
  }
}
#endif
