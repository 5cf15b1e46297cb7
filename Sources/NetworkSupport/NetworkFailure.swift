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
    case is NIOSSLExtraError:
      "its certificate is not for this host"
    default:
      "\(error)"
    }
  }

  private static func describe(_ error: NIOConnectionError) -> String {
    if let first = error.connectionErrors.first { return describe(first.error) }
    if error.dnsAAAAError != nil || error.dnsAError != nil { return "no host has that name" }
    return "no answer"
  }

  private static func describe(_ error: NIOSSLError) -> String {
    switch error {
    case .handshakeFailed(let cause):
      let text = "\(cause)"
      if text.contains("CERTIFICATE_VERIFY_FAILED") {
        return "its certificate is not trusted (a private one needs --ca-file)"
      }
      if text.contains("WRONG_VERSION_NUMBER") { return "it does not speak TLS there" }
      return "the TLS handshake failed (\(text))"
    case .unableToValidateCertificate:
      return "its certificate is not for this host"
    case .uncleanShutdown:
      return "the connection was cut"
    default:
      return "TLS failed (\(error))"
    }
  }
}
