import SharedState
import ScreenKit
import StateEditing

extension EditPane {
  /// Opens on the merge of an edit that was not sent, because somebody had changed the entry in the same place.
  ///
  /// Whoever sends an edit without writing it, such as an undo, meets what others did here, as in any other edit.
  init(
    merging entry: EditRequest.Entry,
    of request: EditRequest,
    live now: StateValue?,
    in state: StateDictionary
  ) {
    let verb: EditVerb = entry.mine == nil ? .remove : request.verb == .modify ? .modify : .set
    self.init(id: request.id, verb: verb, target: .entry(entry.key), live: state)
    if let mine = entry.mine {
      draft = .value(ValueEditor(mine, isMultiline: mine.isCollection))
    }
    (base, live) = (entry.base, now)
    let proposal = Proposal(base: entry.base, mine: entry.mine, live: now)
    phase = proposal.isOpen ? .conflict(proposal) : .review(proposal)
    notice = "nothing was sent: somebody else has changed the same place"
  }

  /// Whether the pane is left now without a word of its edit on the way.
  var isUnsent: Bool {
    switch phase {
    case .editing, .leaving, .review, .conflict: true
    case .blocked, .pending, .done: false
    }
  }

  /// The row that was edited.
  var row: TreeRow {
    if let key { return .entry(key) }
    switch target {
    case .entry(let key, _): return .entry(key)
    case .group(let prefix): return .group(prefix)
    }
  }

  /// Whether a key may close the pane and mean what it means elsewhere: once the edit has ended, unless the key means
  /// something here, or what was written would be lost by a slip.
  func lets(go key: Key) -> Bool {
    switch (phase, key) {
    case (_, .escape), (_, .enter), (_, .character(" ")): false
    case (.blocked, _): true
    case (.done(let outcome, _, _), _) where outcome.isArrival: true
    case (.done, .character("r")), (.done, .character("e")): false
    case (.done, .character("q")): true
    case (.done, _): !isChanged
    default: false
    }
  }

  /// Whether the server has had the edit.
  var hasArrived: Bool {
    guard case .done(let outcome, _, _) = phase else { return false }
    return outcome.isArrival
  }
}
