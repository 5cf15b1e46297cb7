import Glibc
import SharedState
import StateRecording

/// The time of day, for people and for lines that other programs read.
enum WallClock {
  /// The time now in UTC, to the millisecond: `2026-11-24T04:12:33.120Z`.
  static func now() -> String {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return text(time)
  }

  /// The time now in UTC as names of files have it: `20261124-041233`.
  static func fileStamp() -> String {
    now().prefix { $0 != "." }.filter { $0 != "-" && $0 != ":" }.replacing("T", with: "-")
  }

  static func text(_ time: timespec) -> String {
    var seconds = time.tv_sec
    var parts = tm()
    gmtime_r(&seconds, &parts)
    let date = [parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday].map { padded($0, 2) }
    let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { padded($0, 2) }
    let milliseconds = padded(Int32(time.tv_nsec / 1_000_000), 3)
    return "\(date.joined(separator: "-"))T\(clock.joined(separator: ":")).\(milliseconds)Z"
  }

  /// How long ago local midnight was.
  static func timeOfDay() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    var parts = tm()
    localtime_r(&time.tv_sec, &parts)
    let seconds = (Int64(parts.tm_hour) * 60 + Int64(parts.tm_min)) * 60 + Int64(parts.tm_sec)
    return .seconds(seconds) + .nanoseconds(time.tv_nsec)
  }

  private static func padded(_ number: Int32, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

extension Recording {
  /// When a moment of it was, as it is told: what time it was, or how many seconds from its beginning if nobody knows.
  func told(_ moment: Duration) -> StateValue {
    clockTime(of: moment).map { .string(WallClock.text($0)) } ?? .double(moment.seconds)
  }

  /// What time it was at a moment of it, if that is known.
  private func clockTime(of moment: Duration) -> timespec? {
    guard let begun else { return nil }
    let (seconds, attoseconds) = (Duration.microseconds(begun) + moment).components
    return timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
  }
}
