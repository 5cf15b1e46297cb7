import SharedState
import StateEditing
import Trajectory
import StateInspection
import ScreenKit

/// What happens in the town and on the way to it.
extension Model {
  /// A town with no more houses than this is found open.
  private static let smallTown = 100
  /// So long after the connection came, a change is just a change.
  private static let arrivalTime = Duration.seconds(1)

  /// When a server that has sent nothing has nothing, as an uptime; `nil` once it is known what it has.
  private var emptyFrom: Duration? {
    guard !hasArrived, link.isLive else { return nil }
    return session.liveSince.map { $0.uptime + Self.arrivalTime }
  }

  /// When it is known that the server has nothing, if that is still to come.
  var nextArrival: Duration? { emptyFrom.flatMap { $0 > now.uptime ? $0 : nil } }

  /// Whether what is shown is what there is.
  var isWhole: Bool { hasArrived || emptyFrom.map { $0 <= now.uptime } ?? false }

  // MARK: The connection

  mutating func take(_ status: LinkStatus) {
    // That it has left is no news to somebody who looks at the screen.
    if status == .stopped { return }
    let wasLive = link.isLive
    link = status
    edit?.connection(status.isLive)
    watch.plots.follow(status, wasLive: wasLive, freshest, at: now.uptime)
    if case .live = status {
      (liveUntil, session.liveSince) = (nil, wasLive ? session.liveSince : now)
      // A town that is empty says no more than that.
      if session.awaits == .firstCopy { watch.timeline.begin(at: now) }
      if session.hasFreshCopy { arrive() }
      return
    }
    if session.awaits == .change { session.awaits = .newsFromAway }
    if wasLive {
      (liveUntil, session.hasFreshCopy) = (now, false)
    }
    if wasLive { giveUpCalls() }
    // Another connection may be to another server, whose numbers mean others.
    authors.forget()
    forgetConnections()
    if case .waiting(_, let reason, _) = status, wasLive {
      tell("connection lost: \(reason)", .error)
    }
  }

  /// Both the connection and the town on it are here; they come in either order.
  private mutating func arrive() {
    switch session.awaits {
    case .firstCopy:
      tellWire()
      let (houses, streets) = (known.index.entryCount, known.index.groupCount)
      let here: Phrase = "here is the \(.town): \(houses, .house) in \(streets, .street)"
      tell(here, .success)
      recallHeld()
      tree.stopWaiting(in: known.index)
    case .newsFromAway: tellWhatWasMissed()
    case .change: break
    }
    session.awaits = .change
  }

  /// Takes in what the server lets this dashboard do.
  mutating func take(_ access: Access?) {
    guard access != session.access else { return }
    session.access = access
    guard let access else { return }
    let name = access.name.isEmpty ? access.role.oneOfThem : access.words
    let may =
      switch access.role {
      case .guest: "you read, and write nothing"
      case .writer: "you read and write"
      case .owner: "you may do all"
      }
    tell("you are here as \(name): \(may)", access.role == .guest ? .warning : .success)
  }

  /// Takes in the answer to whatever was asked.
  mutating func takeAnswer(
    _ result: Result<StateValue, CommandFailure>,
    of id: CallID
  ) -> [Effect] {
    if authors.take(result, of: id) { return [] }
    if let effects = takeConnections(result, of: id) { return effects }
    if takeSimulations(result, of: id) { return [] }
    if takeNotice(result, of: id) { return [] }
    take(result, of: id)
    return []
  }

  /// Says what was found at an address that did not say what is spoken there.
  private mutating func tellWire() {
    guard !options.address.contains("://"), case .live(_, _, let wire?, _) = link else { return }
    tell("at \(options.address) \(a: .host) speaks \(wire)", .success)
  }

  /// Takes in how the recording stands, and says what keeps it from being written.
  mutating func take(_ status: RecordingStatus?) {
    let before = session.recording
    session.recording = status
    guard let status else { return }
    if before?.path != status.path { tell("recording into \(status.path.words)", .success) }
    guard status.trouble != before?.trouble else { return }
    if let trouble = status.trouble {
      let words = "\(trouble.words): what comes is recorded as soon as that is over"
      say(words, .error)
      tell(words, .error)
    } else {
      let words = "it is recorded again, with all that came meanwhile"
      say(words, .success)
      tell(words, .success)
    }
  }

  // MARK: The simulation

  /// Takes in what a simulation says.
  mutating func take(_ simulation: Simulation, frames: Int) {
    let before = newestSimulation
    watch.timeline.note(simulation, at: now.uptime)
    if isInPast { pause?.past?.simulation = simulation } else { known.take(simulation) }
    simulationPane.take(simulation, frames: frames, at: now.uptime, isShown: !isInPast)
    tellTrouble(of: simulation, before)
    notices += session.alarmWatch.take(exception: simulation.facts.exception)
    guard simulation.molecule !== before.molecule else { return }
    readAtomsInEdit()
    // New bonds alone are no other molecule.
    if let new = simulation.molecule, let old = before.molecule,
      new.topology.hasSameAtoms(as: old.topology)
    {
      return
    }
    if !isInPast { inspector.atomCount = simulation.molecule?.topology.atomCount }
    // What atoms are called has changed wherever they are named.
    tree.refreshAll()
    selections.refreshAll()
    if before.molecule != nil {
      offerCleared(watch.cleared.noteLoad(of: before.version, at: now.uptime))
    }
  }

  /// Says that the simulation has failed, or that it makes no sense, when that is news.
  private mutating func tellTrouble(of simulation: Simulation, _ before: Simulation) {
    let (old, new) = (before.facts.exception, simulation.facts.exception)
    if let new, !new.isEmpty, new != old {
      let words = "the simulation failed: \(new.beginning(200).words)"
      say(words, .error)
      tell(words, .error)
    }
    if let trouble = simulation.trouble, trouble != before.trouble {
      tell("the simulation says what cannot be: \(trouble)", .error)
    }
  }

  /// Says that a load has taken selections away, and how they come back.
  private mutating func offerCleared(_ count: Int) {
    guard count > 0 else { return }
    let words =
      "the load took \(Phrases.count(count, "selection")) away: \(label(of: .restore)) puts \(count == 1 ? "it" : "them") back"
    say(words, .warning)
    tell(words, .warning)
  }

  // MARK: Changes

  mutating func take(_ newest: StateDictionary, _ change: StateChange) {
    var (newest, change) = withoutBooks(newest, change)
    // Before its first write the client names itself by an avatar that it removes at once (see the
    // engine's Protocol, C2): nobody moved in, and nobody moved out.
    if let userID = options.userID { change.forget(People.avatar(of: userID)) }
    // A town that was empty, or had no news, sends nothing when the connection comes.
    if let liveSince = session.liveSince, link.isLive,
      now.uptime - liveSince.uptime > Self.arrivalTime
    {
      arrive()
    }
    session.hasFreshCopy = true
    if session.awaits != .firstCopy { noteForAlarms(change) }
    if session.awaits == .firstCopy {
      settleIn(newest, change)
    } else {
      takeNews(newest, change)
    }
    if link.isLive { arrive() }
    watch.plots.take(change, newest, at: now.uptime)
    noteSharedEdit(change)
    edit?.liveChanged(newest, change: change)
    goToNewcomer()
  }

  private mutating func takeNews(_ newest: StateDictionary, _ change: StateChange) {
    let mine = Set(outbox.pending.values.flatMap { $0.entries.map { StateKey($0.key) } })
    let author = { (key: String) -> Author in mine.contains(StateKey(key)) ? .you : .others }
    let result: KnownChange
    if let held = pause {
      result = KnownChange(change, to: held.newest, author: author)
      pause?.take(newest, change, result)
    } else {
      result = show(newest, change, author: author)
    }
    watch.past.note(result, at: now)
    watch.timeline.note(result, at: now)
    let molecule = newestSimulation.version
    offerCleared(watch.cleared.note(result, of: molecule, at: now.uptime))
    undo.unmark(change.removals) { mine.contains(StateKey($0)) }
  }

  /// Brings the picture of the town up to date.
  @discardableResult
  mutating func show(
    _ newest: StateDictionary,
    _ change: StateChange,
    author: (String) -> Author
  ) -> KnownChange {
    let names = known.people.version
    let result = known.take(newest, change, at: now, author: author)
    if known.people.version != names { tree.refreshAll() }
    trail.follow(result)
    neighbours.note(result, known.mutes)
    workbench.presence.take(result, known.people, at: now)
    workbench.tally.add(result, known.mutes)
    welcome(result)
    if session.awaits == .newsFromAway {
      session.missed.append(result)
    } else {
      activity.log.add(result.without(known.mutes), at: now)
    }
    refresh(change)
    return result
  }

  mutating func refresh(_ change: StateChange) {
    let keys = change.keys
    tree.refresh(keys)
    inspector.refresh(keys)
    selections.note(keys)
    simulationPane.note(keys)
    if detail.isTouched(by: change) { showEntry(touched: true) }
  }

  /// Brings the picture up to date with what has waited.
  mutating func show(_ pause: Pause) {
    leavePast(pause)
    show(pause.newest, pause.waiting) { pause.author(of: $0) }
  }

  mutating func settleIn(_ newest: StateDictionary, _ change: StateChange) {
    known.settleIn(newest, change)
    watch.timeline.begin(at: now)
    workbench.presence.settleIn(change)
    refresh(change)
    if known.index.entryCount > Self.smallTown, known.index.opensGroups {
      known.index.setOpensGroups(false)
    }
  }

  private mutating func tellWhatWasMissed() {
    func count(_ kind: EntryNews.Kind) -> Int { session.missed.reduce(0) { $0 + $1.count(kind) } }
    let words = ActivityLog.words((count(.added), count(.changed), count(.removed)))
    let news: Phrase =
      pause != nil
      ? "what changed while you were away waits until the picture goes on"
      : words.isEmpty ? "nothing changed while you were away" : "while you were away \(words)"
    tell("\("back in the town", dict: "connected again"): \(news)", .success)
    for change in session.missed { activity.log.add(change.without(known.mutes), at: now) }
    session.missed = []
  }
}
