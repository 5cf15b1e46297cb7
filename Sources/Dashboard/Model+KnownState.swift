import SharedState
import StateEditing
import StateInspection
import TextScreen
import ScreenKit

/// What happens in the town and on the way to it.
extension Model {
  /// A town with no more houses than this is found open.
  private static let smallTown = 100
  /// So long after the connection came, a change is just a change.
  private static let arrivalTime = Duration.seconds(1)

  // MARK: The connection

  mutating func take(_ status: LinkStatus) {
    let wasLive = link.isLive
    link = status
    watch.plots.follow(status, wasLive: wasLive, freshest, at: now.uptime)
    if case .live = status {
      (liveUntil, liveSince) = (nil, wasLive ? liveSince : now)
      if hasFreshCopy { arrive() }
      return
    }
    if awaits == .change { awaits = .newsFromAway }
    if wasLive {
      (liveUntil, hasFreshCopy) = (now, false)
    }
    if wasLive { giveUpCalls() }
    if case .lost(let reason, _) = status, wasLive {
      activity.log.note("connection lost: \(reason)", .error, at: now)
    }
  }

  /// Both the connection and the town on it are here; they come in either order.
  private mutating func arrive() {
    switch awaits {
    case .firstCopy:
      tellWire()
      let (houses, streets) = (known.index.entryCount, known.index.groupCount)
      let here: Phrase = "here is the \(.town): \(houses, .house) in \(streets, .street)"
      activity.log.note(here, .success, at: now)
      recallHeld()
      tree.stopWaiting(in: known.index)
    case .newsFromAway: tellWhatWasMissed()
    case .change: break
    }
    awaits = .change
  }

  /// Says what was found at an address that did not say what is spoken there.
  private mutating func tellWire() {
    guard !options.address.contains("://"), case .live(_, _, let wire?) = link else { return }
    activity.log.note("at \(options.address) \(a: .host) speaks \(wire)", .success, at: now)
  }

  // MARK: Changes

  mutating func take(_ newest: StateDictionary, _ change: StateChange) {
    var (newest, change) = withoutBooks(newest, change)
    // Before its first write the client names itself by an avatar that it removes at once (see the
    // engine's Protocol, C2): nobody moved in, and nobody moved out.
    if let userID = options.userID { change.forget("avatar.\(userID)") }
    // A town that was empty, or had no news, sends nothing when the connection comes.
    if let liveSince, link.isLive, now.uptime - liveSince.uptime > Self.arrivalTime { arrive() }
    hasFreshCopy = true
    if awaits == .firstCopy {
      settleIn(newest, change)
    } else {
      takeNews(newest, change)
    }
    if link.isLive { arrive() }
    watch.plots.take(change, newest, at: now.uptime)
    noteSharedEdit(change)
    edit?.liveChanged(newest, change: change)
  }

  private mutating func takeNews(_ newest: StateDictionary, _ change: StateChange) {
    let mine = Set(pending.values.flatMap { $0.entries.map { ExactText($0.key) } })
    let author = { (key: String) -> Author in mine.contains(ExactText(key)) ? .you : .others }
    let result: KnownChange
    if let pause = watch.pause {
      result = KnownChange(change, to: pause.newest, author: author)
      watch.pause?.take(newest, change, result)
    } else {
      result = show(newest, change, author: author)
    }
    watch.past.note(result, at: now)
    undo.unmark(change.removals)
  }

  /// Brings the picture of the town up to date.
  @discardableResult
  mutating func show(
    _ newest: StateDictionary,
    _ change: StateChange,
    author: (String) -> Author
  ) -> KnownChange {
    let result = known.take(newest, change, at: now, author: author)
    trail.follow(result)
    tally.add(result, known.mutes)
    welcome(result)
    if awaits == .newsFromAway {
      missed.append(result)
    } else {
      activity.log.add(result.without(known.mutes), at: now)
    }
    tree.refresh(change.keys)
    inspector.refresh(change.keys)
    board.note(change.keys)
    if detail.isTouched(by: change) { showHouse(touched: true) }
    return result
  }

  mutating func settleIn(_ newest: StateDictionary, _ change: StateChange) {
    known.settleIn(newest, change)
    tree.refresh(change.keys)
    inspector.refresh(change.keys)
    board.note(change.keys)
    if detail.isTouched(by: change) { showHouse(touched: true) }
    let houses = known.index.entryCount
    if houses > Self.smallTown, known.index.opensStreets { known.index.setOpensStreets(false) }
  }

  private mutating func tellWhatWasMissed() {
    func count(_ kind: EntryNews.Kind) -> Int { missed.reduce(0) { $0 + $1.count(kind) } }
    let words = ActivityLog.words((count(.added), count(.changed), count(.removed)))
    let news: Phrase =
      watch.pause != nil
      ? "what changed while you were away waits until the picture goes on"
      : words.isEmpty ? "nothing changed while you were away" : "while you were away \(words)"
    activity.log.note(
      "\("back in the town", dict: "connected again"): \(news)",
      .success,
      at: now
    )
    for change in missed { activity.log.add(change.without(known.mutes), at: now) }
    missed = []
  }
}
