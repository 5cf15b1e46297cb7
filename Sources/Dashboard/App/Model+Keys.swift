import ScreenKit

/// What keys mean, and why one would do nothing.
extension Model {
  func label(of id: ActionID) -> String { keymap.label(of: id) }
  func group(of id: ActionID) -> ActionGroup? { keymap[id]?.group }
  func isKey(_ key: Key, of id: ActionID) -> Bool {
    keymap[id]?.keys.contains { $0.keys == [key] } == true
  }

  func isAboutEntry(_ id: ActionID) -> Bool { keymap[id]?.scope == .entries }

  func meaning(of keys: [Key], in pane: PaneID) -> KeyMeaning {
    switch keymap.meaning(of: keys, in: pane) {
    case .action(let action): .action(action.id)
    case .begun: .begun
    case .nothing: .nothing
    }
  }

  func reasonNot(to id: ActionID) -> String? { keymap[id].flatMap(reasonNot) }

  /// Why an action would do nothing now, in a few words; `nil` if it does something.
  func reasonNot(to action: Action<Model>) -> String? {
    if !action.scope.includes(attention) {
      let places = Self.panes.map(\.id).filter(action.scope.includes).map { words($0.name) }
      return words("not in \(attention.name), only in \(places.joined(separator: ", "))")
    }
    if action.writes(self) {
      let reason = action.writesFromPast ? reasonNotToWriteNow : reasonNotToWrite
      if let reason { return reason }
    }
    return action.reasonNot(self)
  }

  /// Why keys that mean nothing here do not: some do at another time.
  func reasonForNothing(of keys: [Key]) -> String {
    let action = keymap.actions.first { $0.keys.contains { $0.keys == keys } }
    if let reason = action.flatMap(reasonNot) { return ": \(reason)" }
    return " does nothing here; \(label(of: .help)) lists the keys"
  }
}
