/// How long to wait before trying again: longer after each failure, never the same for all.
///
/// The first pause is a quarter to half a second, each further one is drawn from twice that range, up to five
/// seconds. Jitter spreads a room full of clients that lost the same server at the same moment.
///
/// ```swift
/// var backoff = Backoff()
/// backoff.next(using: &generator)   // 0.25 … 0.5 s
/// backoff.next(using: &generator)   // 0.5 … 1 s
/// backoff.reset()                   // after a connection that held
/// ```
public struct Backoff: Sendable, Hashable {
  /// The shortest pause.
  public let shortest: Duration
  /// The longest pause.
  public let longest: Duration
  /// How many times in a row it has failed.
  public private(set) var failures = 0

  /// Makes a back-off that has not failed yet; the longest pause is at least the shortest.
  public init(shortest: Duration = .milliseconds(250), longest: Duration = .seconds(5)) {
    self.shortest = max(shortest, .milliseconds(1))
    self.longest = max(longest, self.shortest)
  }

  /// Counts a failure, and returns how long to wait now.
  public mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
    // Sixteen doublings take the shortest pause past any sensible ceiling without overflowing.
    let ceiling = min(longest, shortest * (2 << min(failures, 16)))
    let floor = max(shortest, ceiling / 2)
    failures += 1
    return floor + (ceiling - floor) * Double.random(in: 0...1, using: &generator)
  }

  /// Begins anew, after a connection that held for a while.
  public mutating func reset() { failures = 0 }
}
