import ScreenKit

/// How often something happened in the last seconds: as a number, and second by second.
///
/// There is one for each entry that ever changed, so it is small: 32 bytes. Noting costs the same however many there
/// are.
struct RateMeter: Hashable, Sendable {
  /// Whole seconds that the rate is taken over.
  private static let window: Int64 = 3
  /// Whole seconds that are told one by one; as long as ages are told in seconds, so that no clock runs longer.
  static let history = Int(Phrases.relativeSeconds)
  /// The running second, those told one by one, and one more so that a slot is not asked for twice.
  private static let slots: Int64 = 12

  private var second: Int32 = .min
  private var started: Int32 = .min
  /// Counts by second, each in the slot of its second.
  private var counts = InlineArray<12, UInt16>(repeating: 0)

  /// Notes that it happened.
  mutating func note(at uptime: Duration, times: Int = 1) {
    advance(to: Self.second(of: uptime))
    let slot = Self.slot(of: Int64(second))
    counts[slot] = UInt16(clamping: Int(counts[slot]) + times)
  }

  private static func second(of uptime: Duration) -> Int32 {
    Int32(clamping: uptime.components.seconds)
  }

  private static func slot(of second: Int64) -> Int {
    let rest = second % slots
    return Int(rest < 0 ? rest + slots : rest)
  }

  private mutating func advance(to now: Int32) {
    guard now > second else { return }
    let gap = Int64(now) - Int64(second)
    if gap > Self.window { started = now }
    // What has not been counted for a whole turn is forgotten, slot by slot.
    for step in 0..<min(gap, Self.slots) { counts[Self.slot(of: Int64(now) - step)] = 0 }
    second = now
  }

  private func count(at second: Int64) -> Int {
    let age = Int64(self.second) - second
    return (0..<Self.slots).contains(age) ? Int(counts[Self.slot(of: second)]) : 0
  }

  /// Times a second, over the last three whole seconds, or as many as there were.
  ///
  /// What happened once or twice has no rate.
  func perSecond(at uptime: Duration) -> Int {
    let now = max(Int64(Self.second(of: uptime)), Int64(second))
    let seconds = now - Int64(second) > Self.window ? 0 : min(Self.window, now - Int64(started))
    guard seconds > 0 else { return 0 }
    let total = (1...Self.window).reduce(0) { $0 + count(at: now - $1) }
    guard total >= Self.window else { return 0 }
    return (total + Int(seconds) / 2) / Int(seconds)
  }

  /// How often it happened in each of the last whole seconds, oldest first; empty if it did not.
  func recent(at uptime: Duration) -> [Int] {
    let now = max(Int64(Self.second(of: uptime)), Int64(second))
    guard now - Int64(second) <= Int64(Self.history) else { return [] }
    let counts = (1...Int64(Self.history)).reversed().map { count(at: now - $0) }
    return counts.contains { $0 > 0 } ? counts : []
  }

  static func == (left: RateMeter, right: RateMeter) -> Bool {
    left.second == right.second && left.started == right.started
      && left.counts.indices.allSatisfy { left.counts[$0] == right.counts[$0] }
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(second)
    hasher.combine(started)
  }
}
