import AccessControl
import NIOHTTP1
import NetworkSupport

/// Why somebody is turned away before there is a WebSocket: a status of HTTP, and a sentence for a person.
struct Refusal: Error, Sendable, Equatable {
  let status: HTTPResponseStatus
  let sentence: String

  init(_ status: HTTPResponseStatus, _ sentence: String) {
    (self.status, self.sentence) = (status, sentence)
  }

  /// What is asked for cannot be granted.
  static func badRequest(_ sentence: String) -> Refusal { Refusal(.badRequest, sentence) }

  /// There is no room for another client.
  static func full(_ full: Door.Full) -> Refusal {
    Refusal(.serviceUnavailable, full.words)
  }

  /// Nobody gets in without a token that is good for something.
  static func denied(_ denial: AccessDenied) -> Refusal {
    Refusal(.unauthorized, denial.description)
  }

  /// This is no place for whoever does not ask for a WebSocket.
  static let notWebSocket = Refusal(
    .upgradeRequired,
    "This is a NanoVer shared state. Connect to it with ws:// and a client that speaks WebSocket."
  )

  /// What came cannot be read at all.
  static let notHTTP = badRequest("This is not HTTP, or more of it than a handshake takes.")

  var headers: HTTPHeaders {
    var headers: HTTPHeaders = [
      "Content-Type": "text/plain; charset=utf-8", "Content-Length": "\(body.utf8.count)",
      "Connection": "close",
    ]
    if status == .unauthorized { headers.add(name: "WWW-Authenticate", value: "Bearer") }
    if status == .upgradeRequired { headers.add(name: "Upgrade", value: "websocket") }
    return headers
  }

  var body: String { sentence + "\n" }
}
