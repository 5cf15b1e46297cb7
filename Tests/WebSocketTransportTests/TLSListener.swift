import ConcurrencySupport
import NIOCore
import NIOPosix
import NIOSSL
import TestSupport

/// A server that agrees on TLS with everybody and says nothing more, with whatever certificate.
enum TLSListener {
  static func with(
    _ certificate: Certificate,
    atMost version: TLSVersion? = nil,
    _ body: (_ port: Int) async throws -> Void
  ) async throws {
    let chain = try NIOSSLCertificate.fromPEMFile(certificate.path)
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) },
      privateKey: .privateKey(try NIOSSLPrivateKey(file: certificate.files.keyFile, format: .pem))
    )
    configuration.maximumTLSVersion = version
    let context = try NIOSSLContext(configuration: configuration)
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    defer { channel.close(promise: nil) }
    try await body(channel.localAddress?.port ?? 0)
  }

  /// Agrees on TLS with a server, whoever it is, in some version or an older one.
  static func shakeHands(with port: Int, atMost version: TLSVersion) async throws {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.certificateVerification = .none
    configuration.minimumTLSVersion = .tlsv1
    configuration.maximumTLSVersion = version
    let context = try NIOSSLContext(configuration: configuration)
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            NIOSSLClientHandler(context: context, serverHostname: nil)
          )
        }
      }
      .connect(host: "127.0.0.1", port: port).get()
    defer { channel.close(promise: nil) }
    // What is written goes out once the handshake is over.
    try await bounded(within: .seconds(10)) {
      try await channel.writeAndFlush(ByteBuffer(string: "GET / HTTP/1.1\r\n\r\n"))
    }
  }
}
