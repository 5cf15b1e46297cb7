import NIOCore
package import NIOSSL
package import StateSync

/// How a client checks whom it talks to.
package struct ClientTLS: Sendable {
  private let context: NIOSSLContext

  /// Trusts what the system trusts, and the certificates of a file besides.
  ///
  /// - Parameters:
  ///   - caFile: The file, of PEM certificates.
  ///   - protocols: What the client speaks, for servers that speak several.
  /// - Throws: `TransportError` if the file cannot be read.
  package init(caFile: String?, protocols: [String] = []) throws(TransportError) {
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
      throw TransportError(
        .unreachable,
        "cannot use the certificates of \(caFile ?? "the system"): \(error)"
      )
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
