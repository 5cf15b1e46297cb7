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
    var moves: [(key: String, entry: StateEntry?, news: EntryNews?)]
    if let between = watch.timeline.moves(from: from, to: place.step) {
      moves = between.map { ($0.key, $0.entry, $0.news) }
      for move in moves { state.setEntry(move.entry, for: move.key) }
    } else if let back = watch.timeline.moves(from: watch.timeline.count, to: place.step) {
      // What is shown is not kept any more, so that there is no way from it but by what differs.
      let shown = state
      state = held.newest
      for move in back { state.setEntry(move.entry, for: move.key) }
      let news = Dictionary(back.map { (StateKey($0.key), $0.news) }) { $1 }
      moves = state.changes(since: shown).items.map {
        ($0.key.text, $0.entry, news[$0.key] ?? nil)
      }
    } else {
      return
    }
    var past = held.past ?? PastPicture(place: place, simulation: known.simulation)
    past.place = place
    if past.run != nil { past.run = (now.uptime, place.at.uptime) }
    pause?.past = past
    show(state, moves, at: place.at)
    if let simulation = watch.timeline.simulation(at: place.at.uptime) { show(simulation) }
  }

  /// Shows again what there was when the picture stopped.
  mutating func leavePast(_ held: Pause) {
    guard let past = held.past else { return }
    let way = watch.timeline.moves(from: past.place.step, to: held.origin.step)
    let moves =
      way?.map { ($0.key, $0.entry, $0.news) }
      ?? held.shown.changes(since: known.state).items.map { ($0.key.text, $0.entry, nil) }
    show(held.shown, moves, at: held.since)
    show(past.simulation)
  }

  private mutating func show(
    _ state: StateDictionary,
    _ moves: [(key: String, entry: StateEntry?, news: EntryNews?)],
    at moment: Moment
  ) {
    let names = known.people.version
    let gone = known.move(to: state, moves, at: moment.uptime)
    selections.forget(gone)
    if known.people.version != names { tree.refreshAll() }
    var change = StateChange()
    for move in moves { change.put(move.entry, at: StateKey(move.key)) }
    refresh(change)
    showEntry(touched: true)
  }

  private mutating func show(_ simulation: Simulation) {
    let before = known.simulation.molecule
    known.take(simulation)
    guard simulation.molecule !== before else { return }
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
