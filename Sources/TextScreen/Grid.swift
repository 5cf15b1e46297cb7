/// A whole screen as a value: rows × columns of cells, and where the text cursor is.
///
/// A grid is never in a broken state: a wide grapheme always has its second column, and drawing
/// over one half blanks the other.
public struct Grid: Hashable, Sendable {
  /// The extents of the screen.
  public let size: Size
  var cells: [Cell]
  /// Where the terminal's own text cursor is shown, if anywhere.
  public var cursor: Point?

  /// Makes an empty screen.
  public init(_ size: Size, style: Style = .plain) {
    self.size = size
    self.cells = Array(repeating: .blank(style), count: size.area)
  }

  /// The whole screen as a rectangle.
  public var bounds: Rect { Rect(size) }

  /// The cell at a place; blank outside of the screen.
  public subscript(column: Int, row: Int) -> Cell {
    guard column >= 0, column < size.columns, row >= 0, row < size.rows else { return .blank() }
    return cells[row * size.columns + column]
  }

  /// Calls `body` with all cells, row by row, without copying them.
  public func withCells<Result>(_ body: (UnsafeBufferPointer<Cell>) -> Result) -> Result {
    cells.withUnsafeBufferPointer(body)
  }
}

// MARK: - Drawing

extension Grid {
  /// Empties a rectangle.
  public mutating func fill(_ rect: Rect, style: Style = .plain) { fill(rect, with: .blank(style)) }

  /// Fills a rectangle with one narrow character, for example a line.
  public mutating func fill(_ rect: Rect, with text: String, style: Style) {
    guard let glyph = TextWidth.glyphs(of: text).first, glyph.columns == 1 else { return }
    fill(rect, with: Cell(text: glyph.text, width: 1, style: style))
  }

  private mutating func fill(_ rect: Rect, with cell: Cell) {
    let rect = rect.intersection(bounds)
    guard !rect.isEmpty else { return }
    for row in rect.row..<rect.endRow {
      mendEdges(row: row, from: rect.column, to: rect.endColumn)
      let start = row * size.columns + rect.column
      for index in start..<start + rect.columns { cells[index] = cell }
    }
  }

  /// Changes how the cells of a rectangle look and leaves their text.
  public mutating func restyle(_ rect: Rect, _ change: (inout Style) -> Void) {
    let rect = rect.intersection(bounds)
    guard !rect.isEmpty else { return }
    for row in rect.row..<rect.endRow {
      let start = row * size.columns + rect.column
      for index in start..<start + rect.columns { change(&cells[index].style) }
    }
  }

  /// Writes text on one row, cut to the columns of a rectangle.
  ///
  /// Text may begin left of the rectangle; what lies outside is not drawn, and a wide character
  /// that is cut in half leaves a space. Nothing from outside reaches the screen raw: control and
  /// invisible characters are written as symbols (see ``TextWidth``).
  ///
  /// - Parameters:
  ///   - text: What to write; line ends appear as symbols.
  ///   - point: Where the text begins.
  ///   - clip: What may be drawn on; the whole screen if `nil`.
  ///   - style: How it looks.
  ///   - ellipsis: What stands at the end of text that is too long, for example "…".
  /// - Returns: The number of columns that were drawn on.
  @discardableResult
  public mutating func write(
    _ text: some StringProtocol,
    at point: Point,
    in clip: Rect? = nil,
    style: Style = .plain,
    ellipsis: String? = nil
  ) -> Int {
    let clip = (clip ?? bounds).intersection(bounds)
    guard point.row >= clip.row, point.row < clip.endRow, point.column < clip.endColumn else {
      return 0
    }
    let room = clip.endColumn - point.column
    if let ellipsis, TextWidth.exceeds(text, columns: room) {
      let short = TextWidth.truncate(text, to: room, ellipsis: ellipsis)
      return draw(short, at: point, in: clip, style: style)
    }
    return draw(text, at: point, in: clip, style: style)
  }

  private mutating func draw(
    _ text: some StringProtocol,
    at point: Point,
    in clip: Rect,
    style: Style
  ) -> Int {
    let line = point.row * size.columns
    var column = point.column
    TextWidth.forEachGlyph(in: text) { glyph in
      put(glyph, at: column, line: line, in: clip, style: style)
      column += glyph.columns
      return column < clip.endColumn
    }
    return max(0, min(column, clip.endColumn) - max(point.column, clip.column))
  }

  private mutating func put(
    _ glyph: TextWidth.Glyph,
    at column: Int,
    line: Int,
    in clip: Rect,
    style: Style
  ) {
    let end = column + glyph.columns
    guard end > clip.column else { return }
    let first = max(column, clip.column)
    let last = min(end, clip.endColumn)
    mendEdges(row: line / size.columns, from: first, to: last)
    guard first == column, last == end else {
      for index in first..<last { cells[line + index] = .blank(style) }
      return
    }
    cells[line + column] = Cell(text: glyph.text, width: glyph.columns, style: style)
    if glyph.columns == 2 { cells[line + column + 1] = .continuation(style) }
  }

  /// Blanks the halves of wide graphemes that would be left over at both ends of a stretch.
  private mutating func mendEdges(row: Int, from start: Int, to end: Int) {
    let line = row * size.columns
    if start > 0, cells[line + start].width == 0 {
      cells[line + start - 1] = .blank(cells[line + start - 1].style)
    }
    if end < size.columns, cells[line + end].width == 0 {
      cells[line + end] = .blank(cells[line + end].style)
    }
  }

  /// Draws a frame along the inside of a rectangle, with a title in its upper edge.
  public mutating func box(
    _ rect: Rect,
    title: String = "",
    style: Style = Style(.border),
    titleStyle: Style? = nil,
    glyphs: Glyphs = .unicode
  ) {
    guard rect.columns >= 2, rect.rows >= 2 else { return }
    let (top, bottom) = (rect.row, rect.endRow - 1)
    let (left, right) = (rect.column, rect.endColumn - 1)
    for (row, start, end) in [
      (top, glyphs.topLeft, glyphs.topRight), (bottom, glyphs.bottomLeft, glyphs.bottomRight),
    ] {
      let line = Rect(column: left + 1, row: row, columns: rect.columns - 2, rows: 1)
      fill(line, with: glyphs.horizontal, style: style)
      write(start, at: Point(column: left, row: row), style: style)
      write(end, at: Point(column: right, row: row), style: style)
    }
    for column in [left, right] {
      let line = Rect(column: column, row: top + 1, columns: 1, rows: rect.rows - 2)
      fill(line, with: glyphs.vertical, style: style)
    }
    guard !title.isEmpty, rect.columns >= 6 else { return }
    let room = Rect(column: left + 1, row: top, columns: rect.columns - 3, rows: 1)
    let short = TextWidth.truncate(title, to: room.columns - 2, ellipsis: glyphs.ellipsis)
    write(" \(short) ", at: room.origin, in: room, style: titleStyle ?? style)
  }

  /// Copies another screen onto this one, cut at the edges.
  public mutating func overlay(_ other: Grid, at point: Point) {
    let (columns, rows) = (other.size.columns, other.size.rows)
    let target = Rect(column: point.column, row: point.row, columns: columns, rows: rows)
      .intersection(bounds)
    guard !target.isEmpty else { return }
    for row in target.row..<target.endRow {
      mendEdges(row: row, from: target.column, to: target.endColumn)
      for column in target.column..<target.endColumn {
        let cell = other[column - point.column, row - point.row]
        let cutLeft = cell.width == 0 && column == target.column
        let cutRight = cell.width == 2 && column == target.endColumn - 1
        cells[row * size.columns + column] = cutLeft || cutRight ? .blank(cell.style) : cell
      }
    }
  }
}

// MARK: - Pictures

extension Grid {
  /// The rows as text, without the spaces at their ends; what a picture test compares.
  public var lines: [String] { (0..<size.rows).map { row in line(row) { $0.text } } }

  /// One mark for each column that tells how it looks, for tests of what is not text.
  ///
  /// The second column of a wide grapheme repeats the mark.
  public func marks(_ mark: (Style) -> Character) -> [String] {
    (0..<size.rows).map { row in line(row) { String(mark($0.style)) } }
  }

  private func line(_ row: Int, _ text: (Cell) -> String) -> String {
    var line = ""
    for column in 0..<size.columns { line += text(self[column, row]) }
    while line.last == " " { line.removeLast() }
    return line
  }
}
