extension Grid {
  /// A part of the screen, as a screen of its own; blank where it reaches beyond.
  ///
  /// - Parameters:
  ///   - origin: What is to be in the first cell.
  ///   - size: The extents of the part.
  /// - Returns: The part; where its edge cuts a wide character in two, there is a blank.
  /// - Complexity: O(*n*) in the cells of the part.
  public func part(from origin: Point, _ size: Size) -> Grid {
    var part = Grid(size)
    for row in 0..<size.rows {
      for column in 0..<size.columns {
        let cell = self[origin.column + column, origin.row + row]
        let isCut =
          cell.width == 0 && column == 0 || cell.width == 2 && column == size.columns - 1
        part.cells[row * size.columns + column] = isCut ? .blank(cell.style) : cell
      }
    }
    part.cursor = cursor.map { Point(column: $0.column - origin.column, row: $0.row - origin.row) }
    if let cursor = part.cursor, !part.bounds.contains(cursor) { part.cursor = nil }
    return part
  }
}
