import SharedState

/// An edit that is written, and what the town holds meanwhile.
struct Proposal: Hashable, Sendable {
  /// A side chosen for a conflict, and the live value that the person saw when choosing.
  private struct Choice: Hashable, Sendable {
    var side: ValueMerge.Side
    var seen: StateValue?
  }

  /// What the person saw when the edit began; `nil` if nobody lived there.
  private(set) var base: StateValue?
  /// What the person wants.
  private(set) var mine: StateValue?
  /// What the town holds now.
  private(set) var live: StateValue?
  /// The conflicts, chosen or not.
  private(set) var conflicts: [ValueMerge.Conflict] = []
  /// The merge after the choices made so far.
  private(set) var settled = ValueMerge.merged(nil, fromLive: [])
  /// The conflict under the cursor.
  private(set) var focus = 0
  private var choices: [ValuePath: Choice] = [:]

  init(base: StateValue?, mine: StateValue?, live: StateValue?) {
    self.base = base
    self.mine = mine
    self.live = live
    merge()
  }

  /// Whether something waits for a choice.
  var isOpen: Bool { !settled.conflicts.isEmpty }

  /// What would be sent now; mine where a choice is missing.
  var value: StateValue? {
    switch settled {
    case .merged(let value, _), .conflicts(_, let value, _): value
    }
  }

  /// What sending would change in the town.
  var diff: ValueDiff { ValueDiff(from: live, to: value) }

  /// Whether the house was removed while it was edited.
  var isHouseGone: Bool { live == nil && base != nil && mine != nil }

  func choice(for conflict: ValueMerge.Conflict) -> ValueMerge.Side? {
    choices[conflict.path]?.side
  }

  /// Takes in a new live value.
  ///
  /// A choice against a value that has changed since is withdrawn: the person has not seen what it would
  /// overwrite. A choice of the live value stays, whatever that is.
  mutating func follow(_ live: StateValue?) {
    guard live != self.live else { return }
    self.live = live
    merge()
  }

  mutating func choose(_ side: ValueMerge.Side) {
    guard conflicts.indices.contains(focus) else { return }
    choose(side, for: conflicts[focus])
    merge()
    if let next = (focus..<conflicts.count).first(where: { choices[conflicts[$0].path] == nil }) {
      focus = next
    }
  }

  /// Chooses one side for all that is still open.
  mutating func chooseForAll(_ side: ValueMerge.Side) {
    for conflict in settled.conflicts { choose(side, for: conflict) }
    merge()
  }

  mutating func moveFocus(by distance: Int) {
    focus = max(0, min(conflicts.count - 1, focus + distance))
  }

  /// Makes what is about to be sent the new starting point, so that what the town answers is compared with it.
  mutating func send() -> (base: StateValue?, mine: StateValue?) {
    let sent = (base: live, mine: value)
    (base, mine) = sent
    choices = [:]
    merge()
    return sent
  }

  private mutating func choose(_ side: ValueMerge.Side, for conflict: ValueMerge.Conflict) {
    choices[conflict.path] = Choice(side: side, seen: conflict.live)
  }

  private mutating func merge() {
    let merge = ValueMerge(base: base, mine: mine, live: live)
    conflicts = merge.conflicts
    var kept: [ValuePath: Choice] = [:]
    for conflict in conflicts {
      guard let choice = choices[conflict.path] else { continue }
      if choice.side == .live || choice.seen == conflict.live { kept[conflict.path] = choice }
    }
    choices = kept
    settled = merge.resolved(by: kept.mapValues(\.side))
    focus = max(0, min(focus, conflicts.count - 1))
  }
}
