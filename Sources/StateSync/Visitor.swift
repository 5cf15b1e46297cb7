public import SharedState

/// Who stands behind a connection, as far as the server knows.
public struct Visitor: Sendable, Hashable {
  /// Names the connection for as long as the server runs; 0 is the program that the server is in.
  public var number: Int
  /// What it may do.
  public var role: AccessRole
  /// Whom its token was given to; empty if it has none, or nobody said.
  public var name: String
  /// The address that it comes from; empty if it comes from this program.
  public var peer: String
  /// What it speaks: `WebSocket`, `gRPC`.
  public var wire: String
  /// Which token it has shown, by what names it to people; empty for none.
  public var grant: String

  /// Tells of a connection.
  public init(
    number: Int,
    role: AccessRole = .owner,
    name: String = "",
    peer: String = "",
    wire: String = "",
    grant: String = ""
  ) {
    (self.number, self.role, self.name) = (number, role, name)
    (self.peer, self.wire, self.grant) = (peer, wire, grant)
  }

  /// The program that the server is in, which may do all.
  public static let program = Visitor(number: 0)

  /// What the connections of one person have in common, so that who comes back after a lost line is not a stranger.
  struct Identity: Sendable, Hashable {
    let peer: String
    let grant: String
  }

  var identity: Identity { Identity(peer: peer, grant: grant) }
}

/// What an owner has taken from a connection for a while, whatever its role.
public enum Restraint: String, Sendable, Hashable, CaseIterable {
  /// It reads, and nothing else: it writes nothing, runs no commands and takes no locks.
  case frozen
  /// It is not seen: its avatar, cursors and play area are gone, and are not taken again. All else it may still write.
  case muted

  /// Why something is not taken, in a sentence for who wrote it.
  package var reason: String {
    switch self {
    case .frozen: "an owner has frozen this connection: it reads, and nothing else"
    case .muted: "an owner has muted this connection: its avatar and cursors are not taken"
    }
  }
}

/// What a server did not take of a change, and why.
public struct WriteRefusal: Sendable, Hashable {
  /// The keys that were not written; the others were, if the wire has no word for a refusal of the whole.
  public var keys: [String]
  /// Why, in a sentence for a person.
  public var reason: String

  /// Tells of a refusal.
  public init(keys: [String], reason: String) { (self.keys, self.reason) = (keys, reason) }
}
