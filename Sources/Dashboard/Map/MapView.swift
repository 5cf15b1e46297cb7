import StateInspection
import ScreenKit
import SharedState

/// Draws the map: a line for each group, a cell for each entry, lit while a change is fresh.
///
///     avatar      □■          interaction  ▣▣+
///     playarea    □□          selection    □□□□□✗
struct MapView {
  let map: StateMap
  let known: KnownState
  let moment: Moment
  let glyphs: Glyphs
  /// What one stands at, in words.
  let words: Line
  /// Whether there is a drawing of what one stands at.
  var hasDrawing = false

  /// Below the groups: what one stands at, and what the cells mean.
  static let footRows = 2
  private static let nameColumns = 14
  /// A drawing leaves the groups so much at least.
  private static let leastColumns = 30
  private static let drawingColumns = 38

  func draw(into grid: inout Grid, _ rect: Rect) {
    let places = Self.places(in: rect, hasDrawing: hasDrawing)
    drawGroups(into: &grid, places.groups)
    drawFoot(into: &grid, places.foot)
  }

  /// Where the groups are, and the foot, and beside the groups a drawing of what one stands at.
  static func places(in rect: Rect, hasDrawing: Bool) -> (groups: Rect, foot: Rect, drawing: Rect) {
    let (foot, groups) = rect.bottom(min(footRows, rect.rows))
    guard hasDrawing else { return (groups, foot, groups.top(0).0) }
    if groups.columns >= leastColumns + drawingColumns {
      let (drawing, rest) = groups.right(drawingColumns)
      return (rest.left(rest.columns - 1).0, foot, drawing)
    }
    let (drawing, rest) = groups.bottom(groups.rows >= 20 ? 12 : 0)
    return (rest, foot, drawing)
  }

  func drawGroups(into grid: inout Grid, _ groups: Rect) {
    let plan = map.plan(known.index, groups.size)
    let cursor = plan.place(of: map.cursor, in: known.index)
    for (number, row) in plan.rows.enumerated() {
      let place = Self.place(of: number, plan, in: groups)
      draw(row, at: cursor?.row == number ? cursor?.cell : nil, into: &grid, place)
    }
  }

  private static func place(of row: Int, _ plan: MapPlan, in groups: Rect) -> Rect {
    let width = groups.columns / max(1, plan.columns)
    return Rect(
      column: groups.column + row / plan.height * width,
      row: groups.row + row % plan.height,
      columns: width - 1,
      rows: 1
    ).intersection(groups)
  }

  /// The cell under a point.
  func cell(at point: Point, _ groups: Rect) -> TreeRow? {
    let plan = map.plan(known.index, groups.size)
    let cursor = plan.place(of: map.cursor, in: known.index)
    for (number, row) in plan.rows.enumerated() {
      let place = Self.place(of: number, plan, in: groups)
      guard place.contains(point) else { continue }
      let (_, cells) = place.left(Self.nameColumns(of: place))
      let here = cursor?.row == number ? cursor?.cell : nil
      let window = Self.window(of: row.count, columns: cells.columns, cursor: here)
      let position = window.cells.lowerBound + point.column - cells.column
      return window.cells.contains(position) ? row.cell(position) : nil
    }
    return nil
  }

  // MARK: Groups

  private func draw(_ row: MapRow, at cursor: Int?, into grid: inout Grid, _ place: Rect) {
    let (name, cells) = place.left(Self.nameColumns(of: place))
    let text = TextWidth.truncate(
      known.words(row.name),
      to: name.columns - 1,
      ellipsis: glyphs.ellipsis
    )
    grid.write(
      text,
      at: name.origin,
      in: name,
      style: Style(.group, cursor == nil ? .bold : [.bold, .underline])
    )
    let window = Self.window(of: row.count, columns: cells.columns, cursor: cursor)
    var column = cells.column
    for position in window.cells {
      guard let cell = row.cell(position) else { break }
      let mark = mark(of: cell)
      var style = mark.style
      if position == cursor { style = Style(.selection, style.emphasis.union(.reverse)) }
      grid.write(mark.text, at: Point(column: column, row: cells.row), in: cells, style: style)
      column += 1
    }
    guard window.rest > 0 else { return }
    grid.writeRight(Line("+\(Phrases.grouped(window.rest))", .muted), in: cells, glyphs: glyphs)
  }

  private static func nameColumns(of place: Rect) -> Int {
    place.columns >= 60 ? nameColumns * 2 : min(nameColumns, place.columns * 2 / 5)
  }

  /// The cells of a long group that are in sight, the cursor among them, and how many are not.
  static func window(of count: Int, columns: Int, cursor: Int?) -> (cells: Range<Int>, rest: Int) {
    guard count > columns else { return (0..<count, 0) }
    // Room for the number of those that are not seen.
    let room = max(1, columns - Phrases.grouped(count).count - 1)
    let start = cursor.map { $0 / room * room } ?? 0
    let cells = start..<min(count, start + room)
    return (cells, count - cells.count)
  }

  private func mark(of cell: TreeRow) -> Line.Span {
    switch cell {
    case .entry(let key): mark(ofEntry: key)
    case .group(let prefix): mark(ofGroup: prefix)
    }
  }

  private func mark(ofEntry key: String) -> Line.Span {
    if known.isVacancy(key) { return Line.Span(text: glyphs.ring, style: Style(.muted)) }
    let isMuted = known.mutes.covers(key) && !known.index.isGhost(key)
    return window(isMuted ? nil : ChangeMark(known.news(of: key), at: moment.uptime))
  }

  private func mark(ofGroup prefix: String) -> Line.Span {
    guard let news = known.news(ofGroup: prefix), !known.mutes.covers(.group(prefix)) else {
      return quiet
    }
    return window(ChangeMark(age: moment.uptime - news.at.uptime))
  }

  private func window(_ mark: ChangeMark?) -> Line.Span { mark?.window(glyphs) ?? quiet }

  private var quiet: Line.Span { Line.Span(text: glyphs.dark, style: Style(.muted)) }

  // MARK: The foot

  private func drawFoot(into grid: inout Grid, _ foot: Rect) {
    guard foot.rows == Self.footRows else { return }
    grid.write(words, in: foot.line(0), glyphs: glyphs)
    grid.write(legend, in: foot.line(1), glyphs: glyphs)
  }

  private var legend: Line {
    var line = Line()
    let marks: [(ChangeMark?, String)] = [
      (.fresh, "just changed"), (.fading, "a moment ago"), (nil, "quiet"),
      (.movedIn, known.words(.movedIn)), (.movedOut, known.words(.movedOut)),
    ]
    for (mark, word) in marks {
      line.spans.append(window(mark))
      line.append(" \(word)   ", .muted)
    }
    return line
  }
}
