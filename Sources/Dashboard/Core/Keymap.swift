import TextScreen

/// All actions with the keys that are in force: what a key does, and what the footer, the help and the palette offer.
struct Keymap<Host>: Sendable {
  var actions: [Action<Host>]
  /// The panes that there are, in which two keys can meet.
  let panes: [PaneID]

  /// What the keys pressed so far come to.
  enum Meaning {
    /// This is asked for.
    case action(Action<Host>)
    /// More keys may follow.
    case begun
    case nothing
  }

  /// What keys mean in a pane, or else in another one.
  func meaning(of keys: [Key], in pane: PaneID) -> Meaning {
    let found = actions.filter { $0.keys.contains { $0.keys == keys } }
    if let action = found.first(where: { $0.scope.includes(pane) }) ?? found.first {
      return .action(action)
    }
    return actions.contains { $0.keys.contains { $0.isBegun(by: keys) } } ? .begun : .nothing
  }

  subscript(id: ActionID) -> Action<Host>? { actions.first { $0.id == id } }

  /// How an action is asked for: by its first key, or by its name if it has none.
  func label(of id: ActionID) -> String {
    guard let action = self[id] else { return "" }
    return action.keys.first?.label ?? ":\(action.name)"
  }
}
