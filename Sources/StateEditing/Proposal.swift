public import SharedState

/// An edit that is being written, and what the server holds meanwhile: the merge of both, with a choice for each conflict.
///
/// ```swift
/// var proposal = Proposal(base: ["a": 1], mine: ["a": 2], live: ["a": 3])
/// proposal.isOpen            // true: both have changed the same field
/// proposal.choose(.mine)
/// proposal.value             // ["a": 2]
/// ```
public struct Proposal: Hashable, Sendable {
  /// A side chosen for a conflict, and the live value that the person saw when choosing.
  private struct Choice: Hashable, Sendable {
    var side: ValueMerge.Side
    var seen: StateValue?
  }

  /// What the person saw when the edit began; `nil` if nothing was there.
  public private(set) var base: StateValue?
  /// What the person wants.
  public private(set) var mine: StateValue?
  /// What the server holds now.
  public private(set) var live: StateValue?
  /// The conflicts, chosen or not.
  public private(set) var conflicts: [ValueMerge.Conflict] = []
  /// The merge after the choices made so far.
  public private(set) var settled = ValueMerge.merged(nil, fromLive: [])
  /// The conflict under the cursor.
  public private(set) var focus = 0
  private var choices: [ValuePath: Choice] = [:]

  /// Begins with what was seen, what is wanted and what is there.
  public init(base: StateValue?, mine: StateValue?, live: StateValue?) {
    self.base = base
    self.mine = mine
    self.live = live
    merge()
  }

  /// Whether something waits for a choice.
  public var isOpen: Bool { !settled.conflicts.isEmpty }

  /// What would be sent now; mine where a choice is missing.
  public var value: StateValue? {
    switch settled {
    case .merged(let value, _), .conflicts(_, let value, _): value
    }
  }

  /// What sending would change on the server.
  public var diff: ValueDiff { ValueDiff(from: live, to: value) }

  /// Whether the entry was removed while it was edited.
  public var isEntryGone: Bool { live == nil && base != nil && mine != nil }

  /// The side that was chosen for a conflict, if one was.
  public func choice(for conflict: ValueMerge.Conflict) -> ValueMerge.Side? {
    choices[conflict.path]?.side
  }

  /// Takes in a new live value.
  ///
  /// A choice against a value that has changed since is withdrawn: the person has not seen what it would
  /// overwrite. A choice of the live value stays, whatever that is.
  public mutating func follow(_ live: StateValue?) {
    guard live != self.live else { return }
    self.live = live
    merge()
  }

  /// Chooses a side for the conflict under the cursor, and goes on to the next that is open.
  public mutating func choose(_ side: ValueMerge.Side) {
    guard conflicts.indices.contains(focus) else { return }
    choose(side, for: conflicts[focus])
    merge()
    if let next = (focus..<conflicts.count).first(where: { choices[conflicts[$0].path] == nil }) {
      focus = next
    }
  }

  /// Chooses one side for all that is still open.
  public mutating func chooseForAll(_ side: ValueMerge.Side) {
    for conflict in settled.conflicts { choose(side, for: conflict) }
    merge()
  }

  /// Moves the cursor among the conflicts.
  public mutating func moveFocus(by distance: Int) {
    focus = max(0, min(conflicts.count - 1, focus + distance))
  }

  /// Makes what is about to be sent the new starting point, so that what the server answers is compared with it.
  public mutating func send() -> (base: StateValue?, mine: StateValue?) {
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
