public import SharedState

/// What arrives on a connection.
public enum StateDelivery: Sendable {
  /// A large message is under way: bytes so far, and how many there will be if the wire says so.
  case progress(received: Int, total: Int?)
  /// A whole message. The first of a connection is the whole state; a transport whose wire sends nothing for
  /// an empty state makes an empty one up.
  case change(StateChange)
  /// Several whole messages that were there at once, in their order.
  case changes([StateChange])
  /// What this client may do, and whom its token was given to; for a server that lets everybody do all it never comes.
  case role(AccessRole, name: String)
  /// What of our newest changes was not taken, before anything else that comes of them.
  case refused(WriteRefusal)
  /// Nothing has come for so long, not even an answer to the question whether anybody is there. It is told once in each
  /// silence, by a transport that was asked to, and says nothing of whether the connection is lost.
  case silence(lasting: Duration)
  /// After a silence that was told, something has come.
  case heard

  /// The whole messages in it, in their order.
  public var whole: [StateChange] {
    switch self {
    case .progress, .silence, .heard, .role, .refused: []
    case .change(let change): [change]
    case .changes(let changes): changes
    }
  }
}

/// One connection to a server, seen from the client.
///
/// A connection is pulled, not pushed: while nobody calls `receive()`, the transport stops reading and the server
/// coalesces. The sync engine has one reader and one writer for each connection.
public protocol StateConnection: Sendable {
  /// What is spoken on it, for a person who did not say: `WebSocket, as NanoVer does since August 2025`.
  var wire: String { get }

  /// The next thing that arrived, or nil when the server closed the connection in good order.
  ///
  /// - Throws: `TransportError` when the connection is lost or the server breaks the protocol.
  func receive() async throws -> StateDelivery?

  /// Sends a change, and returns when the transport has taken it; the server may yet never see it.
  ///
  /// - Throws: `TransportError` when the connection is lost or the change cannot be carried; with the codes
  ///   `unsendable` and `refused` the change is not on the server, and the connection is as good as before.
  func send(_ change: StateChange) async throws

  /// Closes the connection in good order, within a bounded time. Closing twice does nothing.
  func close() async
}

/// A connection over a wire that knows locks.
public protocol LockingConnection: StateConnection {
  /// Takes, renews and gives back locks, in the name of this client: all of them, or none.
  ///
  /// - Returns: Whether the server granted it; false if somebody else holds a key that is asked for.
  /// - Throws: `TransportError` when the connection is lost; the server may have granted it all the same.
  func updateLocks(_ requests: [String: LockRequest]) async throws -> Bool
}

/// A connection over a wire that knows commands.
public protocol CommandingConnection: StateConnection {
  /// The commands that can be run, sorted by name.
  ///
  /// - Throws: `CommandFailure` when there is no answer.
  func listCommands() async throws -> [CommandDescription]

  /// Runs a command, and returns its result, which is null if it has none; waits within bounds.
  ///
  /// - Throws: `CommandFailure`.
  func runCommand(_ name: String, arguments: StateObject) async throws -> StateValue
}

/// A way to reach a server.
///
/// Connecting again makes a fresh connection.
public protocol StateTransport: Sendable {
  /// Where the server is, for a person: `ws://127.0.0.1:38801`.
  var address: String { get }

  /// Opens a connection, or gives up within a bounded time.
  ///
  /// - Throws: `TransportError` that says what was tried and what happened.
  func connect() async throws -> any StateConnection
}

/// Something went wrong on a wire.
public struct TransportError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of trouble it was.
  public enum Code: Sendable, Hashable {
    /// Nobody answered there, or the answer was not a server's.
    case unreachable
    /// The connection was lost.
    case connectionLost
    /// The peer sent what the protocol forbids.
    case protocolViolation
    /// A change cannot be sent on this wire, for example because it is too large.
    case unsendable
    /// The server refused a change, for example because somebody else holds a lock on one of its keys.
    case refused
    /// The wire has no word for what was asked.
    case unsupported
    /// The server's certificate is none to go by.
    case untrusted
    /// Nobody who is trusted vouches for the server's certificate, so a person has to say whether it is the right one.
    case unvouched
    /// The server wants a token, and what it was shown is good for nothing.
    case denied
    /// The server speaks TLS, and was not spoken to in it.
    case encrypted
  }

  /// What kind of trouble it was.
  public let code: Code
  /// What happened, for a person, in one line.
  public let message: String

  /// Makes an error.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// What happened, in one line.
  public var description: String { message }
}

extension TransportError {
  /// There is no server at an address, for a reason.
  package static func unreachable(_ address: String, _ reason: String) -> TransportError {
    notJoined(.unreachable, address, reason)
  }

  /// The server at an address is not joined, for a reason.
  package static func notJoined(
    _ code: Code,
    _ address: String,
    _ reason: String
  ) -> TransportError {
    TransportError(code, "no town at \(address): \(reason)")
  }

  /// Whether to try again makes no difference, until somebody changes something.
  package var isFinal: Bool { [.denied, .untrusted, .unvouched, .encrypted].contains(code) }

  /// A change was refused because somebody else holds a lock on one of its keys.
  public static var lockedByAnother: TransportError {
    TransportError(.refused, "locked by another")
  }
}
