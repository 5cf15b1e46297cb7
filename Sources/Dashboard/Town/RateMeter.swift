/// How often something happened in the last seconds.
struct RateMeter: Hashable, Sendable {
  /// Whole seconds that the rate is taken over.
  private static let window: Int64 = 3

  private var second: Int64 = .min
  private var started: Int64 = .min
  /// Counts of the running second and the three before it, newest first.
  private var counts: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)

  /// Notes that it happened.
  mutating func note(at uptime: Duration, times: Int = 1) {
    advance(to: uptime.components.seconds)
    counts.0 &+= UInt32(clamping: times)
  }

  private mutating func advance(to now: Int64) {
    let isAsleep = second == .min || now - second > Self.window
    if isAsleep {
      counts = (0, 0, 0, 0)
      started = now
    } else if now > second {
      for _ in second..<now { counts = (0, counts.0, counts.1, counts.2) }
    }
    if now > second { second = now }
  }

  /// Times a second, over the last three whole seconds, or as many as there were.
  ///
  /// What happened once or twice has no rate.
  func perSecond(at uptime: Duration) -> Int {
    var meter = self
    meter.advance(to: uptime.components.seconds)
    let seconds = min(Self.window, meter.second - meter.started)
    guard seconds > 0 else { return 0 }
    let total = UInt64(meter.counts.1) + UInt64(meter.counts.2) + UInt64(meter.counts.3)
    guard total >= Self.window else { return 0 }
    return Int((total + UInt64(seconds) / 2) / UInt64(seconds))
  }

  static func == (left: RateMeter, right: RateMeter) -> Bool {
    left.second == right.second && left.started == right.started && left.counts == right.counts
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(second)
    hasher.combine(counts.0)
  }
}
