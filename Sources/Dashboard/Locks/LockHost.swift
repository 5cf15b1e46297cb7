import SharedState
import ScreenKit

/// What holding locks needs of the dashboard.
protocol LockHost: EditHost, CallHost {
  var locks: LockRequests { get set }
}

extension Action where Host: LockHost {
  static var locking: [Self] {
    [
      Action(
        "lock",
        ["L"],
        .edit,
        in: .entries,
        "lock the \(.house) or all marked, or give it back"
      ) { $0.toggleLock() }
      .onMarks("lock").writing().unless { $0.reasonNotToLock }
      .taking(.key)
    ]
  }
}

/// Locks: taken while an entry is edited or held by hand, renewed, and given back on every way out.
extension LockHost {
  /// Whether the wire knows locks, as far as one is connected.
  private var knowsLocks: Bool {
    if case .live(_, let locks, _, _) = link { locks } else { false }
  }

  // MARK: By hand

  var reasonNotToLock: String? {
    guard actsOnMarks || currentKey != nil else { return words(.chooseHouse) }
    if !knowsLocks { return words("the wire of this \(.host) knows no locks") }
    if actsOnMarks, markCount > LockRequests.most {
      return
        "\(LockRequests.most) locks can be held, and \(Phrases.grouped(markCount)) are marked"
    }
    let new = targets.count { !locks.isByHand($0) }
    return locks.byHand.count + new > LockRequests.most
      ? "\(locks.byHand.count) locks are held; give one back first" : nil
  }

  mutating func toggleLock() {
    let (keys, again) = (targets, label(of: .lock))
    let new = keys.filter { !locks.isByHand($0) }
    let (changed, isAsking) = new.isEmpty ? (keys, false) : (new, true)
    for key in changed { _ = locks.toggle(key) }
    let count: Phrase = changed.count == 1 ? "\(changed[0])" : "\(changed.count, .house)"
    let name: Phrase = "\(count)\(goneWords)"
    if isAsking {
      say("asking for the lock on \(name); \(again) gives it back", .muted)
    } else {
      say("gave back the lock on \(name)", .muted)
    }
  }

  // MARK: Keeping

  /// Brings the locks into line with what is wanted now.
  mutating func keepLocks() -> [Effect] {
    guard knowsLocks, !isReadOnly else {
      locks.forget()
      edit?.lock = nil
      return []
    }
    let edited = edit?.lockKey
    let wanted = locks.byHand.union(edited.map { [StateKey($0)] } ?? [])
    let effects = locks.reconcile(wanted, at: now.uptime)
    let standing = edited.flatMap { locks.standing(of: $0, at: now.uptime) }
    if edit?.lock != standing { edit?.lock = standing }
    return effects
  }

  mutating func take(_ answer: Result<Duration, LockError>, for key: String) {
    let before = locks.standing(of: key, at: now.uptime)
    locks.take(answer, for: key, at: now.uptime)
    guard let before, locks.isByHand(key) else { return }
    switch answer {
    case .success:
      guard case .asked = before else { return }
      say(
        "the lock on \(key) is yours until \(label(of: .lock)) gives it back",
        .success
      )
    case .failure(.heldByAnother):
      // Whoever holds a lock by hand is told that it is gone, and asks again if they still want it.
      locks.letGo(key)
      let line: Phrase = "\(glyphs.failure) \(key) is locked by another"
      tell(line, .warning)
      say(line, .warning)
    case .failure(.unanswered(_, let reason)), .failure(.lost(_, let reason)):
      if case .failed = before { return }
      say("\(glyphs.warning) no lock on \(key) for now: \(reason)", .warning)
    }
  }

  // MARK: What is seen

  /// The entries that are marked in the tree.
  var lockedKeys: Set<StateKey> { locks.held(at: now.uptime) }

  /// The lock on the entry that is shown, with the time that is left.
  var lockNote: String? {
    guard detail.pins.isEmpty, let seconds = secondsLocked else { return nil }
    return "\(glyphs.lock) locked by you, \(seconds) s left"
  }

  private var shownLock: Duration? {
    guard let key = paneKey,
      case .yours(let until)? = locks.standing(of: key, at: now.uptime)
    else { return nil }
    return until
  }

  private var secondsLocked: Int64? {
    shownLock.map { until in
      let (seconds, fraction) = (until - now.uptime).components
      return seconds + (fraction > 0 ? 1 : 0)
    }
  }

  /// When a lock is to be renewed, or the seconds that are left of one are other ones on the screen.
  var lockWakeUp: Duration? {
    let due = locks.wakeUp(after: now.uptime)
    guard edit == nil, call == nil, let until = shownLock, let seconds = secondsLocked,
      layout.panes[.detail] != nil
    else { return due }
    return min(due ?? until, until - .seconds(seconds - 1))
  }
}
