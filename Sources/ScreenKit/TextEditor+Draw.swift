package import TextScreen

extension TextEditor {
  /// How an editor looks in one place on the screen.
  package struct Look {
    /// Whether the terminal's cursor stands in it.
    package var isFocused: Bool
    /// The character that the reader stumbled over.
    package var flaw: Position?
    package var glyphs: Glyphs

    /// Describes a look.
    package init(isFocused: Bool = true, flaw: Position? = nil, glyphs: Glyphs) {
      (self.isFocused, self.flaw, self.glyphs) = (isFocused, flaw, glyphs)
    }
  }

  /// Draws as much of the text as there is room for, always with the cursor.
  package func draw(into grid: inout Grid, rect: Rect, look: Look) {
    guard !rect.isEmpty else { return }
    grid.fill(rect)
    let (gutter, area) = rect.left(gutterWidth(in: rect))
    let top = Self.firstVisible(cursor.line, of: lines.count, room: area.rows)
    let shown = top..<min(lines.count, top + area.rows)
    let place = displayColumn(of: cursor)
    // A single line without the cursor is read from its start.
    let left =
      isMultiline || look.isFocused
      ? Self.firstVisible(place, of: widest(shown) + 1, room: area.columns) : 0
    for (row, line) in shown.enumerated() {
      drawNumber(line, in: gutter.line(row), grid: &grid, look: look)
      draw(line, from: left, in: area.line(row), grid: &grid, look: look)
    }
    if look.isFocused {
      grid.cursor = Point(column: area.column + place - left, row: area.row + cursor.line - top)
    }
  }

  /// Numbered lines help to find "line 12, column 3", where there is room for both.
  private func gutterWidth(in rect: Rect) -> Int {
    guard isMultiline, lines.count > 1, rect.columns >= 30 else { return 0 }
    return String(lines.count).count + 1
  }

  private func widest(_ shown: Range<Int>) -> Int {
    shown.map { displayColumn(of: Position(line: $0, column: lines[$0].count)) }.max() ?? 0
  }

  /// Which line (or column) comes first when `cursor` must be seen.
  ///
  /// The text moves by half a room at a time, so that it stands still while the cursor moves within a half. It
  /// depends on nothing but where the cursor is: a view that is a pure function has no place to remember more.
  package static func firstVisible(_ cursor: Int, of count: Int, room: Int) -> Int {
    guard count > room, room > 0 else { return 0 }
    let step = max(1, room / 2)
    return min(max(0, (cursor / step - (room > 1 ? 1 : 0)) * step), count - room)
  }

  private func drawNumber(_ line: Int, in rect: Rect, grid: inout Grid, look: Look) {
    guard rect.columns > 1 else { return }
    let digits = String(line + 1)
    let isFlawed = look.flaw?.line == line
    let mark = isFlawed ? look.glyphs.warning : " "
    let text =
      String(repeating: " ", count: max(0, rect.columns - 1 - digits.count)) + digits + mark
    grid.write(text, at: rect.origin, in: rect, style: Style(isFlawed ? .error : .muted))
  }

  private func draw(_ line: Int, from left: Int, in rect: Rect, grid: inout Grid, look: Look) {
    let text = lines[line]
    let roles = ValueSyntax.roles(of: text)
    let flaw = look.flaw.flatMap { $0.line == line ? $0.column : nil }
    var column = rect.column - left
    var isCut = false
    for (index, character) in text.enumerated() {
      isCut = column >= rect.endColumn
      guard !isCut else { break }
      let style = style(roles[index], isFlaw: index == flaw)
      let width = TextWidth.width(of: character)
      if column + width > rect.column {
        grid.write(
          String(character),
          at: Point(column: column, row: rect.row),
          in: rect,
          style: style
        )
      }
      column += width
    }
    if let flaw, flaw >= text.count, column >= rect.column, column < rect.endColumn {
      let cell = Rect(column: column, row: rect.row, columns: 1, rows: 1)
      grid.fill(cell.intersection(rect), style: style(.plain, isFlaw: true))
    }
    drawEdges(
      isCutLeft: left > 0,
      isCutRight: isCut || column > rect.endColumn,
      in: rect,
      grid: &grid
    )
  }

  private func style(_ role: Role, isFlaw: Bool) -> Style {
    isFlaw ? Style(.error, [.reverse, .bold]) : Style(role)
  }

  private func drawEdges(isCutLeft: Bool, isCutRight: Bool, in rect: Rect, grid: inout Grid) {
    guard rect.columns > 8 else { return }
    let style = Style(.muted, .reverse)
    if isCutLeft { grid.write("<", at: rect.origin, in: rect, style: style) }
    if isCutRight {
      grid.write(">", at: Point(column: rect.endColumn - 1, row: rect.row), in: rect, style: style)
    }
  }
}

/// What each character of the text form is, for its colour; mistakes are coloured as far as they make sense.
enum ValueSyntax {
  /// The role of each character of one line.
  static func roles(of line: [Character]) -> [Role] {
    var roles = Array(repeating: Role.plain, count: line.count)
    var index = 0
    while index < line.count {
      let start = index
      let role: Role
      if line[index] == "\"" {
        index = stringEnd(line, from: index)
        role = isName(line, after: index) ? .key : .text
      } else if line[index].isLetter || line[index].isNumber || "+-.".contains(line[index]) {
        while index < line.count, isWordPart(line[index]) { index += 1 }
        role = line[start].isLetter ? .literal : .number
      } else {
        index += 1
        role = .plain
      }
      for position in start..<max(index, start + 1) { roles[position] = role }
      index = max(index, start + 1)
    }
    return roles
  }

  private static func isWordPart(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || "+-._".contains(character)
  }

  private static func stringEnd(_ line: [Character], from start: Int) -> Int {
    var index = start + 1
    while index < line.count, line[index] != "\"" { index += line[index] == "\\" ? 2 : 1 }
    return min(index + 1, line.count)
  }

  private static func isName(_ line: [Character], after end: Int) -> Bool {
    line[end...].first { !$0.isWhitespace } == ":"
  }
}
