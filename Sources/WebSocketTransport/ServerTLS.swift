import NIOCore
import NIOSSL

/// How a server proves who it is.
struct ServerTLS: Sendable {
  private let context: NIOSSLContext

  /// Reads a certificate chain and its key from PEM files.
  ///
  /// - Parameters:
  ///   - certificateFile: The file of the chain.
  ///   - keyFile: The file of the key.
  ///   - protocols: What the server speaks, the best first, for clients that ask.
  /// - Throws: `WebSocketServerError` if a file cannot be used.
  init(
    certificateFile: String,
    keyFile: String,
    protocols: [String] = []
  ) throws(WebSocketServerError) {
    do {
      let chain = try NIOSSLCertificate.fromPEMFile(certificateFile)
      let key = try NIOSSLPrivateKey(file: keyFile, format: .pem)
      var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: chain.map { .certificate($0) },
        privateKey: .privateKey(key)
      )
      configuration.shutdownTimeout = .seconds(1)
      configuration.applicationProtocols = protocols
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
