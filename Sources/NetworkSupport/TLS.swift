import NIOCore
package import NIOSSL

/// How a client checks whom it talks to.
package struct ClientTLS: Sendable {
  private let context: NIOSSLContext

  /// Trusts what the system trusts, and the certificates of a file besides.
  ///
  /// - Parameters:
  ///   - caFile: The file, of PEM certificates.
  ///   - protocols: What the client speaks, for servers that speak several.
  ///   - failure: Makes the error to throw, of a reason for a person.
  /// - Throws: What `failure` makes, if the file cannot be read.
  package init<Failure: Error>(
    caFile: String?,
    protocols: [String] = [],
    failure: (_ reason: String) -> Failure
  ) throws(Failure) {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.shutdownTimeout = .seconds(1)
    configuration.applicationProtocols = protocols
    do {
      if let caFile {
        let certificates = try NIOSSLCertificate.fromPEMFile(caFile)
        configuration.additionalTrustRoots = [.certificates(certificates)]
      }
      context = try NIOSSLContext(configuration: configuration)
    } catch {
      throw failure("cannot use the certificates of \(caFile ?? "the system"): \(error)")
    }
  }

  /// The handler that encrypts a connection to a host.
  package func handler(for host: String) throws -> NIOSSLClientHandler {
    // A certificate names an IP address in a place of its own, and the handshake never mentions it: without a
    // host name the handler checks the address that it is connected to.
    let number = String(host.prefix { $0 != "%" })
    let isAddress = (try? SocketAddress(ipAddress: number, port: 0)) != nil
    return try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : host)
  }
}

/// How a server proves who it is.
package struct ServerTLS: Sendable {
  private let context: NIOSSLContext

  /// Reads a certificate chain and its key from PEM files.
  ///
  /// - Parameters:
  ///   - certificateFile: The file of the chain.
  ///   - keyFile: The file of the key.
  ///   - protocols: What the server speaks, the best first, for clients that ask.
  ///   - failure: Makes the error to throw, of a reason for a person.
  /// - Throws: What `failure` makes, if a file cannot be used.
  package init<Failure: Error>(
    certificateFile: String,
    keyFile: String,
    protocols: [String] = [],
    failure: (_ reason: String) -> Failure
  ) throws(Failure) {
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
      throw failure(
        "cannot use the certificate \(certificateFile) with the key \(keyFile): \(error)"
      )
    }
  }

  /// The handler that encrypts one connection.
  package func handler() -> NIOSSLServerHandler { NIOSSLServerHandler(context: context) }
}
