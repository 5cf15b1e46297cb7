import ConcurrencySupport
import Glibc
import NIOCore
package import NIOSSL

/// How a client checks whom it talks to.
package struct ClientTLS: Sendable {
  private let context: NIOSSLContext
  private let expected: ExpectedPin?

  /// Trusts what the system trusts, and the certificates of a file besides; or a pin and nothing else.
  ///
  /// - Parameters:
  ///   - caFile: The file, of PEM certificates.
  ///   - expected: The pin that the server is to have, if it is known by one.
  ///   - protocols: What the client speaks, for servers that speak several.
  ///   - failure: Makes the error to throw, of a reason for a person.
  /// - Throws: What `failure` makes, if the file cannot be read.
  package init<Failure: Error>(
    caFile: String?,
    expecting expected: ExpectedPin? = nil,
    protocols: [String] = [],
    failure: (_ reason: String) -> Failure
  ) throws(Failure) {
    self.expected = expected
    var configuration = Self.baseConfiguration
    configuration.applicationProtocols = protocols
    do {
      if expected != nil {
        configuration.certificateVerification = .noHostnameVerification
        configuration.trustRoots = .certificates([])
      } else if let caFile {
        let certificates = try NIOSSLCertificate.fromPEMFile(caFile)
        configuration.additionalTrustRoots = [.certificates(certificates)]
      }
      context = try NIOSSLContext(configuration: configuration)
    } catch {
      let reason = NetworkFailure.describe(error)
      throw failure("cannot use the certificates of \(caFile ?? "the system"): \(reason)")
    }
  }

  /// What holds for every client.
  static var baseConfiguration: TLSConfiguration {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    configuration.shutdownTimeout = .seconds(1)
    return configuration
  }

  /// The handler that encrypts a connection to a host.
  package func handler(for host: String) throws -> NIOSSLClientHandler {
    let name = Self.nameToAsk(for: host)
    guard let expected else {
      return try NIOSSLClientHandler(context: context, serverHostname: name)
    }
    return try NIOSSLClientHandler(context: context, serverHostname: name) {
      (chain, verdict: EventLoopPromise<NIOSSLVerificationResult>) in
      let shown = chain.first.flatMap(PeerCertificate.init)
      let isRight = shown?.isMeant(by: expected.pin) == true
      verdict.succeed(isRight ? .certificateVerified : .failed)
    }
  }

  /// The host name that a handshake mentions.
  ///
  /// A certificate names an IP address in a place of its own, and the handshake never mentions it: without a host name the
  /// handler checks the address that it is connected to.
  static func nameToAsk(for host: String) -> String? {
    let number = String(host.prefix { $0 != "%" })
    return (try? SocketAddress(ipAddress: number, port: 0)) == nil ? host : nil
  }

  /// What is wrong with a server's certificate, if a connection has failed for the sake of it.
  ///
  /// BoringSSL has judged, and does not tell of what: so the certificate is looked at once more.
  package func verdict(
    on error: any Error,
    host: String,
    port: Int
  ) async -> CertificateVerdict? {
    let isNameWrong = NetworkFailure.isAboutName(error)
    guard isNameWrong || NetworkFailure.isAboutTrust(error),
      let chain = await TLSProbe.certificates(of: host, port: port)
    else { return nil }
    return CertificateVerdict(
      of: chain,
      for: host,
      expecting: expected,
      isNameWrong: isNameWrong
    )
  }
}

/// How a server proves who it is.
///
/// The files are read again when they change, so that a certificate can be renewed while the server runs.
package final class ServerTLS: Sendable {
  private struct Served {
    var context: NIOSSLContext
    var certificate: PeerCertificate
    var stamps: [FileStatus?]
    var lookedAt: ContinuousClock.Instant
    /// Whether it was told that the certificate has ended.
    var isEndTold = false
  }

  /// How often somebody looks whether the files have changed, at most.
  private static let pause = Duration.seconds(1)

  private let files: (certificate: String, key: String)
  private let protocols: [String]
  private let report: @Sendable (String) -> Void
  private let served: Locked<Served>

  /// Reads a certificate chain and its key from PEM files.
  ///
  /// - Parameters:
  ///   - certificateFile: The file of the chain.
  ///   - keyFile: The file of the key.
  ///   - protocols: What the server speaks, the best first, for clients that ask.
  ///   - report: Is told when other files have come, and when the certificate has ended, in words for whoever runs the
  ///     server.
  ///   - failure: Makes the error to throw, of a reason for a person.
  /// - Throws: What `failure` makes, if a file cannot be used.
  package init<Failure: Error>(
    certificateFile: String,
    keyFile: String,
    protocols: [String] = [],
    report: @escaping @Sendable (String) -> Void = { _ in },
    failure: (_ reason: String) -> Failure
  ) throws(Failure) {
    files = (certificateFile, keyFile)
    (self.protocols, self.report) = (protocols, report)
    do {
      served = Locked(try Self.load(files, protocols))
    } catch {
      throw failure(Self.complaint(error, files))
    }
  }

  /// The certificate that is shown now.
  package var certificate: PeerCertificate { served.withLock { $0.certificate } }

  /// The handler that encrypts one connection.
  package func handler() -> NIOSSLServerHandler {
    let (context, news) = served.withLock { served in
      let news = refresh(&served)
      return (served.context, news)
    }
    if let news { report(news) }
    return NIOSSLServerHandler(context: context)
  }

  /// Reads the files again if they have changed; what whoever runs the server should know, in words.
  private func refresh(_ served: inout Served) -> String? {
    guard served.lookedAt.duration(to: .now) >= Self.pause else { return nil }
    served.lookedAt = .now
    let stamps = Self.stamps(of: files)
    guard stamps != served.stamps else { return tellEnd(of: &served) }
    do {
      served = try Self.load(files, protocols)
      return
        "\(files.certificate) has changed: from now on the certificate is the one with the fingerprint "
        + "\(served.certificate.pin), until \(PeerCertificate.day(served.certificate.ends))"
    } catch {
      // Not told again until they change again.
      served.stamps = stamps
      return Self.complaint(error, files) + "; the certificate from before goes on being used"
    }
  }

  /// That the certificate has ended, in words, if it has and that is news.
  private func tellEnd(of served: inout Served) -> String? {
    guard !served.isEndTold, served.certificate.ends < time(nil) else { return nil }
    served.isEndTold = true
    return
      "the certificate \(files.certificate) ended on \(PeerCertificate.day(served.certificate.ends)): "
      + "clients refuse it until there is another"
  }

  private static func load(
    _ files: (certificate: String, key: String),
    _ protocols: [String]
  ) throws -> Served {
    // Before they are read: what changes meanwhile is seen the next time.
    let stamps = stamps(of: files)
    let chain = try NIOSSLCertificate.fromPEMFile(files.certificate)
    guard let certificate = chain.first.flatMap(PeerCertificate.init) else {
      throw Unfit("no certificate is in it")
    }
    try check(certificate)
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) },
      privateKey: .privateKey(try NIOSSLPrivateKey(file: files.key, format: .pem))
    )
    configuration.minimumTLSVersion = .tlsv12
    configuration.shutdownTimeout = .seconds(1)
    configuration.applicationProtocols = protocols
    let context = try NIOSSLContext(configuration: configuration)
    return Served(context: context, certificate: certificate, stamps: stamps, lookedAt: .now)
  }

  private static func check(_ certificate: PeerCertificate) throws(Unfit) {
    if certificate.ends < time(nil) {
      throw Unfit("it ended on \(PeerCertificate.day(certificate.ends))")
    }
    if certificate.begins > time(nil) {
      throw Unfit("it begins only on \(PeerCertificate.day(certificate.begins))")
    }
  }

  private struct Unfit: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
  }

  private static func complaint(
    _ error: any Error,
    _ files: (certificate: String, key: String)
  ) -> String {
    if let unfit = error as? Unfit {
      return "cannot use the certificate \(files.certificate): \(unfit.reason)"
    }
    let reason = NetworkFailure.describe(error)
    return "cannot use the certificate \(files.certificate) with the key \(files.key): \(reason)"
  }

  private static func stamps(of files: (certificate: String, key: String)) -> [FileStatus?] {
    [FileStatus(of: files.certificate), FileStatus(of: files.key)]
  }
}
