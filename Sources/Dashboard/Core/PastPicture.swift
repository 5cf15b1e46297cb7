import Trajectory

/// A place in the past of the state: between two of its changes.
struct PastPlace: Hashable, Sendable {
  /// How many changes had happened by then, of all since we came.
  var step: Int
  /// The moment that is meant.
  var at: Moment
}

/// A picture that shows the state as it was.
struct PastPicture: Sendable {
  /// Where it stands.
  var place: PastPlace
  /// The simulation as it is now, which waits.
  var simulation: Simulation
  /// Since when the past goes on by itself, and from when on; `nil` if it stands still.
  var run: (since: Duration, from: Duration)?
  /// How many times as fast as it was.
  var speed = 1.0

  /// What the past has come to by now if it goes on by itself.
  func reached(at uptime: Duration) -> Duration {
    run.map { $0.from + .seconds((uptime - $0.since) / .seconds(1) * speed) } ?? place.at.uptime
  }
}

/// How much of the past is kept: whichever ends first.
public struct PastBounds: Hashable, Sendable {
  /// How long ago it may lie; nothing is kept if that is zero.
  public var time: Duration
  /// How many bytes it may take; nothing is kept if that is zero.
  public var bytes: Int

  /// Chooses bounds.
  public init(time: Duration, bytes: Int) { (self.time, self.bytes) = (time, bytes) }

  /// The last ten minutes, or 64 MiB.
  public static let usual = PastBounds(time: .seconds(600), bytes: 64 << 20)

  /// Whether anything is kept.
  var keepsAny: Bool { time > .zero && bytes > 0 }
}
