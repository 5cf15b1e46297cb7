package import SharedState

/// A server's copy of the state, and everyone who wants to hear of its changes; no clock, no sockets, no tasks.
///
/// The rules it keeps are the H-numbered ones of the article *Protocol*. A change costs O(keys × cohorts): all
/// subscribers with the same interval and the same filter form a cohort with one buffer, whether they are two or two
/// thousand.
package struct HubMachine: Sendable {
  /// How many changes a subscriber may be sent one right after the other after a quiet time.
  ///
  /// A writer at a subscriber's own rate is passed on without waiting as long as it is never further ahead of its
  /// even pace than this: six thirtieths are the fifth of a second that a busy machine or a wireless network may
  /// hold its messages up before they come all at once. More would let through bursts that nobody can tell apart.
  package static let reserve = 6

  /// One subscriber, by number.
  package struct SubscriberID: Hashable, Sendable {
    package let number: Int
    package init(_ number: Int) { self.number = number }
  }

  package enum Event: Sendable {
    /// Somebody wants to hear of changes, at most once per interval on average, and perhaps only of some keys.
    case joined(SubscriberID, interval: Duration, only: KeyFilter? = nil, as: Visitor = .program)
    /// Subscribers are ready for their next change.
    case pulled([SubscriberID])
    /// A subscriber no longer waits for the change it asked for.
    case pullWithdrawn(SubscriberID)
    /// A change came in, from a subscriber or from the server itself.
    case received(StateChange, from: SubscriberID?)
    /// A change came in from somebody who writes in calls of their own, and may make it.
    case written(StateChange, by: Visitor)
    /// A subscriber wants changes at another interval.
    case intervalChanged(SubscriberID, Duration)
    /// A subscriber is gone.
    case left(SubscriberID)
    /// A connection that wrote in calls of their own is gone.
    case callerLeft(Int)
    /// An owner takes something from a connection, by number.
    case restrained(Int, Restraint)
    /// An owner gives a connection back what was taken from it.
    case released(Int)
    /// A search that was asked for has found these keys.
    case searched(Search.ID, found: [String])
    /// The time may have come for something; harmless when early.
    case timerFired
  }

  /// A search for what a user takes along, in the state as it was when the user left.
  package struct Search: Sendable {
    package typealias ID = Int
    package let id: ID
    let user: String
    let state: StateDictionary
    /// Whose the entry is that a key leads to.
    let owner: OwnedKeys.Ownership

    /// Searches.
    ///
    /// - Complexity: O(*n*) in the bytes of all keys.
    package func run() -> Event {
      .searched(id, found: OwnedKeys.keys(of: user, in: state, owner))
    }
  }

  /// What the driver has to do, in order.
  package enum Action: Sendable {
    /// The state has changed by this much, just now.
    case applied(StateEvents)
    /// Note who made a change, which is done next.
    case note(StateChange, by: Visitor)
    /// Tell a subscriber what was not taken of its change, before anything else.
    case refuse(WriteRefusal, to: SubscriberID)
    /// Hand these waiting subscribers their next change.
    case deliver(SharedChange, to: [SubscriberID])
    /// Run this elsewhere and come back with its event: it takes too long to be waited for.
    case search(Search)
  }

  /// How far a subscriber has come.
  ///
  /// - `new` → `upToDate` (first pull: the whole state)
  /// - `upToDate` → `waiting` (pull), or falls behind when its cohort is sent the next change
  /// - `waiting` → `upToDate` (delivery, or the pull is withdrawn)
  private enum Stage: Sendable {
    /// It has had nothing yet.
    case new
    /// It is busy with what it got; it has seen its cohort's changes up to a generation.
    case busy(seen: Int)
    /// It is busy, and what it missed in the cohort it came from is kept for it.
    case moved(StateChange, seen: Int)
    /// It has seen everything and waits for more.
    case waiting
  }

  private struct Subscriber: Sendable {
    var share: Cohort.Share
    var stage = Stage.new
    let visitor: Visitor
  }

  private struct WeakSnapshot: Sendable {
    weak var change: SharedChange?
  }

  package private(set) var state: StateDictionary
  /// How much clients may put into it.
  let limits: StateLimits
  private(set) var size: StateSize
  private var subscribers: [SubscriberID: Subscriber] = [:]
  private var cohorts: [Cohort.Share: Cohort] = [:]
  /// How many cohorts there have been.
  private var cohortCount = 0
  private var claims = IDClaims()
  private var authors = AuthorBook()
  /// What was taken from connections until they are let go of, by number; no number is given to another later.
  private var restraints: [Int: Set<Restraint>] = [:]
  /// The ids that connections go by, by number: those of the avatars that they wrote first.
  package private(set) var users: [Int: String] = [:]
  /// Whether it is to be noted who makes each change.
  package var isAudited = false
  /// How many snapshots there may be before those that nobody holds any more are looked for.
  private static let mostSnapshots = 64
  /// The whole state as one change, by filter, shared by those who join at the same moment.
  private var snapshots: [KeyFilter?: WeakSnapshot] = [:]

  /// What has been touched since each search that is under way was asked for.
  private var searches: [Search.ID: StateChange] = [:]
  private var searchCount = 0
  /// How many entries are searched at once.
  private let searchedAtOnce: Int

  /// Makes a hub.
  ///
  /// - Parameters:
  ///   - state: What it holds.
  ///   - searchedAtOnce: How many entries are searched for what a user takes along while everybody waits. Twenty
  ///     thousand take a few milliseconds, a million nearly half a second.
  ///   - limits: How much clients may put into it.
  package init(
    _ state: StateDictionary = [:],
    searchedAtOnce: Int = 20_000,
    limits: StateLimits = StateLimits()
  ) {
    self.state = state
    self.limits = limits
    size = StateSize(of: state)
    self.searchedAtOnce = searchedAtOnce
  }

  package var subscriberCount: Int { subscribers.count }

  /// How many bytes the state takes, as the limits count them.
  package var bytes: Int { size.bytes }

  /// Who wrote a key last, and when; nil if that was long ago, or nobody has.
  package func author(of key: String) -> (visitor: Visitor, at: Duration)? {
    authors.entry(for: StateKey(key)).map { ($0.visitor, $0.at) }
  }

  /// What was taken from a connection.
  package func restraints(on number: Int) -> Set<Restraint> { restraints[number] ?? [] }

  package func hasSubscriber(_ id: SubscriberID) -> Bool { subscribers[id] != nil }

  /// When to call with `timerFired`, if at all.
  package var deadline: Duration? { cohorts.values.compactMap(\.deadline).min() }

  /// Takes in what happened at a moment, and returns what to do about it.
  package mutating func handle(_ event: Event, at now: Duration) -> [Action] {
    switch event {
    case .joined(let id, let interval, let filter, let visitor):
      assert(subscribers[id] == nil, "subscriber \(id.number) has joined twice")
      let share = Cohort.Share(interval: max(interval, .zero), filter: filter)
      subscribers[id] = Subscriber(share: share, visitor: visitor)
      return []
    case .pulled(let ids): return pull(ids, at: now)
    case .pullWithdrawn(let id): return withdrawPull(id)
    case .received(let change, let writer): return receive(change, from: writer, at: now)
    case .intervalChanged(let id, let interval): return move(id, to: max(interval, .zero), at: now)
    case .written(let change, let visitor):
      identify(.caller(visitor.number), visitor, by: change)
      return apply(change, by: visitor, at: now)
    case .left(let id): return leave(id, at: now)
    case .callerLeft(let number):
      _ = claims.leave(.caller(number))
      users[number] = nil
      return []
    case .restrained(let number, let restraint): return restrain(number, restraint, at: now)
    case .released(let number):
      restraints[number] = nil
      return []
    case .searched(let id, let keys): return clear(keys, foundBy: id, at: now)
    case .timerFired: return flushDue(at: now)
    }
  }
}

// MARK: - Changes in

extension HubMachine {
  private mutating func receive(
    _ change: StateChange,
    from writer: SubscriberID?,
    at now: Duration
  ) -> [Action] {
    guard let writer else { return apply(change, by: .program, at: now) }
    // A latecomer of a connection that has already left: its entries are cleared, it may not add new ones.
    guard let visitor = subscribers[writer]?.visitor else { return [] }
    guard let refusal = refusal(of: change, by: visitor, .subscriber(writer)) else {
      identify(.subscriber(writer), visitor, by: change)
      return apply(change, by: visitor, at: now)
    }
    var permitted = change
    for key in refusal.keys { permitted.forget(StateKey(key)) }
    identify(.subscriber(writer), visitor, by: permitted)
    // What it wrote into its own copy is not so: it is told what is.
    return [.refuse(refusal, to: writer)] + apply(permitted, by: visitor, at: now)
      + correct(refusal.keys, for: writer, at: now)
  }

  /// What of a change its writer may not make; nil if it may make all of it.
  ///
  /// - Complexity: O(*n*) in the keys of the change.
  package func refusal(of change: StateChange, by visitor: Visitor) -> WriteRefusal? {
    refusal(of: change, by: visitor, .caller(visitor.number))
  }

  private func refusal(
    of change: StateChange,
    by visitor: Visitor,
    _ claimant: IDClaims.Claimant
  ) -> WriteRefusal? {
    guard visitor.number != Visitor.program.number, !change.isEmpty else { return nil }
    let taken = restraints(on: visitor.number)
    if let reason = taken.contains(.frozen) ? Restraint.frozen.reason : lackOfRoom(for: change) {
      return WriteRefusal(keys: change.items.map(\.key.text), reason: reason)
    }
    let own = claims.user(of: claimant)
    // Of several avatars one can be a guest's own: the first, as for those who may write all.
    let guest =
      visitor.role == .guest
      ? own ?? OwnedKeys.user(claimedBy: change) ?? OwnedKeys.user(countedBy: change) : nil
    func reasonNot(toWrite key: String, _ entry: StateEntry?) -> String? {
      if entry != nil, taken.contains(.muted), OwnedKeys.isShown(key) {
        return Restraint.muted.reason
      }
      let user = OwnedKeys.user(ofAvatar: key)
      let isTaken = user.map { $0 != own && claims.isTaken($0, from: visitor.identity) } ?? false
      guard visitor.role == .guest else {
        return isTaken ? "\(key) belongs to somebody else who is here" : nil
      }
      let isOwn = !isTaken && guest.map { OwnedKeys.isBody(key, of: $0) } ?? false
      return isOwn ? nil : "a guest reads, and writes its own avatar alone"
    }
    var (refused, reasons): ([String], [String]) = ([], [])
    for (key, entry) in change.items {
      guard let reason = reasonNot(toWrite: key.text, entry) else { continue }
      refused.append(key.text)
      // Of what one change may not do there are few kinds, but for the names of those it is taken from.
      if reasons.count < 3, !reasons.contains(reason) { reasons.append(reason) }
    }
    guard !refused.isEmpty else { return nil }
    return WriteRefusal(keys: refused, reason: reasons.joined(separator: "; "))
  }

  /// Tells one subscriber what keys hold, or that they hold nothing.
  private mutating func correct(
    _ keys: [String],
    for id: SubscriberID,
    at now: Duration
  ) -> [Action] {
    guard let subscriber = subscribers[id] else { return [] }
    var correction = StateChange()
    for text in keys {
      let key = StateKey(text)
      correction.put(state.entry(for: key), at: key)
    }
    if let filter = subscriber.share.filter { correction = filter.narrowed(correction) }
    guard !correction.isEmpty else { return [] }
    switch subscriber.stage {
    case .new: return []
    case .busy(let seen):
      subscribers[id]?.stage = .moved(correction, seen: seen)
      return []
    case .moved(var missed, let seen):
      missed.merge(correction)
      subscribers[id]?.stage = .moved(missed, seen: seen)
      return []
    case .waiting:
      let generation = cohorts[subscriber.share]?.stopWaiting(id) ?? 0
      subscribers[id]?.stage = .busy(seen: generation)
      return [.deliver(SharedChange(correction), to: [id])]
    }
  }

  private mutating func apply(
    _ change: StateChange,
    by visitor: Visitor,
    at now: Duration
  ) -> [Action] {
    guard !change.isEmpty else { return [] }
    authors.note(change, by: visitor, at: now)
    let events = StateEvents(applying: change, to: &state)
    size.follow(events)
    if !snapshots.isEmpty { snapshots = [:] }
    // The keys are copied, since a view of them would have the cohorts copied with all that they keep.
    for share in Array(cohorts.keys) { cohorts[share]?.add(events) }
    for search in Array(searches.keys) { searches[search]?.merge(change) }
    let notes: [Action] = isAudited ? [.note(change, by: visitor)] : []
    return notes + [.applied(events)] + flushDue(at: now)
  }

  // H6: a connection belongs to the user whose avatar it writes first. Only an update counts: who clears away
  // a stranger's avatar does not become the stranger.
  private mutating func identify(
    _ claimant: IDClaims.Claimant,
    _ visitor: Visitor,
    by change: StateChange
  ) {
    guard claims.user(of: claimant) == nil else { return }
    // A guest is bound to one id by whatever it writes first.
    let counted = visitor.role == .guest ? OwnedKeys.user(countedBy: change) : nil
    guard let user = OwnedKeys.user(claimedBy: change) ?? counted else { return }
    claims.claim(user, by: claimant, as: visitor.identity)
    users[visitor.number] = user
  }

  /// Takes something from a connection; who is muted vanishes at once.
  ///
  /// - Complexity: O(*n*) in the entries, for who is muted.
  private mutating func restrain(
    _ number: Int,
    _ restraint: Restraint,
    at now: Duration
  ) -> [Action] {
    restraints[number, default: []].insert(restraint)
    guard restraint == .muted else { return [] }
    let keys = state.keys.filter { key in
      guard OwnedKeys.isShown(key) else { return false }
      return users[number].map { OwnedKeys.isBody(key, of: $0) } ?? false
        || authors.entry(for: StateKey(key))?.visitor.number == number
    }
    return apply(StateChange(removals: keys), by: .program, at: now)
  }

  /// H7: the last connection of a user takes the user's entries with it.
  private mutating func leave(_ id: SubscriberID, at now: Duration) -> [Action] {
    guard let subscriber = subscribers.removeValue(forKey: id) else { return [] }
    _ = detach(id, subscriber)
    let number = subscriber.visitor.number
    let left = claims.leave(.subscriber(id))
    // Who writes in calls of their own goes on to.
    if claims.user(of: .caller(number)) == nil { users[number] = nil }
    guard let user = left else { return [] }
    let owner = OwnedKeys.Ownership(of: subscriber.visitor.identity, by: authors)
    guard state.count > searchedAtOnce else {
      let keys = OwnedKeys.keys(of: user, in: state, owner)
      return apply(StateChange(removals: keys), by: .program, at: now)
    }
    searchCount += 1
    searches[searchCount] = StateChange()
    return [.search(Search(id: searchCount, user: user, state: state, owner: owner))]
  }

  /// Removes what has been found, but for what somebody has written since the user left.
  private mutating func clear(
    _ keys: [String],
    foundBy search: Search.ID,
    at now: Duration
  ) -> [Action] {
    guard let touched = searches.removeValue(forKey: search) else { return [] }
    let removals = keys.filter { !touched.touches($0) }
    return apply(StateChange(removals: removals), by: .program, at: now)
  }
}

// MARK: - Changes out

extension HubMachine {
  /// All are taken note of before anything is sent, so that those who ask together are due the same.
  private mutating func pull(_ ids: [SubscriberID], at now: Duration) -> [Action] {
    var actions: [Action] = []
    var due: Set<Cohort.Share> = []
    for id in ids {
      guard let subscriber = subscribers[id] else { continue }
      guard let change = catchUp(id, subscriber) else {
        due.insert(subscriber.share)
        continue
      }
      if case .deliver(let last, let receivers)? = actions.last, last === change {
        actions[actions.count - 1] = .deliver(change, to: receivers + [id])
      } else {
        actions.append(.deliver(change, to: [id]))
      }
    }
    return actions + flush(Array(due), at: now)
  }

  /// What a subscriber has to be sent before it is where the others are; nil if it is there, and waits from now on.
  private mutating func catchUp(
    _ id: SubscriberID,
    _ subscriber: Subscriber
  ) -> SharedChange? {
    let share = subscriber.share
    switch subscriber.stage {
    case .new:
      // H1: the whole state first. What its cohort still holds back is in it already, and is sent once more.
      let seen = join(share)
      subscribers[id]?.stage = .busy(seen: seen)
      return wholeState(only: share.filter)
    case .moved(let missed, let seen):
      subscribers[id]?.stage = .busy(seen: seen)
      return SharedChange(missed)
    case .busy(let seen):
      if let missed = cohorts[share]?.catchUp(from: seen) {
        subscribers[id]?.stage = .busy(seen: cohorts[share]?.generation ?? 0)
        return missed
      }
      subscribers[id]?.stage = .waiting
      cohorts[share]?.wait(id)
      return nil
    case .waiting:
      return nil
    }
  }

  private mutating func withdrawPull(_ id: SubscriberID) -> [Action] {
    guard let subscriber = subscribers[id], case .waiting = subscriber.stage,
      let generation = cohorts[subscriber.share]?.stopWaiting(id)
    else { return [] }
    subscribers[id]?.stage = .busy(seen: generation)
    return []
  }

  private mutating func flushDue(at now: Duration) -> [Action] {
    flush(Array(cohorts.keys), at: now)
  }

  /// Sends what is due, the oldest cohort first, so that a run can be repeated.
  private mutating func flush(
    _ shares: [Cohort.Share],
    at now: Duration
  ) -> [Action] {
    let due = shares.filter { cohorts[$0]?.deadline.map { $0 <= now } == true }
    let ordered = due.count > 1 ? due.sorted { number(of: $0) < number(of: $1) } : due
    return ordered.flatMap { flush($0, at: now) }
  }

  private func number(of share: Cohort.Share) -> Int { cohorts[share]?.number ?? 0 }

  private mutating func flush(_ share: Cohort.Share, at now: Duration) -> [Action] {
    guard let flush = cohorts[share]?.flush(at: now) else { return [] }
    for id in flush.receivers { subscribers[id]?.stage = .busy(seen: flush.generation) }
    return [.deliver(flush.change, to: flush.receivers)]
  }

  private mutating func move(
    _ id: SubscriberID,
    to interval: Duration,
    at now: Duration
  ) -> [Action] {
    guard let subscriber = subscribers[id], subscriber.share.interval != interval else { return [] }
    let missed = detach(id, subscriber)
    let share = Cohort.Share(interval: interval, filter: subscriber.share.filter)
    subscribers[id]?.share = share
    if case .new = subscriber.stage { return [] }
    let seen = join(share)
    if case .waiting = subscriber.stage {
      subscribers[id]?.stage = .busy(seen: seen)
      guard missed.isEmpty else { return [.deliver(SharedChange(missed), to: [id])] }
      return pull([id], at: now)
    }
    subscribers[id]?.stage = missed.isEmpty ? .busy(seen: seen) : .moved(missed, seen: seen)
    return []
  }

  /// Adds an up-to-date member to a cohort, and returns the generation that the cohort has reached.
  private mutating func join(_ share: Cohort.Share) -> Int {
    if cohorts[share] == nil {
      cohortCount += 1
      cohorts[share] = Cohort(share: share, number: cohortCount)
    }
    return cohorts[share]?.join() ?? 0
  }

  /// Takes a subscriber out of its cohort, and returns what it has not seen yet.
  private mutating func detach(_ id: SubscriberID, _ subscriber: Subscriber) -> StateChange {
    let share = subscriber.share
    var missed = StateChange()
    switch subscriber.stage {
    case .new:
      return missed
    case .waiting:
      let generation = cohorts[share]?.stopWaiting(id) ?? 0
      missed = cohorts[share]?.leave(seen: generation) ?? missed
    case .busy(let seen):
      missed = cohorts[share]?.leave(seen: seen) ?? missed
    case .moved(let earlier, let seen):
      missed = earlier
      missed.merge(cohorts[share]?.leave(seen: seen) ?? StateChange())
    }
    if cohorts[share]?.isEmpty == true { cohorts[share] = nil }
    return missed
  }

  private mutating func wholeState(only filter: KeyFilter?) -> SharedChange {
    if let shared = snapshots[filter]?.change { return shared }
    let shared = SharedChange(wholeOf: state, only: filter)
    if snapshots.count >= Self.mostSnapshots {
      snapshots = snapshots.filter { $0.value.change != nil }
    }
    snapshots[filter] = WeakSnapshot(change: shared)
    return shared
  }
}
