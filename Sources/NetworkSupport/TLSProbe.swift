import ConcurrencySupport
import NIOCore
import NIOPosix
import NIOSSL

/// Looks who answers at an address, without trusting them.
package enum TLSProbe {
  /// The certificates that a server shows, its own first; nil if nobody speaks TLS there, or not in time.
  package static func certificates(
    of host: String,
    port: Int,
    within limit: Duration = .seconds(3)
  ) async -> [PeerCertificate]? {
    try? await bounded(within: limit) { try await look(host, port, limit) }
  }

  private static func look(
    _ host: String,
    _ port: Int,
    _ limit: Duration
  ) async throws -> [PeerCertificate] {
    var configuration = ClientTLS.baseConfiguration
    // Nothing is sent to whom nobody has checked, so it does not matter whom they can show.
    configuration.certificateVerification = .noHostnameVerification
    configuration.trustRoots = .certificates([])
    let context = try NIOSSLContext(configuration: configuration)
    let seen = Promise<Result<[PeerCertificate], any Error>>()
    let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connectTimeout(TimeAmount(limit))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let handler = try NIOSSLClientHandler(
            context: context,
            serverHostname: ClientTLS.nameToAsk(for: host)
          ) { (chain, verdict: EventLoopPromise<NIOSSLVerificationResult>) in
            seen.fulfil(.success(chain.compactMap(PeerCertificate.init)))
            verdict.succeed(.failed)
          }
          try channel.pipeline.syncOperations.addHandler(handler)
        }
      }
    let place = try? SocketAddress(ipAddress: host, port: port)
    let channel =
      if let place { try await bootstrap.connect(to: place).get() } else {
        try await bootstrap.connect(host: host, port: port).get()
      }
    channel.closeFuture.whenComplete { _ in seen.fulfil(.failure(ChannelError.eof)) }
    defer { channel.close(promise: nil) }
    return try await seen.get()
  }
}
