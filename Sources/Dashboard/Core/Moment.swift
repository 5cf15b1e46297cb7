/// When something happened, as the dashboard needs to know it.
///
/// The dashboard reads no clock: whoever feeds it messages says what time it is. Ages and rates come from
/// `uptime`, which never jumps; `clock` is only for people.
public struct Moment: Hashable, Sendable {
  /// The time on a steady clock, from any fixed start.
  public let uptime: Duration
  /// The time of day: how long ago local midnight was, to the millisecond.
  public let clock: Duration

  /// Names a moment.
  public init(uptime: Duration, clock: Duration) {
    self.uptime = uptime
    self.clock = clock
  }

  /// The time of day to the second, as in `14:03:07`.
  public var clockText: String {
    let seconds = wholeSecondsOfDay
    return [seconds / 3600, seconds / 60 % 60, seconds % 60]
      .map { padded(String($0), to: 2) }
      .joined(separator: ":")
  }

  /// The time of day to the millisecond, as in `14:03:07.120`.
  public var preciseClockText: String {
    let milliseconds = clock.components.attoseconds / 1_000_000_000_000_000
    return clockText + "." + padded(String(max(0, milliseconds)), to: 3)
  }

  private var wholeSecondsOfDay: Int {
    let day = 86_400
    let seconds = Int(clamping: clock.components.seconds) % day
    return seconds < 0 ? seconds + day : seconds
  }
}

private func padded(_ digits: String, to width: Int) -> String {
  String(repeating: "0", count: max(0, width - digits.count)) + digits
}
