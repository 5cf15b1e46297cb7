import TextScreen
import SharedState

/// The locks that are wanted here, and how they stand; no clock: the time comes in.
///
/// Nobody gives a lock back by hand: what is not wanted any more is released, whichever way that came about.
struct LockRequests: Sendable {
  /// How long a lock is asked for; so long it outlives a program that is killed.
  static let length = Duration.seconds(10)
  /// How long after the last answer it is asked for again, whether to renew it or to get it at last.
  static let pace = length / 3
  /// So many locks may be held by hand.
  static let most = 16

  private struct Lock: Sendable {
    var standing = LockStatus.asked
    /// When to ask again; `nil` while the server has not answered.
    var due: Duration?
  }

  private var locks: [StateKey: Lock] = [:]
  /// The entries whose locks the person holds until they let go.
  private(set) var byHand: Set<StateKey> = []

  /// Holds a lock by hand, or lets go of it; says which.
  mutating func toggle(_ key: String) -> Bool {
    if byHand.remove(StateKey(key)) != nil { return false }
    byHand.insert(StateKey(key))
    return true
  }

  mutating func letGo(_ key: String) { byHand.remove(StateKey(key)) }

  func isByHand(_ key: String) -> Bool { byHand.contains(StateKey(key)) }

  /// Asks for what is wanted, renews what is due, and gives back the rest.
  mutating func reconcile(_ wanted: Set<StateKey>, at now: Duration) -> [Effect] {
    var effects: [Effect] = []
    for key in Self.sorted(locks.keys) where !wanted.contains(key) {
      // One that was asked for may have been granted by now.
      let isAsked = locks[key]?.due == nil
      if isAsked || locks[key]?.standing != .another { effects.append(.unlock(key.text)) }
      locks[key] = nil
    }
    for key in Self.sorted(wanted) {
      if let lock = locks[key] { guard let due = lock.due, due <= now else { continue } }
      locks[key, default: Lock()].due = nil
      effects.append(.lock(key.text, for: Self.length))
    }
    return effects
  }

  private static func sorted(_ keys: some Collection<StateKey>) -> [StateKey] {
    keys.sorted { $0.text.precedes($1.text) }
  }

  /// Forgets how the locks stand, because the server cannot be reached; they end by themselves.
  mutating func forget() { locks = [:] }

  /// Takes in what the server said; an answer about a lock that is not wanted any more says nothing.
  mutating func take(_ answer: Result<Duration, LockError>, for key: String, at now: Duration) {
    let key = StateKey(key)
    guard var lock = locks[key] else { return }
    lock.due = now + Self.pace
    switch answer {
    case .success(let until):
      lock.standing = .yours(until: until)
      // Reckoned from when it was asked for, but never so that a slow server is asked without pause.
      lock.due = max(until - Self.length + Self.pace, now + .seconds(1))
    case .failure(.heldByAnother): lock.standing = .another
    case .failure(.unanswered(_, let reason)), .failure(.lost(_, let reason)):
      lock.standing = .failed(reason)
    }
    locks[key] = lock
  }

  /// How the lock on an entry stands; `nil` if none is wanted.
  func standing(of key: String, at now: Duration) -> LockStatus? {
    guard !locks.isEmpty, let standing = locks[StateKey(key)]?.standing else { return nil }
    if case .yours(let until) = standing, until <= now { return .asked }
    return standing
  }

  /// The entries whose locks are held.
  func held(at now: Duration) -> Set<StateKey> {
    Set(
      locks.filter { _, lock in
        if case .yours(let until) = lock.standing { until > now } else { false }
      }.keys
    )
  }

  /// When a lock is to be asked for again, or ends; `nil` if none is wanted.
  func wakeUp(after now: Duration) -> Duration? {
    let times = locks.values.flatMap { lock -> [Duration] in
      guard case .yours(let until) = lock.standing else { return [lock.due].compactMap { $0 } }
      return [lock.due, until].compactMap { $0 }
    }
    return times.filter { $0 > now }.min()
  }
}
