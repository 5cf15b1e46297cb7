/// Why a server did not start.
public struct WebSocketServerError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of trouble it was.
  public enum Code: Sendable, Hashable {
    /// Somebody else listens there; another port may be free.
    case addressInUse
    /// The address is not one of this machine's, or may not be used.
    case cannotListen
    /// The certificate or its key cannot be used.
    case badCertificate
  }

  /// What kind of trouble it was.
  public let code: Code
  /// What happened, for a person, in one line.
  public let message: String

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// What happened, in one line.
  public var description: String { message }
}
