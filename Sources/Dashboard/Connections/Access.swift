import SharedState

/// What a server lets a client do, and whom its token was given to; the name may be empty.
struct Access: Hashable, Sendable {
  let role: AccessRole
  let name: String

  /// Takes what the server says, of a name as much as a line has room for.
  init(role: AccessRole, name: String) { (self.role, self.name) = (role, name.beginning(60)) }

  /// Who one is, for a person: `Ada, guest`.
  var words: String { name.isEmpty ? role.rawValue : "\(name), \(role.rawValue)" }
}

extension AccessRole {
  /// The role of one who has no name: `an owner`.
  var oneOfThem: String { (self == .owner ? "an " : "a ") + rawValue }
}
