import StateSync

/// An account of what one subscriber has been sent, kept beside the town's own (rule H3).
struct FairShare {
  /// How often it wants to hear of changes, on average.
  private(set) var interval: Duration
  /// Whether it has asked for more and not been given any.
  var isWaiting = false
  /// When it was sent something.
  private var times: [Duration] = []
  /// Whether what it missed at its former interval may still be on its way to it.
  private var isMoving = false

  init(interval: Duration) { self.interval = interval }

  /// Notes that it wants to hear at another interval; what it had so far says nothing of that.
  mutating func move(to interval: Duration) {
    self = FairShare(interval: interval)
    isMoving = true
  }

  /// Notes a message, and says in words what is wrong with it, if anything is.
  mutating func note(at now: Duration) -> String? {
    isWaiting = false
    defer { isMoving = false }
    guard !isMoving, interval > .zero else { return nil }
    times.append(now)
    // One more than the credit: the first may have been overdue, and catch up with what is paid for.
    for (index, start) in times.enumerated() {
      let count = times.count - index
      let allowed = Double(HubMachine.reserve + 1) + (now - start) / interval
      if Double(count) > allowed + 1e-6 {
        return "\(count) messages in \(now - start) at an interval of \(interval)"
      }
    }
    times.removeAll { now - $0 > interval * 100 }
    return nil
  }
}

/// An account of all that is sent to those with one interval: it may count too much, and never too little.
struct CohortAccount {
  private var restored: Duration?

  /// Whether there is certainly credit for one more message.
  func hasCredit(at now: Duration, interval: Duration) -> Bool {
    restored.map { $0 - interval * (HubMachine.reserve - 1) <= now } ?? true
  }

  mutating func spend(at now: Duration, interval: Duration) {
    restored = max(restored ?? now, now) + interval
  }
}
