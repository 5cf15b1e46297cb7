/// How numbers and times are said to a person.
package enum Phrases {
  /// A count with its noun: `1 house`, `14 houses`, `100,000 houses`.
  package static func count(_ count: Int, _ one: String, _ many: String? = nil) -> String {
    "\(grouped(count)) \(count == 1 ? one : many ?? one + "s")"
  }

  /// A whole number with its thousands set apart.
  package static func grouped(_ number: Int) -> String {
    let digits = String(number.magnitude)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return number < 0 ? "-" + text : text
  }

  /// So long, ages are told in seconds.
  package static let relativeSeconds: Int64 = 10

  /// How long something took: `4 ms`, `1.2 s`.
  package static func length(_ duration: Duration) -> String {
    let (seconds, fraction) = duration.components
    let milliseconds = seconds &* 1000 &+ fraction / 1_000_000_000_000_000
    guard milliseconds >= 1 else { return "under 1 ms" }
    guard milliseconds >= 1000 else { return "\(milliseconds) ms" }
    return "\(milliseconds / 1000).\(milliseconds % 1000 / 100) s"
  }

  /// How long something took, after a verb: `after 12 ms`, `in under 1 ms`.
  package static func after(_ duration: Duration) -> String {
    duration < .milliseconds(1) ? "in \(length(duration))" : "after \(length(duration))"
  }

  /// How long after something else it came: `20 ms later`, `less than 1 ms later`.
  package static func later(_ duration: Duration) -> String {
    duration < .milliseconds(1) ? "less than 1 ms later" : "\(length(duration)) later"
  }

  /// A number of bytes: `12 bytes`, `1.2 MB`.
  package static func size(_ bytes: Int) -> String {
    switch bytes {
    case ..<1000: count(bytes, "byte")
    case ..<1_000_000: "\(decimal(Double(bytes) / 1000, digits: 1)) kB"
    default: "\(decimal(Double(bytes) / 1_000_000, digits: 1)) MB"
    }
  }

  /// A measurement with at most so many digits behind the point, for a place where space is short.
  package static func decimal(_ number: Double, digits: Int) -> String {
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
}

extension String {
  /// A key, or a name that somebody has chosen, so that also an empty one is seen.
  package var named: String { isEmpty ? "(no name)" : self }
}
