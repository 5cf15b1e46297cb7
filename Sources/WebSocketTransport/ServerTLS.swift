import NIOCore
import NIOSSL

/// How a server proves who it is.
struct ServerTLS: Sendable {
  private let context: NIOSSLContext

  /// Reads a certificate chain and its key from PEM files.
  init(certificateFile: String, keyFile: String) throws(WebSocketServerError) {
    do {
      let chain = try NIOSSLCertificate.fromPEMFile(certificateFile)
      let key = try NIOSSLPrivateKey(file: keyFile, format: .pem)
      var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: chain.map { .certificate($0) },
        privateKey: .privateKey(key)
      )
      configuration.shutdownTimeout = .seconds(1)
      context = try NIOSSLContext(configuration: configuration)
    } catch {
      throw WebSocketServerError(
        .badCertificate,
        "cannot use the certificate \(certificateFile) with the key \(keyFile): \(error)"
      )
    }
  }

  /// The handler that encrypts one connection.
  func handler() -> NIOSSLServerHandler { NIOSSLServerHandler(context: context) }
}
