import TextScreen

/// One row of styled text, before it is known how much of it there is room for.
struct TextRow: Hashable, Sendable {
  struct Piece: Hashable, Sendable {
    var text: String
    var style: Style
  }

  private(set) var pieces: [Piece]

  init(_ text: String = "", _ style: Style = .plain) {
    pieces = text.isEmpty ? [] : [Piece(text: text, style: style)]
  }

  /// This row with more text at its end.
  func adding(_ text: String, _ style: Style = .plain) -> TextRow {
    var row = self
    row.pieces.append(Piece(text: text, style: style))
    return row
  }

  var columns: Int { pieces.reduce(0) { $0 + TextWidth.columns(of: $1.text) } }

  /// Draws the row, cut where the rectangle ends.
  func draw(into grid: inout Grid, line: Rect, glyphs: Glyphs) {
    var column = line.column
    for piece in pieces {
      guard column < line.endColumn else { return }
      let room = Rect(
        column: column,
        row: line.row,
        columns: line.endColumn - column,
        rows: line.rows
      )
      column += grid.write(
        piece.text,
        at: room.origin,
        in: room,
        style: piece.style,
        ellipsis: glyphs.ellipsis
      )
    }
  }

  /// A text as rows, broken between words.
  static func wrapped(_ text: String, _ style: Style, columns: Int) -> [TextRow] {
    guard columns > 0 else { return [] }
    var rows: [TextRow] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      let longer = line.isEmpty ? String(word) : line + " " + word
      if !line.isEmpty, TextWidth.exceeds(longer, columns: columns) {
        rows.append(TextRow(line, style))
        line = String(word)
      } else {
        line = longer
      }
    }
    return rows + [TextRow(line, style)]
  }
}

extension [TextRow] {
  /// Draws as many rows as there is room for, from `first` on as far as that leaves no empty space.
  ///
  /// When some are left over, the last row says how many.
  func draw(into grid: inout Grid, rect: Rect, from first: Int = 0, glyphs: Glyphs) {
    let start = Swift.max(0, Swift.min(first, count - rect.rows))
    let rest = count - start - rect.rows
    for (row, text) in self[start...].prefix(rect.rows).enumerated() {
      if rest > 0, row == rect.rows - 1, rect.rows > 1 {
        TextRow("\(glyphs.ellipsis) and \(rest + 1) more lines", Style(.muted))
          .draw(into: &grid, line: rect.line(row), glyphs: glyphs)
      } else {
        text.draw(into: &grid, line: rect.line(row), glyphs: glyphs)
      }
    }
  }
}
