public import SharedState

/// An edit that is being written, and what the server holds meanwhile: the merge of both, with a choice for each conflict.
///
/// ```swift
/// var proposal = Proposal(base: ["a": 1], mine: ["a": 2], live: ["a": 3])
/// proposal.isOpen            // true: both have changed the same field
/// proposal.choose(.mine)
/// proposal.value             // ["a": 2]
/// proposal.follow(["a": 4])
/// proposal.value             // ["a": 2]: a choice once made stays
/// ```
public struct Proposal: Hashable, Sendable {
  /// A side chosen for a place, and how often its live value has changed since.
  private struct Choice: Hashable, Sendable {
    var side: ValueMerge.Side
    var seen: StateValue?
    var moves = 0
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

  /// How often the live value of a conflict has changed since a side was chosen for it.
  public func moves(of conflict: ValueMerge.Conflict) -> Int { choices[conflict.path]?.moves ?? 0 }

  /// How often the place that has moved most has changed since a side was chosen for it.
  public var moves: Int { choices.values.reduce(0) { max($0, $1.moves) } }

  /// Takes in a new live value.
  ///
  /// A choice stays, however often the place changes: who edits a field that is written thirty times a second
  /// has chosen against all of them. What is counted is how often (``moves(of:)``).
  public mutating func follow(_ live: StateValue?) {
    guard live != self.live else { return }
    self.live = live
    for (path, choice) in choices {
      let now = path.isRoot ? live : live?.value(at: path)
      guard now != choice.seen else { continue }
      choices[path]?.seen = now
      choices[path]?.moves += 1
    }
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
  public mutating func send(_ key: String) -> EditRequest.Entry {
    let decided = choices.filter { $0.value.side != .live }.map(\.key)
    let entry = EditRequest.Entry(key: key, base: live, mine: value, decided: Set(decided))
    (base, mine) = (live, value)
    choices = [:]
    merge()
    return entry
  }

  private mutating func choose(_ side: ValueMerge.Side, for conflict: ValueMerge.Conflict) {
    choices[conflict.path] = Choice(side: side, seen: conflict.live)
  }

  private mutating func merge() {
    conflicts = ValueMerge(base: base, mine: mine, live: live).conflicts
    let merge = ValueMerge(base: base, mine: wanted, live: live)
    settled = merge.resolved(by: choices.mapValues(\.side))
    focus = max(0, min(focus, conflicts.count - 1))
  }

  /// What the person wants, without what they have given up where nothing stands against it just now.
  private var wanted: StateValue? {
    let open = Set(conflicts.map(\.path))
    var wanted = mine
    for (path, choice) in choices where choice.side != .mine && !open.contains(path) {
      let old = path.isRoot ? base : base?.value(at: path)
      wanted = path.isRoot ? old : wanted?.replacing(path, with: old) ?? wanted
    }
    return wanted
  }
}
