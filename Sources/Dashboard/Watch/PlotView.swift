import ScreenKit
import SharedState

/// Draws the plotted numbers, each with its name, its newest value, its own scale and the time that it spans.
struct PlotView {
  /// Rows that one plot is given, if there is room: one for words, the others for the line.
  private static let rowsOfOne = 5
  /// Columns that a plot needs to stand beside another.
  private static let columnsOfOne = 32
  /// With fewer rows than this the fields keep all of them.
  private static let leastRows = 6

  let plots: [Plot]
  var people = People()
  let glyphs: Glyphs

  /// The rows for so many plots, of those that there are: never more than half of them.
  static func rows(_ plots: Int, in columns: Int, of rows: Int) -> Int {
    guard plots > 0, rows >= leastRows else { return 0 }
    return min(rows / 2, stacked(plots, in: columns) * rowsOfOne)
  }

  private static func abreast(_ plots: Int, in columns: Int) -> Int {
    max(1, min(plots, columns / columnsOfOne))
  }

  /// How many stand above each other.
  private static func stacked(_ plots: Int, in columns: Int) -> Int {
    let abreast = abreast(plots, in: columns)
    return (plots + abreast - 1) / abreast
  }

  func draw(into grid: inout Grid, _ rect: Rect) {
    guard !plots.isEmpty, !rect.isEmpty else { return }
    let abreast = Self.abreast(plots.count, in: rect.columns)
    let rows = max(1, rect.rows / Self.stacked(plots.count, in: rect.columns))
    let columns = rect.columns / abreast
    for (index, plot) in plots.enumerated() {
      let (line, _) = rect.top(index / abreast * rows).rest.top(rows)
      let (place, _) = line.left(index % abreast * columns).rest.left(columns)
      // A column stays free between two.
      draw(plot, into: &grid, abreast > 1 ? place.left(columns - 1).0 : place)
    }
  }

  private func draw(_ plot: Plot, into grid: inout Grid, _ place: Rect) {
    let (head, body) = place.top(1)
    guard !body.isEmpty else {
      let (picture, words) = head.right(head.columns / 4)
      drawHead(plot, into: &grid, words)
      return drawPicture(plot, into: &grid, picture)
    }
    drawHead(plot, into: &grid, head)
    drawPicture(plot, into: &grid, drawScale(plot, into: &grid, body))
  }

  // MARK: Words

  private func drawHead(_ plot: Plot, into grid: inout Grid, _ place: Rect) {
    let (newest, role) = Self.words(plot.newest)
    var words = Line("  " + newest, role, .bold)
    if let span = Self.span(of: plot) { words.append(" " + span, .muted) }
    var free = grid.writeRight(words, in: place, glyphs: glyphs)
    if free == place {
      // The newest value goes before the time, and before the name.
      free = grid.writeRight(Line("  " + newest, role, .bold), in: place, glyphs: glyphs)
    }
    grid.write(name(of: plot, in: free.columns), in: free, glyphs: glyphs)
  }

  private static func words(_ reading: Plot.Reading) -> (String, Role) {
    switch reading {
    case .number(let number): (Phrases.decimal(number, digits: 3), .number)
    case .int(let number): ("\(number)", .number)
    case .other(let words): (words, .warning)
    case .notThere: ("not there", .removed)
    case .notConnected: ("not connected", .warning)
    }
  }

  /// The time that a plot spans, in words; `nil` before it spans any.
  static func span(of plot: Plot) -> String? {
    let seconds = plot.span.components.seconds
    return switch seconds {
    case _ where plot.span <= .zero: nil
    case ..<100: "over " + Phrases.length(plot.span)
    case ..<6000: "over \(seconds / 60) min"
    default: "over \(seconds / 3600) h"
    }
  }

  /// The path and the key; of a path that is too long the end, which tells more.
  private func name(of plot: Plot, in columns: Int) -> Line {
    let key = people.title(of: plot.key, glyphs)
    guard !plot.path.isRoot else {
      return Line(
        TextWidth.cutInMiddle(key.named, to: columns, ellipsis: glyphs.ellipsis),
        .key,
        .bold
      )
    }
    var path = plot.path.description
    let room = columns - 2 - min(12, TextWidth.columns(of: key))
    if TextWidth.exceeds(path, columns: room) {
      let end = path.split(separator: ".", omittingEmptySubsequences: false).last ?? ""
      if end.count < path.count { path = glyphs.ellipsis + end }
      // What tells x from y and z is at the end.
      path = TextWidth.cutInMiddle(path, to: columns, ellipsis: glyphs.ellipsis)
    }
    let rest = max(0, columns - 2 - TextWidth.columns(of: path))
    let short = TextWidth.cutInMiddle(key, to: rest, ellipsis: glyphs.ellipsis)
    return Line(path, .key, .bold).adding("  " + short, .muted)
  }

  // MARK: The picture

  /// Writes the highest and the lowest number at the left, and says what is left for the line.
  private func drawScale(_ plot: Plot, into grid: inout Grid, _ body: Rect) -> Rect {
    guard let range = plot.range else { return body }
    let (low, high) = Self.scale(range, isWhole: plot.isWhole)
    let texts = body.rows > 1 ? [high, low] : [low == high ? low : "\(low)..\(high)"]
    let columns = texts.map { TextWidth.columns(of: $0) + 1 }.max() ?? 0
    guard columns <= body.columns / 2 else { return body }
    let (scale, picture) = body.left(columns)
    let words = scale.left(columns - 1).0
    for (text, row) in zip(texts, [0, body.rows - 1]) {
      // What never changed runs through the middle, and has one number.
      let isFlat = low == high
      if isFlat, row > 0 { break }
      let place = words.line(isFlat ? (body.rows * 4 - 1) / 2 / 4 : row)
      grid.writeRight(Line(text, .muted), in: place, glyphs: glyphs)
    }
    return picture
  }

  /// The ends of a scale, with as many digits as it takes to tell them apart.
  static func scale(_ range: ClosedRange<Double>, isWhole: Bool) -> (low: String, high: String) {
    if isWhole, let low = Int64(exactly: range.lowerBound),
      let high = Int64(exactly: range.upperBound)
    {
      return ("\(low)", "\(high)")
    }
    let texts = [3, 6, 9].map { digits in
      (
        low: Phrases.decimal(range.lowerBound, digits: digits),
        high: Phrases.decimal(range.upperBound, digits: digits)
      )
    }
    return texts.first { $0.low != $0.high || range.lowerBound == range.upperBound }
      ?? ("\(range.lowerBound)", "\(range.upperBound)")
  }

  private func drawPicture(_ plot: Plot, into grid: inout Grid, _ place: Rect) {
    let lines = plot.drawing(columns: place.columns, rows: place.rows).lines(glyphs)
    grid.write(lines.map { Line($0, .number) }, in: place, glyphs: glyphs)
  }
}
