import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Puts what NIO throws into words for a person.
package enum NetworkFailure {
  package static func describe(_ error: any Error) -> String {
    switch error {
    case let error as NIOConnectionError:
      describe(error)
    case let error as IOError:
      String(cString: strerror(error.errnoCode)).lowercased()
    case ChannelError.connectTimeout:
      "no answer"
    case is ChannelError:
      "the connection is closed"
    case is HTTPParserError:
      "something else than a web server answered"
    case let error as NIOSSLError:
      describe(error)
    case is NIOHTTPClientUpgradeError:
      "the answer was not a WebSocket's"
    case let error as BoringSSLError:
      describe(error)
    case is NIOSSLCloseTimedOutError:
      "the connection was not closed in time"
    case is NIOSSLExtraError:
      isAboutName(error) ? "its certificate is not for this host" : "TLS knows no such host name"
    default:
      "\(error)"
    }
  }

  private static func describe(_ error: NIOConnectionError) -> String {
    if let first = error.connectionErrors.first { return describe(first.error) }
    if error.dnsAAAAError != nil || error.dnsAError != nil { return "no host has that name" }
    return "no answer"
  }

  /// Whether a certificate was refused because nobody vouches for it, or because of its dates.
  static func isAboutTrust(_ error: any Error) -> Bool {
    guard case NIOSSLError.handshakeFailed(let cause) = error else { return false }
    // NIO gives BoringSSL's reasons as text alone.
    return "\(cause)".contains("CERTIFICATE_VERIFY_FAILED")
  }

  /// Whether a certificate was refused because it is for others.
  static func isAboutName(_ error: any Error) -> Bool {
    switch error {
    case let error as NIOSSLExtraError: error == .failedToValidateHostname
    case let error as NIOSSLError: error == .unableToValidateCertificate
    default: false
    }
  }

  private static func describe(_ error: NIOSSLError) -> String {
    switch error {
    case .handshakeFailed(let cause):
      isAboutTrust(error) ? "its certificate is not trusted" : describe(cause)
    case .unableToValidateCertificate: "its certificate is not for this host"
    case .noCertificateToValidate: "it has no certificate"
    case .uncleanShutdown: "the connection was cut"
    case .failedToLoadCertificate: "there is no certificate in it"
    case .failedToLoadPrivateKey: "there is no private key in it that can be read"
    case .noSuchFilesystemObject: "there is no such file"
    default: "TLS failed (\(error))"
    }
  }

  /// BoringSSL's reason without the numbers, files and lines around it: `sslv3 alert handshake failure`.
  private static func reason(in text: String) -> String {
    let internals = "OPENSSL_internal:"
    guard let start = text.firstRange(of: internals)?.upperBound else { return text }
    return text[start...].prefix { $0 != " " }.lowercased().replacing("_", with: " ")
  }

  private static func describe(_ error: BoringSSLError) -> String {
    let text = "\(error)"
    let known = [
      ("WRONG_VERSION_NUMBER", "it does not speak TLS there"),
      ("KEY_VALUES_MISMATCH", "the key is another certificate's"),
      ("UNSUPPORTED_PROTOCOL", "it speaks no TLS of 1.2 or later"),
      ("ALERT_PROTOCOL_VERSION", "it speaks no TLS of 1.2 or later"),
      ("EOF during handshake", "the connection was closed before TLS was agreed on"),
    ]
    return known.first { text.contains($0.0) }?.1
      ?? "the TLS handshake failed (\(reason(in: text)))"
  }
}
