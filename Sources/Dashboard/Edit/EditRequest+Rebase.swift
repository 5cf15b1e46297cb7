public import SharedState

extension EditRequest {
  /// What an edit comes to on the freshest state.
  public enum Rebased: Equatable, Sendable {
    /// This is to be sent; it is empty if the town holds all of it already.
    case change(StateChange)
    /// The house was changed by somebody else where this edit changes it too; nothing may be sent.
    case conflict(key: String, live: StateValue?)
  }

  /// Puts the edit on the freshest state, field by field.
  ///
  /// Whoever sends the edit calls this with nothing coming in between, and sends the change as one message.
  /// What a person asks to `remove` or `clear` goes, whatever it holds by now: they were shown it as it lived,
  /// and an avatar that moves thirty times a second could otherwise never be removed. Every other verb is
  /// merged with what is there, and a true conflict is handed back.
  ///
  /// - Complexity: O(*n*) in the size of the values.
  public func rebased(on live: StateDictionary) -> Rebased {
    var change = StateChange()
    for entry in entries {
      let now = live[entry.key]
      if !merges, entry.mine == nil {
        if now != nil { change.remove(entry.key) }
        continue
      }
      // What nobody has touched becomes exactly what is wanted, also in the order of its fields.
      if now == entry.base {
        if let mine = entry.mine {
          if mine != now { change.update(entry.key, to: mine) }
        } else if now != nil {
          change.remove(entry.key)
        }
        continue
      }
      switch ValueMerge(base: entry.base, mine: entry.mine, live: now) {
      case .conflicts: return .conflict(key: entry.key, live: now)
      case .merged(let value?, _): if value != now { change.update(entry.key, to: value) }
      case .merged(nil, _): if now != nil { change.remove(entry.key) }
      }
    }
    return .change(change)
  }
}
