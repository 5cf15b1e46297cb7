/// The outcome of bringing an edit and what happened meanwhile together, field by field.
///
/// Both wires replace whole values and know no author, so of two people who change different fields of one
/// value the first would lose silently. An edit therefore keeps its base, and is merged with the freshest value
/// before it is sent: a field that I left alone follows the live value, a field that nobody else touched takes
/// mine, the same change made twice is one change. Where both changed the same field differently, or one
/// removed what the other changed, nobody guesses: it is a conflict.
///
/// Lists are wholes, and two values (or fields) that were made at the same time differ as wholes. `nil` stands
/// for a key without a value.
///
/// ```swift
/// let base: StateValue = ["name": "A", "hide": false]
/// ValueMerge(base: base, mine: ["name": "B", "hide": false], live: ["name": "A", "hide": true])
/// // .merged(["name": "B", "hide": true], fromLive: [["hide"]])
/// ```
public enum ValueMerge: Hashable, Sendable {
  /// One field that both sides changed, differently.
  public struct Conflict: Hashable, Sendable {
    /// The place.
    public let path: ValuePath
    /// What was there when the edit began.
    public let base: StateValue?
    /// What the edit wants there.
    public let mine: StateValue?
    /// What is there now.
    public let live: StateValue?

    /// Makes a conflict.
    public init(path: ValuePath, base: StateValue?, mine: StateValue?, live: StateValue?) {
      self.path = path
      self.base = base
      self.mine = mine
      self.live = live
    }

    /// The value on one side.
    public func value(of side: Side) -> StateValue? {
      switch side {
      case .base: base
      case .mine: mine
      case .live: live
      }
    }
  }

  /// One of the three values of a conflict.
  public enum Side: Hashable, Sendable, CaseIterable {
    /// What was there when the edit began.
    case base
    /// What the edit wants.
    case mine
    /// What is there now.
    case live
  }

  /// Everything fits; `fromLive` names the places that took the live change.
  case merged(StateValue?, fromLive: [ValuePath])
  /// Some places wait for a choice; `partial` has mine there for the time being.
  case conflicts([Conflict], partial: StateValue?, fromLive: [ValuePath])

  /// Merges an edit into the live value.
  ///
  /// - Complexity: O(*n*) in the size of the three values.
  public init(base: StateValue?, mine: StateValue?, live: StateValue?) {
    var merger = Merger()
    let value = merger.merge(base, mine, live, at: .root)
    self =
      merger.conflicts.isEmpty
      ? .merged(value, fromLive: merger.fromLive)
      : .conflicts(merger.conflicts, partial: value, fromLive: merger.fromLive)
  }

  /// The places that wait for a choice.
  public var conflicts: [Conflict] {
    guard case .conflicts(let conflicts, _, _) = self else { return [] }
    return conflicts
  }

  /// The places that took the live change.
  public var fromLive: [ValuePath] {
    switch self {
    case .merged(_, let fromLive), .conflicts(_, _, let fromLive): fromLive
    }
  }

  /// Settles conflicts by choosing a side for each; those without a choice remain.
  ///
  /// - Complexity: O(*c* *n*) for *c* conflicts and *n* fields along their paths.
  public func resolved(by choices: [ValuePath: Side]) -> ValueMerge {
    guard case .conflicts(let conflicts, var value, var fromLive) = self else { return self }
    var open: [Conflict] = []
    for conflict in conflicts {
      guard let side = choices[conflict.path] else {
        open.append(conflict)
        continue
      }
      let chosen = conflict.value(of: side)
      value = conflict.path.isRoot ? chosen : value?.replacing(conflict.path, with: chosen)
      if side == .live { fromLive.append(conflict.path) }
    }
    return open.isEmpty
      ? .merged(value, fromLive: fromLive)
      : .conflicts(open, partial: value, fromLive: fromLive)
  }
}

private struct Merger {
  var conflicts: [ValueMerge.Conflict] = []
  var fromLive: [ValuePath] = []

  mutating func merge(
    _ base: StateValue?,
    _ mine: StateValue?,
    _ live: StateValue?,
    at path: ValuePath
  ) -> StateValue? {
    if case .object(let base) = base, case .object(let mine) = mine,
      case .object(let live) = live, path.steps.count < ValueDiff.deepest
    {
      return .object(merge(base, mine, live, at: path))
    }
    if live == base || live == mine { return mine }
    if mine == base {
      fromLive.append(path)
      return live
    }
    conflicts.append(.init(path: path, base: base, mine: mine, live: live))
    return mine
  }

  /// Merges by field; the result has the order of the live value, then what I added.
  private mutating func merge(
    _ base: StateObject,
    _ mine: StateObject,
    _ live: StateObject,
    at path: ValuePath
  ) -> StateObject {
    var merged = StateObject()
    let names =
      live.keys + mine.keys.filter { live[$0] == nil }
      + base.keys.filter { live[$0] == nil && mine[$0] == nil }
    for name in names {
      merged[name] = merge(base[name], mine[name], live[name], at: path.appending(.field(name)))
    }
    return merged
  }
}
