import SharedState
import StateInspection
import Trajectory

/// The picture of the state as it was.
extension Model {
  mutating func showPast(at place: PastPlace) {
    if pause == nil { holdPicture() }
    guard let held = pause else { return }
    // Whoever goes back looks at something.
    pinCursor()
    let from = held.past?.place.step ?? held.origin.step
    var state = known.state
    var way: Timeline.Way
    if let between = watch.timeline.way(from: from, to: place) {
      way = between
      way.lead(&state)
    } else if let back = watch.timeline.way(from: watch.timeline.count, to: place) {
      // What is shown is not kept any more, so that there is no way from it but by what differs.
      let shown = state
      state = held.newest
      back.lead(&state)
      way = back
      way.moves = Self.moves(from: shown, to: state, back.moves)
    } else {
      return
    }
    var past = held.past ?? PastPicture(place: place, simulation: known.simulation)
    past.place = place
    if past.run != nil { past.run = (now.uptime, place.at.uptime) }
    pause?.past = past
    show(state, way, at: place.at)
    show(watch.timeline.simulation(at: place.at.uptime))
  }

  /// Shows again what there was when the picture stopped.
  mutating func leavePast(_ held: Pause) {
    guard let past = held.past else { return }
    var way = watch.timeline.way(from: past.place.step, to: held.origin) ?? Timeline.Way()
    way.moves = Self.moves(from: known.state, to: held.shown, way.moves)
    show(held.shown, way, at: held.since)
    show(past.simulation)
  }

  /// What is other in one state than in another, with what is known of it.
  ///
  /// - Complexity: O(*n*) in the entries of both.
  private static func moves(
    from old: StateDictionary,
    to new: StateDictionary,
    _ told: [PastMove]
  ) -> [PastMove] {
    let known = Set(told.map { StateKey($0.key) })
    let others = new.changes(since: old).items.filter { !known.contains($0.key) }
    return told.map { PastMove(key: $0.key, entry: new.entry(for: $0.key), news: $0.news) }
      + others.map { PastMove(key: $0.key.text, entry: $0.entry, news: nil) }
  }

  private mutating func show(_ state: StateDictionary, _ way: Timeline.Way, at moment: Moment) {
    let names = known.people.version
    let touched = way.moves.map { move in
      let old = known.state.entry(for: move.key)
      return KnownChange.Touched(
        key: move.key,
        kind: move.entry == nil ? .removed : old == nil ? .added : .changed,
        author: move.news?.author ?? .others,
        old: old,
        new: move.entry
      )
    }
    let gone = known.move(to: state, way.moves, groups: way.groups, at: moment.uptime)
    selections.forget(gone)
    if known.people.version != names { tree.refreshAll() }
    let result = KnownChange(touched: touched)
    trail.follow(result)
    neighbours.move(result, known.mutes)
    workbench.presence.move(way.moves, known.people)
    var change = StateChange()
    for move in way.moves { change.put(move.entry, at: StateKey(move.key)) }
    refresh(change)
    showEntry(touched: true, anew: true)
  }

  private mutating func show(_ simulation: Simulation) {
    let before = known.simulation.molecule
    known.take(simulation)
    guard simulation.molecule !== before else { return }
    simulationPane.show(simulation.molecule)
    inspector.atomCount = simulation.molecule?.topology.atomCount
    tree.refreshAll()
    selections.refreshAll()
  }

  /// Has the past go on, if it does so by itself, until it has come to now.
  mutating func goOnInPast() {
    guard let past = pause?.past, past.run != nil else { return }
    let reached = past.reached(at: now.uptime)
    guard reached < now.uptime else { return comeBack() }
    let place = watch.timeline.place(at: reached, now: now)
    if place.step == past.place.step {
      pause?.past?.place = place
      selections.forget(known.letGo(at: place.at.uptime, sparing: nil))
      show(watch.timeline.simulation(at: place.at.uptime))
    } else {
      showPast(at: place)
      // It goes on from where it began to, so that no part of a moment is lost each time.
      pause?.past?.run = past.run
    }
  }

  /// The line with the place in a recording, or in the past.
  var replayBar: ReplayBar? {
    if let replay { return ReplayBar(status: replay, glyphs: glyphs) }
    guard let place = pause?.past?.place, let film else { return nil }
    return ReplayBar(
      status: film,
      glyphs: glyphs,
      past: ReplayBar.Past(
        clock: place.at.clockText,
        age: now.uptime - place.at.uptime,
        isKept: place.step >= watch.timeline.first
      )
    )
  }
}
