package import SharedState

/// A client's copy of a server's state: what the server has told, own writes on their way, and the link between them.
///
/// No clock, no sockets, no tasks: time and chance are handed in. Its states are the S-numbered ones of the
/// article *Protocol*, its invariants the I-numbered ones.
package struct ReplicaMachine: Sendable {
  /// One connection, by number; numbers are never used again.
  package struct ConnectionID: Hashable, Sendable {
    package let number: Int
    package init(_ number: Int) { self.number = number }
  }

  /// One own write, by number.
  package struct WriteID: Hashable, Sendable {
    package let number: Int
    package init(_ number: Int) { self.number = number }
  }

  package struct Configuration: Sendable {
    /// The id that the client goes by: it ends its counter's key, and the avatar it claims.
    package var userID: String
    package var backoff = Backoff()
    /// How long the server may take to confirm a write.
    package var confirmationTimeout = Duration.seconds(2)
    /// How much longer for each key of the write, since a hundred thousand entries take their time.
    package var confirmationAllowancePerKey = Duration.microseconds(100)
    /// How long the server may be silent before the first whole state.
    package var syncTimeout = Duration.seconds(15)
    /// How long a connection has to hold before its loss counts as the first one.
    package var stableAfter = Duration.seconds(5)
    /// How long leaving may take.
    package var leaveTimeout = Duration.seconds(1)

    package init(userID: String) { self.userID = userID }
  }

  package enum Event: Sendable {
    case startRequested
    case connected(ConnectionID)
    case connectFailed(ConnectionID, reason: String)
    case delivered(ConnectionID, StateDelivery)
    /// The connection broke, or the server closed it.
    case lost(ConnectionID, reason: String)
    /// A connection that was asked to leave has sent everything and closed.
    case closed(ConnectionID)
    case writeRequested(WriteID, StateChange)
    /// The same, of something that is not to be seen here before the server has told it, if it ever does.
    case pushRequested(WriteID, StateChange)
    /// The wire cannot carry a write, or the server refuses it; the connection is as good as before.
    case writeRefused(WriteID, reason: String)
    /// The time may have come for something; harmless when early.
    case timerFired
    case stopRequested
  }

  /// What the driver has to do, in order.
  package enum Action: Sendable, Equatable {
    case connect(ConnectionID)
    /// Send after everything that this connection was given before.
    case send(ConnectionID, StateChange, for: WriteID?)
    /// Send what is still to be sent, then close in good order.
    case leave(ConnectionID)
    /// Drop the connection, or the attempt to make it, now.
    case close(ConnectionID)
    /// The visible state has changed by this much, just now.
    case show(StateEvents)
    case finish(WriteID, WriteOutcome)
  }

  /// Where the link stands.
  ///
  /// What is not true in a phase is not there to be read.
  private enum Phase: Sendable {
    /// S0 → connecting, stopped.
    case idle
    /// S1 → syncing, waiting, stopped.
    case connecting(ConnectionID)
    /// S2 → live, waiting, stopped.
    case syncing(ConnectionID, received: Int, total: Int?, heardAt: Duration)
    /// S3 → waiting, leaving.
    case live(Live)
    /// S4 → connecting, stopped.
    case waiting(reason: String, until: Duration)
    /// S5 → stopped.
    case leaving(ConnectionID, until: Duration)
    /// S6, for good.
    case stopped
  }

  private struct Live: Sendable {
    let connection: ConnectionID
    let since: Duration
    /// The counter of the first write over this connection, before which the id was claimed; see C2.
    var firstCounter: Int64?
    /// When the server was last seen to be at work: at a large message, or at the writes before those that wait.
    var busyAt: Duration?
    /// Since when nothing has come, while that is so and was told.
    var silentSince: Duration?
  }

  private let configuration: Configuration
  private let counterKey: StateKey
  private let avatarKey: String
  private var phase = Phase.idle
  private var backoff: Backoff
  private var lastConnection = 0
  private var writes = PendingWrites()

  /// What the server has told: its state as of the newest message.
  package private(set) var confirmed = StateDictionary()
  /// What a reader sees: what the server has told, and over it own writes on their way.
  package private(set) var visible = StateDictionary()
  /// How long the newest confirmed write took from here to the server and back.
  package private(set) var latency: Duration?

  package init(_ configuration: Configuration) {
    self.configuration = configuration
    backoff = configuration.backoff
    counterKey = StateKey("update.index.\(configuration.userID)")
    avatarKey = "avatar.\(configuration.userID)"
  }

  package var pendingCount: Int { writes.count }

  /// How the client stands with its server, as far as that can be told without looking at the connection.
  package var status: LinkStatus {
    switch phase {
    case .idle, .leaving, .stopped: .stopped
    case .connecting: .connecting(attempt: backoff.failures + 1)
    case .syncing(_, let received, let total, _): .syncing(received: received, total: total)
    case .live(let live): .live(latency: nil, silentSince: live.silentSince)
    case .waiting(let reason, let until):
      .waiting(attempt: backoff.failures, reason: reason, until: until)
    }
  }

  /// The connection by which the copy is the server's, if it is.
  package var liveConnection: ConnectionID? {
    guard case .live(let live) = phase else { return nil }
    return live.connection
  }

  /// Whether the client has left for good and nothing more will come of it.
  package var isFinished: Bool {
    if case .stopped = phase { true } else { false }
  }

  /// When to call with `timerFired`, if at all.
  package var deadline: Duration? {
    switch phase {
    case .idle, .connecting, .stopped: nil
    case .syncing(_, _, _, let heardAt): heardAt + configuration.syncTimeout
    case .live(let live): writes.deadline.map { max($0, patience(with: live)) }
    case .waiting(_, let until), .leaving(_, let until): until
    }
  }

  /// Takes in what happened at a moment, and returns what to do about it.
  package mutating func handle(
    _ event: Event,
    at now: Duration,
    using generator: inout some RandomNumberGenerator
  ) -> [Action] {
    switch event {
    case .startRequested: return start()
    case .connected(let id): return connected(id, at: now)
    case .connectFailed(let id, let reason), .lost(let id, let reason):
      return lost(id, reason, at: now, using: &generator)
    case .delivered(let id, .progress(let received, let total)):
      return progressed(id, received, total, at: now)
    case .delivered(let id, .refused(let refusal)): return refused(id, refusal)
    case .delivered(_, .role): return []
    case .delivered(let id, .silence(let time)): return fellSilent(id, since: now - time)
    case .delivered(let id, .heard): return fellSilent(id, since: nil)
    case .delivered(let id, .change(let change)): return delivered(id, change, at: now)
    case .delivered(let id, .changes(let changes)): return delivered(id, changes, at: now)
    case .closed(let id): return closed(id)
    case .writeRequested(let id, let change): return write(id, change, isSeen: true, at: now)
    case .pushRequested(let id, let change): return write(id, change, isSeen: false, at: now)
    case .writeRefused(let id, let reason): return refused(id, reason)
    case .timerFired: return timerFired(at: now, using: &generator)
    case .stopRequested: return stop(at: now)
    }
  }
}

// MARK: - The link

extension ReplicaMachine {
  private mutating func start() -> [Action] {
    if case .idle = phase { connect() } else { [] }
  }

  private mutating func connect() -> [Action] {
    lastConnection += 1
    let id = ConnectionID(lastConnection)
    phase = .connecting(id)
    return [.connect(id)]
  }

  private mutating func connected(_ id: ConnectionID, at now: Duration) -> [Action] {
    // Otherwise it is a connection that nobody waits for any more.
    guard case .connecting(id) = phase else { return [.close(id)] }
    phase = .syncing(id, received: 0, total: nil, heardAt: now)
    return []
  }

  private mutating func lost(
    _ id: ConnectionID,
    _ reason: String,
    at now: Duration,
    using generator: inout some RandomNumberGenerator
  ) -> [Action] {
    switch phase {
    case .connecting(id), .syncing(id, _, _, _):
      return giveUp(id, reason, at: now, using: &generator)
    case .live(let live) where live.connection == id:
      return giveUp(id, reason, at: now, using: &generator)
    case .leaving(id, _):
      // What was still to be sent cannot be; that the connection has closed is yet to be told.
      return [.close(id)]
    case .idle, .connecting, .syncing, .live, .waiting, .leaving, .stopped:
      return []
    }
  }

  /// I7: the pause grows unless the connection held for a while, so a server that accepts and hangs up at once is
  /// not stormed.
  private mutating func giveUp(
    _ id: ConnectionID,
    _ reason: String,
    at now: Duration,
    using generator: inout some RandomNumberGenerator
  ) -> [Action] {
    if case .live(let live) = phase, now - live.since >= configuration.stableAfter {
      backoff.reset()
    }
    phase = .waiting(reason: reason, until: now + backoff.next(using: &generator))
    return [.close(id)] + abandonWrites()
  }

  private mutating func closed(_ id: ConnectionID) -> [Action] {
    if case .leaving(id, _) = phase { phase = .stopped }
    return []
  }

  private mutating func timerFired(
    at now: Duration,
    using generator: inout some RandomNumberGenerator
  ) -> [Action] {
    guard let deadline, deadline <= now else { return [] }
    switch phase {
    case .idle, .connecting, .stopped:
      return []
    case .syncing(let id, _, _, _):
      let reason = "the town did not send its state"
      return giveUp(id, reason, at: now, using: &generator)
    case .live(let live):
      // I8: a server that hears nothing more still speaks, so only the missing echo tells.
      let overdue = writes.takeOverdue(at: now)
      let reason = "the town does not confirm writes any more"
      return overdue.map { .finish($0, .unconfirmed) }
        + giveUp(live.connection, reason, at: now, using: &generator)
    case .waiting:
      return connect()
    case .leaving(let id, _):
      phase = .stopped
      return [.close(id)]
    }
  }

  private mutating func stop(at now: Duration) -> [Action] {
    switch phase {
    case .idle, .waiting:
      phase = .stopped
      return []
    case .connecting(let id), .syncing(let id, _, _, _):
      phase = .stopped
      return [.close(id)]
    case .live(let live):
      phase = .leaving(live.connection, until: now + configuration.leaveTimeout)
      let farewell = StateChange(removals: [counterKey.text])
      let hasWritten = live.firstCounter != nil
      let last: [Action] = hasWritten ? [.send(live.connection, farewell, for: nil)] : []
      return last + [.leave(live.connection)] + abandonWrites()
    case .leaving, .stopped:
      return []
    }
  }

  /// Until when the server's silence about a write is excused by what it was seen to be at.
  private func patience(with live: Live) -> Duration {
    live.busyAt.map { $0 + configuration.confirmationTimeout } ?? .zero
  }
}

// MARK: - What the server tells

extension ReplicaMachine {
  private mutating func progressed(
    _ id: ConnectionID,
    _ received: Int,
    _ total: Int?,
    at now: Duration
  ) -> [Action] {
    switch phase {
    case .syncing(id, let before, _, let heardAt):
      // Somebody who sends without end what adds up to nothing is as good as silent.
      let time = received == before ? heardAt : now
      phase = .syncing(id, received: received, total: total, heardAt: time)
    case .live(var live) where live.connection == id:
      live.busyAt = now
      phase = .live(live)
    case .idle, .connecting, .syncing, .live, .waiting, .leaving, .stopped:
      break
    }
    return []
  }

  /// Notes since when nothing has come, or that something comes again; what to do about it is the transport's to say.
  private mutating func fellSilent(_ id: ConnectionID, since time: Duration?) -> [Action] {
    guard case .live(var live) = phase, live.connection == id else { return [] }
    live.silentSince = time
    phase = .live(live)
    return []
  }

  /// So few keys a message has on average that it is cheaper merged with those beside it than told by itself.
  private static let fewKeys = 16

  /// Several messages that were there at once.
  ///
  /// While nothing of ours is on its way no echo is among them for which each had to be looked at, and small ones are
  /// taken for one.
  private mutating func delivered(
    _ id: ConnectionID,
    _ changes: [StateChange],
    at now: Duration
  ) -> [Action] {
    let count = changes.reduce(0) { $0 + $1.count }
    guard case .live = phase, writes.isEmpty, count < Self.fewKeys * changes.count,
      var merged = changes.first
    else { return changes.flatMap { delivered(id, $0, at: now) } }
    merged.reserveCapacity(count)
    for change in changes.dropFirst() { merged.merge(change) }
    return delivered(id, merged, at: now)
  }

  private mutating func delivered(
    _ id: ConnectionID,
    _ change: StateChange,
    at now: Duration
  ) -> [Action] {
    switch phase {
    case .syncing(id, _, _, _):
      phase = .live(Live(connection: id, since: now))
      return replace(with: change)
    case .live(let live) where live.connection == id:
      return take(change, over: live, at: now)
    case .idle, .connecting, .syncing, .live, .waiting, .leaving, .stopped:
      return []
    }
  }

  /// I5: the first message is the whole state, so what it does not name has vanished while we were away.
  private mutating func replace(with whole: StateChange) -> [Action] {
    let before = visible
    var news = whole
    // There is nothing yet that could be removed.
    for key in whole.removals { news.forget(key) }
    confirmed = StateDictionary()
    confirmed.apply(news)
    visible = confirmed
    // Also if there is nothing to show: that the server is here, and empty or as it was, is news.
    let events =
      before.isEmpty
      ? StateEvents(news, whole: visible) : StateEvents(from: before, to: visible)
    return [.show(events)]
  }

  private mutating func take(
    _ change: StateChange,
    over live: Live,
    at now: Duration
  ) -> [Action] {
    guard !writes.isEmpty else { return follow(change) }
    let followed = writes.isLaid ? nil : follow(change)
    if followed == nil { confirmed.apply(change) }
    let echo = echo(in: change)
    let confirmation = echo.map { writes.confirm(upTo: $0, by: confirmed, at: now) }
    latency = confirmation?.latency ?? latency
    if let confirmation, !confirmation.outcomes.isEmpty { sawBusy(live, at: now) }
    let news = followed ?? show(change, after: confirmation)
    let outcomes = confirmation?.outcomes ?? []
    return news + outcomes.map { .finish($0.id, $0.outcome) }
      + probe(over: live, after: change)
  }

  /// I8: whoever confirms one write after the other is slow and not deaf.
  private mutating func sawBusy(_ live: Live, at now: Duration) {
    var live = live
    live.busyAt = now
    phase = .live(live)
  }

  /// Shows what a change brings to the keys that no own write covers, or covers any more.
  private mutating func show(
    _ change: StateChange,
    after confirmation: PendingWrites.Confirmation?
  ) -> [Action] {
    var shown = change
    // I2: a key with an own write on its way stays as we wrote it.
    if writes.isLaid {
      for (key, _) in change.items where writes.covers(key) { shown.forget(key) }
    }
    for key in confirmation?.released ?? [] { settle(key, in: &shown) }
    return show(shown)
  }

  /// Takes a change while nothing of ours is laid over what the server tells, when both copies are one.
  ///
  /// Letting go of the second lets the first change in place, unless somebody else keeps it.
  private mutating func follow(_ change: StateChange) -> [Action] {
    visible = StateDictionary()
    let events = StateEvents(applying: change, to: &confirmed)
    visible = confirmed
    return change.isEmpty ? [] : [.show(events)]
  }

  /// The counter of ours that the server tells.
  private func echo(in change: StateChange) -> Int64? { change.updates[counterKey]?.value.int }

  /// Makes a key follow the server again; an own value that came back unchanged is not news.
  private func settle(_ key: StateKey, in shown: inout StateChange) {
    let entry = confirmed.entry(for: key)
    if entry == visible.entry(for: key) { shown.forget(key) } else { shown.put(entry, at: key) }
  }

  /// Asks the server once more where it stands, after somebody else has changed our counter.
  ///
  /// I9: that may have covered an echo. It happens when the server clears away a former connection of ours, and
  /// when a late message of one arrives.
  private mutating func probe(over live: Live, after change: StateChange) -> [Action] {
    guard !writes.isEmpty, change.touches(counterKey), let first = live.firstCounter else {
      return []
    }
    let told = echo(in: change)
    if let told, (first...writes.lastCounter).contains(told) { return [] }
    var question = StateChange()
    question.put(StateEntry(.int(writes.nextCounter())), at: counterKey)
    return [.send(live.connection, question, for: nil)]
  }

  /// Makes a change to what is seen; with no own writes over it that is what the server has told, and made already.
  private mutating func show(_ change: StateChange) -> [Action] {
    guard !writes.isLaid else {
      return change.isEmpty ? [] : [.show(StateEvents(applying: change, to: &visible))]
    }
    let events = StateEvents(change, replacing: visible)
    visible = confirmed
    return change.isEmpty ? [] : [.show(events)]
  }
}

// MARK: - Own writes

extension ReplicaMachine {
  private mutating func write(
    _ id: WriteID,
    _ change: StateChange,
    isSeen: Bool,
    at now: Duration
  ) -> [Action] {
    guard case .live(var live) = phase else { return [.finish(id, .disconnected)] }
    guard !change.isEmpty else { return [.finish(id, .accepted(latency: .zero))] }
    let claim = live.firstCounter == nil ? claim(on: live.connection) : []
    live.firstCounter = live.firstCounter ?? writes.lastCounter + 1
    phase = .live(live)
    return claim + send(id, change, isSeen: isSeen, on: live.connection, at: now)
  }

  // C2: a NanoVer server takes the first avatar that a connection writes for its own, and clears that user's
  // entries when it leaves. So the first message of a connection that writes names ourselves.
  private func claim(on connection: ConnectionID) -> [Action] {
    let avatar: StateValue = [
      "playerid": .string(configuration.userID), "name": "", "color": [0.5, 0.5, 0.5, 1.0],
      "components": [],
    ]
    return [
      .send(connection, StateChange(updates: [avatarKey: avatar]), for: nil),
      .send(connection, StateChange(removals: [avatarKey]), for: nil),
    ]
  }

  private mutating func send(
    _ id: WriteID,
    _ change: StateChange,
    isSeen: Bool,
    on connection: ConnectionID,
    at now: Duration
  ) -> [Action] {
    var edit = change
    // The counter is ours to keep: an edit of it, such as the clearing of its prefix, is answered by its new value.
    edit.forget(counterKey)
    let allowance = configuration.confirmationAllowancePerKey * edit.count
    let deadline = now + configuration.confirmationTimeout + allowance
    let counter = writes.add(id, isSeen ? edit : nil, at: now, deadline: deadline)
    let news = isSeen ? show(edit) : []
    edit.put(StateEntry(.int(counter)), at: counterKey)
    return [.send(connection, edit, for: id)] + news
  }

  /// Ends the writes of which the server did not take something: it says so before it tells what is there instead.
  private mutating func refused(_ id: ConnectionID, _ refusal: WriteRefusal) -> [Action] {
    guard case .live(let live) = phase, live.connection == id else { return [] }
    let keys = Set(refusal.keys.map { StateKey($0) })
    return writes.touching(keys).flatMap { refused($0, refusal.reason) }
  }

  private mutating func refused(_ id: WriteID, _ reason: String) -> [Action] {
    guard let released = writes.withdraw(id) else { return [] }
    return revert(released) + [.finish(id, .refused(reason: reason))]
  }

  /// I4: with the connection, everything that was on its way has ended, and the copy is what the server last told.
  private mutating func abandonWrites() -> [Action] {
    let abandoned = writes.removeAll()
    return revert(abandoned.keys) + abandoned.ids.map { .finish($0, .disconnected) }
  }

  private mutating func revert(_ keys: [StateKey]) -> [Action] {
    var shown = StateChange()
    for key in keys {
      let entry = writes.entry(for: key) ?? confirmed.entry(for: key)
      if entry != visible.entry(for: key) { shown.put(entry, at: key) }
    }
    return show(shown)
  }
}
