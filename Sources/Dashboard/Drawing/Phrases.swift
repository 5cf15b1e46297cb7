import SharedState

/// How numbers and times are said to a person.
enum Phrases {
  /// A count with its noun: `1 house`, `14 houses`, `100,000 houses`.
  static func count(_ count: Int, _ one: String, _ many: String? = nil) -> String {
    "\(grouped(count)) \(count == 1 ? one : many ?? one + "s")"
  }

  /// A whole number with its thousands set apart.
  static func grouped(_ number: Int) -> String {
    let digits = String(number.magnitude)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return number < 0 ? "-" + text : text
  }

  /// How long ago something was, while seconds matter, and at what time it was afterwards.
  ///
  /// An age that ticked forever would make an idle screen draw; a time of day stands still.
  static func age(of past: Moment, at now: Moment) -> String {
    let seconds = (now.uptime - past.uptime).components.seconds
    return switch seconds {
    case ...0: "just now"
    case ..<relativeSeconds: "\(seconds) s ago"
    default: "at \(past.clockText)"
    }
  }

  /// So long, ages are told in seconds.
  static let relativeSeconds: Int64 = 10

  /// How long something took: `4 ms`, `1.2 s`.
  static func length(_ duration: Duration) -> String {
    let (seconds, fraction) = duration.components
    let milliseconds = seconds &* 1000 &+ fraction / 1_000_000_000_000_000
    guard milliseconds >= 1 else { return "under 1 ms" }
    guard milliseconds >= 1000 else { return "\(milliseconds) ms" }
    return "\(milliseconds / 1000).\(milliseconds % 1000 / 100) s"
  }

  /// A number of bytes: `12 bytes`, `1.2 MB`.
  static func size(_ bytes: Int) -> String {
    switch bytes {
    case ..<1000: count(bytes, "byte")
    case ..<1_000_000: "\(decimal(Double(bytes) / 1000, digits: 1)) kB"
    default: "\(decimal(Double(bytes) / 1_000_000, digits: 1)) MB"
    }
  }

  /// A measurement with at most so many digits behind the point, for a place where space is short.
  static func decimal(_ number: Double, digits: Int) -> String {
    guard number.isFinite else {
      return number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity"
    }
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = (number * scale).rounded()
    guard scaled.magnitude < 1e12 else { return "\(number)" }
    if scaled == 0 { return number == 0 || number.magnitude >= 1e-9 / scale ? "0.0" : "\(number)" }
    let whole = Int64(scaled.magnitude)
    let (integer, fraction) = whole.quotientAndRemainder(dividingBy: Int64(scale))
    var behind = String(fraction)
    behind = String(repeating: "0", count: max(0, digits - behind.count)) + behind
    while behind.count > 1, behind.last == "0" { behind.removeLast() }
    return (scaled < 0 ? "-" : "") + "\(integer)" + (digits > 0 ? "." + behind : "")
  }

  /// Atoms as ranges, at most `limit` of them: `43–45, 60`; `nil` if some are no whole numbers.
  static func ranges(_ atoms: some Collection<StateValue>, limit: Int, ascii: Bool) -> String? {
    var ranges: [ClosedRange<Int64>] = []
    for atom in atoms {
      guard let number = atom.int else { return nil }
      if let last = ranges.last, last.upperBound < .max, last.upperBound + 1 == number {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        guard ranges.count < limit else {
          return written(ranges, ascii: ascii) + (ascii ? ", .." : ", …")
        }
        ranges.append(number...number)
      }
    }
    return written(ranges, ascii: ascii)
  }

  private static func written(_ ranges: [ClosedRange<Int64>], ascii: Bool) -> String {
    ranges.map { range in
      let dash = ascii ? "-" : "–"
      return switch range.count {
      case 1: "\(range.lowerBound)"
      case 2: "\(range.lowerBound), \(range.upperBound)"
      default: "\(range.lowerBound)\(dash)\(range.upperBound)"
      }
    }.joined(separator: ", ")
  }
}

extension String {
  /// A key, or a name that somebody has chosen, so that also an empty one is seen.
  var named: String { isEmpty ? "(no name)" : self }
}
