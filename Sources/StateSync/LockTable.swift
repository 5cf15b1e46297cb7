package import SharedState

/// What somebody wants of the lock on a key.
public enum LockRequest: Sendable, Hashable {
  /// Take the lock for so many seconds from now, or renew it.
  ///
  /// As on the wire: zero or less is granted and over at once, infinity and not-a-number never end.
  case hold(seconds: Double)
  /// Give the lock back. Nothing happens, and nothing is refused, if it is somebody else's.
  case release
}

/// Who holds which key, until when; no clock: the time comes in.
///
/// A lock keeps other tokens from writing its key, whether or not the key has a value, and nothing else. It is not
/// told to anybody, outlives the value and the connection, and ends by time alone unless it is given back. The
/// rules are the L-numbered ones of the article *Protocol*.
package struct LockTable: Sendable {
  private struct Lock: Sendable {
    let owner: StateKey
    /// Nil for a lock that never ends.
    let until: Duration?

    func isOver(at now: Duration) -> Bool { until.map { $0 <= now } ?? false }
  }

  /// How many bytes their keys and tokens may take.
  package static let byteLimit = 64 << 20

  private let limit: Int
  private let byteLimit: Int
  private var locks: [StateKey: Lock] = [:]
  private var bytes = 0
  /// No lock is over before this, so that a full table is not searched in vain.
  private var firstEnd: Duration?

  package init(limit: Int = StateLimits().locks, byteLimit: Int = LockTable.byteLimit) {
    self.limit = limit
    self.byteLimit = byteLimit
  }

  /// How many locks are kept; those that are over count until their room is wanted.
  package var count: Int { locks.count }

  /// Takes, renews and gives back locks: all of them, or none.
  ///
  /// - Parameters:
  ///   - requests: What is wanted of each key; of two requests for a key the later one counts.
  ///   - token: Who asks.
  ///   - now: The time.
  /// - Returns: Whether it was granted: false, with nothing changed, if somebody else holds a key that is asked for
  ///   or if there are too many locks.
  package mutating func update(
    _ requests: some Sequence<(key: String, value: LockRequest)>,
    as token: String,
    at now: Duration
  ) -> Bool {
    let owner = StateKey(token)
    var wanted: [StateKey: LockRequest] = [:]
    for (key, request) in requests { wanted[StateKey(key)] = request }
    let holds = wanted.filter { $0.value != .release }.keys
    guard !holds.contains(where: { isHeld($0, against: owner, at: now) }),
      hasRoom(for: holds, of: owner, at: now)
    else { return false }
    for (key, request) in wanted { carryOut(request, on: key, for: owner, at: now) }
    return true
  }

  /// Whether a token may make a change: whether nobody else holds a key that it touches.
  ///
  /// - Complexity: O(*n*) in the keys of the change, or O(1) while there are no locks.
  package func permits(_ change: StateChange, as token: String, at now: Duration) -> Bool {
    guard !locks.isEmpty else { return true }
    let owner = StateKey(token)
    return !change.items.contains { isHeld($0.key, against: owner, at: now) }
  }

  private func isHeld(_ key: StateKey, against owner: StateKey, at now: Duration) -> Bool {
    guard let lock = locks[key], lock.owner != owner else { return false }
    return !lock.isOver(at: now)
  }

  private mutating func carryOut(
    _ request: LockRequest,
    on key: StateKey,
    for owner: StateKey,
    at now: Duration
  ) {
    switch request {
    case .release:
      if locks[key]?.owner == owner { put(nil, at: key) }
    case .hold(let seconds) where seconds <= 0:
      put(nil, at: key)
    case .hold(let seconds):
      // Longer than any machine runs is for ever; a duration could not hold it.
      put(Lock(owner: owner, until: seconds < 1e9 ? now + .seconds(seconds) : nil), at: key)
    }
  }

  private mutating func put(_ lock: Lock?, at key: StateKey) {
    if let former = locks[key] { bytes -= Self.size(of: key, former.owner) }
    locks[key] = lock
    guard let lock else { return }
    bytes += Self.size(of: key, lock.owner)
    if let until = lock.until { firstEnd = min(firstEnd ?? until, until) }
  }

  private static func size(of key: StateKey, _ owner: StateKey) -> Int {
    key.text.utf8.count + owner.text.utf8.count
  }

  private mutating func hasRoom(
    for keys: some Collection<StateKey>,
    of owner: StateKey,
    at now: Duration
  ) -> Bool {
    func fits() -> Bool {
      let new = keys.filter { locks[$0] == nil }
      let size = new.reduce(bytes) { $0 + Self.size(of: $1, owner) }
      return locks.count + new.count <= limit && size <= byteLimit
    }
    if fits() { return true }
    guard let firstEnd, firstEnd <= now else { return false }
    sweep(at: now)
    return fits()
  }

  private mutating func sweep(at now: Duration) {
    locks = locks.filter { !$0.value.isOver(at: now) }
    bytes = locks.reduce(0) { $0 + Self.size(of: $1.key, $1.value.owner) }
    firstEnd = locks.values.lazy.compactMap(\.until).min()
  }
}
