import SharedState

/// What a server lets a client do, and whom its token was given to; the name may be empty.
struct Access: Hashable, Sendable {
  var role: AccessRole
  var name: String

  /// Who one is, for a person: `Ada, guest`.
  var words: String { name.isEmpty ? role.rawValue : "\(name), \(role.rawValue)" }
}
