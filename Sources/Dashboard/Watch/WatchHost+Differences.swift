import ScreenKit
import SharedState
import StateEditing

/// The state at a moment, to be compared.
struct MomentSide: Sendable {
  let state: StateDictionary
  /// When it was; `nil` for now.
  let at: Moment?

  /// The time of day; `nil` for now.
  var clock: String? { at?.clockText }

  /// What it is called: `14:03:07`, `now`.
  var name: String { clock ?? "now" }
}

/// What is other at one moment than at another, and bringing it back.
extension WatchHost {
  /// So many differences are listed.
  private static var mostDifferences: Int { 2000 }

  /// What the picture shows.
  var pictureSide: MomentSide {
    MomentSide(state: known.state, at: pause == nil ? nil : pictureTime)
  }

  var nowSide: MomentSide { MomentSide(state: freshest, at: nil) }

  /// Lists what is other at one moment than at another; R brings an entry, or all, back to what the first of them shows.
  ///
  /// - Complexity: O(*n*) in the entries of the state.
  mutating func listDifferences(from: MomentSide, to: MomentSide, in prefix: String?) {
    let change = to.state.changes(since: from.state)
    let keys = StateKey.sorted(change.keys.filter { prefix.map($0.begins) ?? true })
    guard !keys.isEmpty else {
      let place = prefix.map { group -> Phrase in " in the \(.street) \(group)" } ?? ""
      say("nothing differs between \(from.name) and \(to.name)\(place)", .muted)
      return
    }
    let rows = keys.prefix(Self.mostDifferences).map { key in
      let (old, new) = (from.state.entry(for: key), to.state.entry(for: key))
      return List<Self>.Item(
        label: Self.sign(from: old, to: new).adding(title(of: key), .key).adding("  "),
        note: old.map { Phrases.size($0.weight) } ?? "",
        choice: Choice("differs \(key)", back: { $0.restore(key, to: old) }) {
          $0.goToDifference(key)
        },
        later: digest(key, from: old, to: new)
      )
    }
    let rest = keys.count - rows.count
    let more =
      rest > 0 ? [List<Self>.Item(label: Line("and \(Phrases.grouped(rest)) more", .muted))] : []
    open(
      List(
        "differences",
        words(
          "\(from.name) \(glyphs.arrow) \(to.name): \(keys.count, .house) differ\(keys.count == 1 ? "s" : "")"
        ),
        allBack(keys, from, in: prefix) + rows + more,
        keys: [.restoring]
      )
    )
  }

  private static func sign(from old: StateEntry?, to new: StateEntry?) -> Line {
    if old == nil { return Line("+ ", .added, .bold) }
    return new == nil ? Line("- ", .removed, .bold) : Line("~ ", .changed, .bold)
  }

  /// What brings all of them back at once: without people, unless their street was chosen.
  private func allBack(
    _ keys: [String],
    _ from: MomentSide,
    in prefix: String?
  ) -> [List<Self>.Item] {
    guard from.clock != nil else { return [] }
    let wanted = keys.filter { key in
      if prefix == nil, PersonKeys.holds(key) || key.begins(with: MarkEntry.prefix) { return false }
      return from.state.entry(for: key) != freshest.entry(for: key)
    }
    guard !wanted.isEmpty else { return [] }
    let state = from.state
    let left = keys.count - wanted.count
    // The list was the look.
    var choice = Choice<Self>("all back") { $0.restoreAll(wanted, to: state) }
    choice.restore = choice.run
    return [
      List<Self>.Item(
        label: Line(
          words("all as at \(from.name): \(whatIsDone(to: wanted, state))"),
          .plain,
          .bold
        ),
        note: left > 0 ? "\(Phrases.grouped(left)) of people and marks stay" : "",
        reason: reasonNotToWriteNow,
        choice: choice
      )
    ]
  }

  /// What becomes of entries that are made as they were: what is removed by that is said, too.
  private func whatIsDone(to keys: [String], _ state: StateDictionary) -> String {
    let gone = keys.count { state.entry(for: $0) == nil }
    let back = keys.count { !freshest.contains($0) }
    let parts = [
      (gone, "removed"), (keys.count - gone - back, "changed"), (back, "brought back"),
    ]
    return parts.filter { $0.0 > 0 }.map { "\(Phrases.grouped($0.0)) \($0.1)" }
      .joined(separator: ", ")
  }

  private mutating func goToDifference(_ key: String) {
    guard isThere(.entry(key)) else {
      say("\(.nobodyLived) at \(key) at this moment", .muted)
      return
    }
    goTo(key)
  }

  private mutating func restoreAll(_ keys: [String], to state: StateDictionary) -> [Effect] {
    let entries = keys.compactMap { key -> EditRequest.Entry? in
      let (live, mine) = (freshest.entry(for: key), state.entry(for: key))
      return live == mine ? nil : EditRequest.Entry(key: key, base: live?.value, mine: mine?.value)
    }
    guard !entries.isEmpty else {
      say("they are as they were already", .muted)
      return []
    }
    return submitRestore(entries)
  }
}
