internal import SharedState

/// All subscribers with the same share of the changes: one buffer, one timer, one object for each change.
///
/// Time is cut into generations, one for each change that was sent. A member that had not asked for more when a
/// generation was sent has fallen behind; what it misses gathers in a backlog, which is shared by all that fell
/// behind at the same generation, and with the next pull it is back among the others.
///
/// Generations are paid for with credit, of which one comes back each interval, up to a reserve (rule H3). A fixed
/// beat would be as fair, but a writer that is no faster than it would wait for half of it on average.
struct Cohort: Sendable {
  /// How often its members hear of changes, on average, and of which keys.
  struct Share: Sendable, Hashable {
    let interval: Duration
    let filter: KeyFilter?
  }

  let share: Share
  /// Which of all cohorts this is, in the order in which they were formed.
  let number: Int
  /// What has happened since the last generation.
  private var pending = ChangeBuffer()
  private(set) var generation = 0
  /// When all credit will be back; nil before the first generation.
  private var restored: Duration?
  /// Those who wait, in the order in which they asked: a set would make each run another.
  private var waiting: [HubMachine.SubscriberID] = []
  /// How many members have seen everything that was sent, and are busy with it.
  private var upToDate = 0
  /// What members that have seen no more than a generation have missed since.
  private var backlogs: [Int: Backlog] = [:]

  struct Flush {
    let change: SharedChange
    let receivers: [HubMachine.SubscriberID]
    let generation: Int
  }

  private struct Backlog: Sendable {
    var missed: ChangeBuffer
    /// What was missed as an object for members, made when one of them asks and dropped when there is more.
    var shared: SharedChange?
    var members: Int

    mutating func merge(_ later: ChangeBuffer) {
      shared = nil
      missed.merge(later)
    }
  }

  init(share: Share, number: Int) { (self.share, self.number) = (share, number) }

  var isEmpty: Bool { waiting.isEmpty && upToDate == 0 && backlogs.isEmpty }

  /// When the next generation is due; nil while nothing has changed or nobody waits, so that idle costs nothing.
  ///
  /// It is due as soon as there is credit for one: the last of the reserve is back that much before all of it.
  var deadline: Duration? {
    guard !pending.isEmpty, !waiting.isEmpty else { return nil }
    return restored.map { $0 - share.interval * (HubMachine.reserve - 1) } ?? .zero
  }

  mutating func add(_ events: StateEvents) {
    if let filter = share.filter {
      pending.merge(events, only: filter)
    } else {
      pending.merge(events)
    }
  }

  /// Adds a member that has seen everything so far, and returns the generation.
  mutating func join() -> Int {
    upToDate += 1
    // The new member has seen what the others are still to be sent, so it may hold more keys than they do.
    pending.noteHolder()
    return generation
  }

  /// Notes that an up-to-date member is ready for more.
  mutating func wait(_ id: HubMachine.SubscriberID) {
    upToDate -= 1
    waiting.append(id)
  }

  /// Notes that a waiting member is busy again, and returns the generation that it has seen.
  mutating func stopWaiting(_ id: HubMachine.SubscriberID) -> Int {
    waiting.removeAll { $0 == id }
    upToDate += 1
    return generation
  }

  /// Returns what a member has missed, and counts it as up to date; nil if it has missed nothing.
  mutating func catchUp(from seen: Int) -> SharedChange? {
    guard var backlog = backlogs[seen] else { return nil }
    let shared = backlog.shared ?? SharedChange(backlog.missed.change)
    backlog.shared = shared
    backlog.members -= 1
    backlogs[seen] = backlog.members > 0 ? backlog : nil
    upToDate += 1
    return shared
  }

  /// Removes a member that is not waiting, and returns what it has not seen.
  mutating func leave(seen: Int) -> StateChange {
    var missed = catchUp(from: seen)?.change ?? StateChange()
    upToDate -= 1
    missed.merge(pending.change)
    return missed
  }

  /// Sends what has gathered, if it is due and somebody waits for it.
  ///
  /// - Parameter now: The time.
  /// - Returns: What is sent and to whom, or nil.
  mutating func flush(at now: Duration) -> Flush? {
    guard let deadline, deadline <= now, let news = pending.take() else { return nil }
    let shared = SharedChange(news.change)
    for seen in Array(backlogs.keys) { backlogs[seen]?.merge(news) }
    if upToDate > 0 {
      backlogs[generation] = Backlog(missed: news, shared: shared, members: upToDate)
    }
    let receivers = waiting
    waiting.removeAll(keepingCapacity: true)
    upToDate = receivers.count
    generation += 1
    restored = max(restored ?? now, now) + share.interval
    return Flush(change: shared, receivers: receivers, generation: generation)
  }
}
