/// Prints rows as they come: a table for people or a line of JSON each for scripts.
struct Report {
  let isJSON: Bool

  func header() {
    guard !isJSON else { return }
    print(row("", "median", "min", "per item", "bytes/item"))
  }

  func add(_ measurement: Measurement) { print(isJSON ? json(measurement) : line(measurement)) }

  private func line(_ measurement: Measurement) -> String {
    let median = measurement.median
    return row(
      measurement.name,
      median.map(Self.duration) ?? "",
      measurement.seconds.first.map(Self.duration) ?? "",
      median.map { Self.duration($0 / Double(measurement.items)) } ?? "",
      measurement.bytesPerItem.map { String(Int($0.rounded())) } ?? ""
    )
  }

  private func row(_ name: String, _ cells: String...) -> String {
    let name = name + String(repeating: " ", count: max(0, 72 - name.count))
    return name + cells.map { String(repeating: " ", count: max(1, 12 - $0.count)) + $0 }.joined()
  }

  /// Three digits and a unit.
  static func duration(_ seconds: Double) -> String {
    let units: [(scale: Double, name: String)] = [(1, "s"), (1e3, "ms"), (1e6, "µs"), (1e9, "ns")]
    let unit = units.first { seconds * $0.scale >= 1 } ?? units[3]
    let scaled = seconds * unit.scale
    guard scaled < 100 else { return "\(Int(scaled.rounded())) \(unit.name)" }
    let digits = scaled >= 10 ? 10.0 : 100
    return "\((scaled * digits).rounded() / digits) \(unit.name)"
  }

  private func json(_ measurement: Measurement) -> String {
    var fields = [#""name":"\#(measurement.name)""#, #""items":\#(measurement.items)"#]
    if let median = measurement.median, let least = measurement.seconds.first {
      fields.append(#""median_s":\#(median)"#)
      fields.append(#""min_s":\#(least)"#)
      fields.append(#""ns_per_item":\#(median * 1e9 / Double(measurement.items))"#)
    }
    if let bytes = measurement.bytesPerItem { fields.append(#""bytes_per_item":\#(bytes)"#) }
    return "{\(fields.joined(separator: ","))}"
  }
}

/// A number as names of rows have it: `1,000,000`.
func grouped(_ count: Int) -> String {
  guard count >= 1000 else { return String(count) }
  return grouped(count / 1000) + "," + String(1000 + count % 1000).dropFirst()
}
