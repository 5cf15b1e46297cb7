internal import Glibc

/// Moments as people write them: `2026-11-29T08:00:00Z`, always in UTC.
public enum Instant {
  /// The time, in seconds since 1970.
  public static var now: Int { time(nil) }

  /// The text of a moment in seconds since 1970.
  public static func text(_ seconds: Int) -> String {
    var seconds = time_t(seconds)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let date = "\(Int(parts.tm_year) + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
    return "\(date)T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))Z"
  }

  /// The moment that a text names, in seconds since 1970; nil if it names none between 1970 and 9999.
  public static func seconds(_ text: some StringProtocol) -> Int? {
    let shape = Array("dddd-dd-ddTdd:dd:ddZ".utf8)
    let bytes = Array(text.utf8)
    guard bytes.count == shape.count else { return nil }
    for (byte, sign) in zip(bytes, shape) {
      let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      guard sign == UInt8(ascii: "d") ? isDigit : byte == sign else { return nil }
    }
    func number(_ range: Range<Int>) -> Int32 {
      bytes[range].reduce(0) { $0 * 10 + Int32($1 - UInt8(ascii: "0")) }
    }
    var parts = tm()
    parts.tm_year = number(0..<4) - 1900
    parts.tm_mon = number(5..<7) - 1
    parts.tm_mday = number(8..<10)
    (parts.tm_hour, parts.tm_min, parts.tm_sec) = (
      number(11..<13), number(14..<16), number(17..<19)
    )
    guard parts.tm_year >= 70 else { return nil }
    let seconds = timegm(&parts)
    // A 31st of June would have become a 1st of July.
    return Self.text(seconds) == String(text) ? seconds : nil
  }
}
