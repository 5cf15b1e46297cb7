/// A picture with more air, for people who look from far away.
extension Grid {
  /// The same picture with an empty row under each of its rows; frames go on through those.
  ///
  /// - Parameters:
  ///   - rows: How many rows there are in all; what is left over below stays empty.
  ///   - glyphs: What frames are drawn with.
  /// - Returns: A picture of that many rows.
  public func spaced(toRows rows: Int, glyphs: Glyphs) -> Grid {
    var spaced = Grid(Size(columns: size.columns, rows: rows))
    for row in 0..<min(size.rows, (rows + 1) / 2) {
      let (source, target) = (row * size.columns, 2 * row * size.columns)
      spaced.cells[target..<target + size.columns] = cells[source..<source + size.columns]
      guard row + 1 < size.rows, 2 * row + 1 < rows else { continue }
      for column in 0..<size.columns where isFramed(column, row, glyphs) {
        spaced.cells[target + size.columns + column] =
          Cell(text: glyphs.vertical, width: 1, style: self[column, row].style)
      }
    }
    spaced.cursor = cursor.map { Point(column: $0.column, row: 2 * $0.row) }
    return spaced
  }

  /// Whether a line of a frame leads from a cell to the one below it.
  private func isFramed(_ column: Int, _ row: Int, _ glyphs: Glyphs) -> Bool {
    let (upper, lower) = (self[column, row], self[column, row + 1])
    let frame: [Role] = [.border, .focusedBorder]
    // Text may hold such characters too; it has other looks.
    guard frame.contains(upper.style.role), frame.contains(lower.style.role) else { return false }
    // Two corners, which look alike in ASCII, are those of two frames.
    guard upper.text == glyphs.vertical || lower.text == glyphs.vertical else { return false }
    return glyphs.leadingDown.contains(upper.text) && glyphs.leadingUp.contains(lower.text)
  }
}

extension Glyphs {
  /// Pieces of a frame from which a line goes down.
  fileprivate var leadingDown: [String] {
    [vertical, topLeft, topRight, teeRight, teeLeft, teeDown, cross]
  }

  /// Pieces of a frame from which a line goes up.
  fileprivate var leadingUp: [String] {
    [vertical, bottomLeft, bottomRight, teeRight, teeLeft, teeUp, cross]
  }
}
