import TextScreen

/// A small picture of dots: two by four in each character of a terminal; without Unicode, one by two can be told.
struct PlotCanvas {
  let columns: Int
  let rows: Int
  /// The dots of each character, as Braille patterns number them.
  private var patterns: [UInt8]

  init(columns: Int, rows: Int) {
    (self.columns, self.rows) = (max(0, columns), max(0, rows))
    patterns = Array(repeating: 0, count: self.columns * self.rows)
  }

  /// How many dots stand side by side.
  var width: Int { columns * 2 }
  /// How many dots stand above each other.
  var height: Int { rows * 4 }

  /// Braille patterns number their dots down the left side, down the right side, and then the lowest two.
  private static let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
  private static let upperHalf: UInt8 = 0x1B

  /// Sets a dot, counted from the upper left; one outside of the picture is left out.
  mutating func set(_ x: Int, _ y: Int) {
    guard (0..<width).contains(x), (0..<height).contains(y) else { return }
    patterns[y / 4 * columns + x / 2] |= Self.bits[y % 4][x % 2]
  }

  /// Sets all dots from one height to another.
  mutating func fillColumn(_ x: Int, _ first: Int, _ last: Int) {
    for y in clamped(first, last, to: height) { set(x, y) }
  }

  /// Sets all dots from one side to another.
  mutating func fillRow(_ y: Int, _ first: Int, _ last: Int) {
    for x in clamped(first, last, to: width) { set(x, y) }
  }

  private func clamped(_ first: Int, _ last: Int, to end: Int) -> Range<Int> {
    let start = min(max(0, min(first, last)), end)
    return start..<max(start, min(end - 1, max(first, last)) + 1)
  }

  /// The picture as lines of text.
  func lines(_ glyphs: Glyphs) -> [String] {
    (0..<rows).map { row in
      let patterns = patterns[row * columns..<(row + 1) * columns]
      return String(patterns.map(glyphs.isASCII ? Self.ascii : Self.braille))
    }
  }

  private static func braille(_ pattern: UInt8) -> Character {
    guard pattern > 0, let scalar = Unicode.Scalar(0x2800 + UInt32(pattern)) else { return " " }
    return Character(scalar)
  }

  private static func ascii(_ pattern: UInt8) -> Character {
    switch (pattern & upperHalf > 0, pattern & ~upperHalf > 0) {
    case (true, true): ":"
    case (true, false): "'"
    case (false, true): "."
    case (false, false): " "
    }
  }
}
