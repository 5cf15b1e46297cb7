public import SharedState

extension EditRequest {
  /// An edit as it comes out on the freshest state.
  public enum Rebased: Equatable, Sendable {
    /// This is to be sent; it is empty if all of it is there already.
    case change(StateChange)
    /// The entry was changed by somebody else where this edit changes it too; nothing may be sent.
    case conflict(key: String, live: StateValue?)
  }

  /// Puts the edit on the freshest state, field by field.
  ///
  /// Whoever sends the edit calls this with nothing coming in between, and sends the change as one message.
  /// What a person asks to `remove` or `clear` goes, whatever it holds by now: they were shown it as it was,
  /// and an avatar that moves thirty times a second could otherwise never be removed. Every other verb is
  /// merged with what is there, and a true conflict is handed back, unless the person has decided it before.
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
      let merge = ValueMerge(base: entry.base, mine: entry.mine, live: now)
      switch merge.resolved(by: entry.choices(for: merge.conflicts)) {
      case .conflicts: return .conflict(key: entry.key, live: now)
      case .merged(let value?, _): if value != now { change.update(entry.key, to: value) }
      case .merged(nil, _): if now != nil { change.remove(entry.key) }
      }
    }
    return .change(change)
  }

  /// The change that puts the edit on the freshest state, for a write that reads and sends in one.
  ///
  /// ```swift
  /// try await state.endpoint.write { try edit.change(on: $0) }
  /// ```
  ///
  /// - Throws: ``EditConflict`` if somebody else has changed the same place.
  public func change(on live: StateDictionary) throws(EditConflict) -> StateChange {
    switch rebased(on: live) {
    case .change(let change): return change
    case .conflict(let key, let live): throw EditConflict(key: key, live: live)
    }
  }
}

extension EditRequest.Entry {
  /// Mine, where the person has decided so.
  fileprivate func choices(
    for conflicts: [ValueMerge.Conflict]
  ) -> [ValuePath: ValueMerge.Side] {
    let paths = conflicts.map(\.path).filter(decided.contains)
    return Dictionary(paths.map { ($0, .mine) }) { $1 }
  }
}

/// A place that somebody else has changed, where an edit changes it too: nothing was sent.
public struct EditConflict: Error, Hashable, Sendable {
  /// The entry.
  public let key: String
  /// What it holds now; `nil` if it is gone.
  public let live: StateValue?

  /// Names an entry, and what it holds.
  public init(key: String, live: StateValue?) { (self.key, self.live) = (key, live) }
}
