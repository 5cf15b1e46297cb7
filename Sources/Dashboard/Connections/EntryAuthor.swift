import SharedState

/// Who wrote an entry last, as the server tells.
struct EntryAuthor: Hashable, Sendable {
  /// Whom their token was given to; empty if nobody said.
  let name: String
  /// What their token is good for; `nil` if they have none.
  let role: AccessRole?
  /// The id of their avatar; empty if they have none.
  let user: String
  /// Whether it was the program that keeps the state.
  let isProgram: Bool
  /// Whether they have left.
  let isGone: Bool

  /// Reads what the server answered; `nil` if it does not know.
  ///
  /// What a peer says is taken as far as a line has room for it.
  init?(_ answer: StateValue) {
    guard let fields = answer.object, !fields.isEmpty else { return nil }
    func text(_ field: String) -> String { (fields[field]?.string ?? "").beginning(60) }
    (name, user) = (text("name"), text("user"))
    role = AccessRole(rawValue: text("role"))
    isProgram = fields["connection"]?.int == 0
    isGone = fields["gone"] == true
  }

  /// Who it is, for a person: `Ada, guest`; `nil` if there is nothing that tells them from others.
  func words(_ people: People, host: String) -> String? {
    if isProgram { return host }
    let who = name.isEmpty ? people.name(of: user) ?? (user.isEmpty ? nil : user) : name
    guard let who else { return role?.oneOfThem }
    return [who, role?.rawValue, isGone ? "who has left" : nil].compactMap(\.self)
      .joined(separator: ", ")
  }
}
