/// How a connection finds out that its other end is gone.
public struct Keepalive: Sendable, Hashable {
  /// How long nothing may come before the peer is asked for a sign of life.
  public var pingInterval: Duration
  /// How long after that nothing may come before the connection is given up.
  public var silence: Duration
  /// How long nothing may come before whoever reads is told; nil if nobody wants to know.
  ///
  /// The peer is then asked after two thirds of this, so what is told is that not even the question has been answered.
  /// A connection on which nothing happens costs a question and its answer for each such time.
  public var warning: Duration?

  /// How long a server may say nothing before a person who looks on is told.
  public static let patience = Duration.seconds(3)

  /// Makes a rule; the defaults are those of NanoVer's server.
  public init(
    pingInterval: Duration = .seconds(20),
    silence: Duration = .seconds(20),
    warning: Duration? = nil
  ) {
    (self.pingInterval, self.silence, self.warning) = (pingInterval, silence, warning)
  }

  fileprivate var patience: Duration {
    warning.map { min(pingInterval, $0 * 2 / 3) } ?? pingInterval
  }
}

/// What a peer's silence means for one connection: time goes in, and what to do about it comes out.
///
/// The driver calls `tick` at `deadline`, after it has read what there is: a process that was stopped for a while would
/// otherwise take its own sleep for the peer's.
package struct SilenceWatch: Sendable {
  package enum Step: Sendable, Equatable {
    /// Ask the peer for a sign of life; one question is asked in each silence.
    case ask
    /// Tell the reader that nothing has come for so long.
    case tell(Duration)
    /// Give the connection up.
    case giveUp
  }

  private let rule: Keepalive
  private var heardAt: Duration
  private var askedAt: Duration?
  private var hasTold = false

  package init(_ rule: Keepalive, now: Duration) { (self.rule, heardAt) = (rule, now) }

  /// When to call `tick`.
  package var deadline: Duration {
    guard let askedAt else { return heardAt + rule.patience }
    let end = askedAt + rule.silence
    guard let warning = rule.warning, !hasTold else { return end }
    return min(end, heardAt + warning)
  }

  /// Notes that something came; true if the reader had been told that nothing does.
  package mutating func heard(at now: Duration) -> Bool {
    defer { (heardAt, askedAt, hasTold) = (now, nil, false) }
    return hasTold
  }

  /// Decides what has become due.
  ///
  /// - Parameters:
  ///   - now: The time.
  ///   - isReading: Whether anything could have been heard; silence does not count while this side does not listen.
  /// - Returns: What to do.
  package mutating func tick(at now: Duration, isReading: Bool = true) -> [Step] {
    guard now >= deadline else { return [] }
    guard let askedAt else {
      askedAt = now
      return [.ask]
    }
    guard isReading else {
      (heardAt, self.askedAt) = (now, now)
      return []
    }
    if now >= askedAt + rule.silence { return [.giveUp] }
    hasTold = true
    return [.tell(now - heardAt)]
  }
}
