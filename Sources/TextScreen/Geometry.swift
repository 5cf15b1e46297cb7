/// How many columns and rows something takes.
public struct Size: Hashable, Sendable {
  /// The width in terminal columns.
  public var columns: Int
  /// The height in rows.
  public var rows: Int

  /// Makes a size; negative numbers count as none.
  public init(columns: Int, rows: Int) {
    self.columns = max(0, columns)
    self.rows = max(0, rows)
  }

  /// The number of cells.
  public var area: Int { columns * rows }
}

/// A place on the screen, counted from the top left corner.
public struct Point: Hashable, Sendable {
  /// The column, 0 at the left.
  public var column: Int
  /// The row, 0 at the top.
  public var row: Int

  /// Makes a point, which may lie outside of every screen.
  public init(column: Int, row: Int) {
    self.column = column
    self.row = row
  }
}

/// A block of cells that a panel draws in.
///
/// Panels split rectangles and never know the terminal:
///
///     let (status, rest) = Rect(size).top(1)
///     let (tree, detail) = rest.left(40)
public struct Rect: Hashable, Sendable {
  /// The leftmost column.
  public var column: Int
  /// The topmost row.
  public var row: Int
  /// The width in columns, never negative.
  public var columns: Int
  /// The height in rows, never negative.
  public var rows: Int

  /// Makes a rectangle; negative extents count as none.
  public init(column: Int, row: Int, columns: Int, rows: Int) {
    self.column = column
    self.row = row
    self.columns = max(0, columns)
    self.rows = max(0, rows)
  }

  /// The rectangle of a whole screen.
  public init(_ size: Size) { self.init(column: 0, row: 0, columns: size.columns, rows: size.rows) }

  /// The top left corner.
  public var origin: Point { Point(column: column, row: row) }
  /// The extents.
  public var size: Size { Size(columns: columns, rows: rows) }
  /// The first column right of the rectangle.
  public var endColumn: Int { column + columns }
  /// The first row below the rectangle.
  public var endRow: Int { row + rows }
  /// Whether no cell lies inside.
  public var isEmpty: Bool { columns == 0 || rows == 0 }

  /// Returns whether a cell lies inside.
  public func contains(_ point: Point) -> Bool {
    point.column >= column && point.column < endColumn && point.row >= row && point.row < endRow
  }

  /// Returns the cells that lie in both rectangles.
  public func intersection(_ other: Rect) -> Rect {
    let left = max(column, other.column)
    let top = max(row, other.row)
    return Rect(
      column: left,
      row: top,
      columns: min(endColumn, other.endColumn) - left,
      rows: min(endRow, other.endRow) - top
    )
  }

  /// Returns what is left inside a margin, for example inside a frame.
  public func inset(by margin: Int) -> Rect { inset(columns: margin, rows: margin) }

  /// Returns what is left inside margins at the sides, and at the top and bottom.
  public func inset(columns marginColumns: Int, rows marginRows: Int) -> Rect {
    Rect(
      column: column + min(marginColumns, columns),
      row: row + min(marginRows, rows),
      columns: columns - 2 * marginColumns,
      rows: rows - 2 * marginRows
    )
  }

  /// Splits off the first `count` rows, as many as there are.
  public func top(_ count: Int) -> (Rect, rest: Rect) {
    let count = min(max(0, count), rows)
    return (
      Rect(column: column, row: row, columns: columns, rows: count),
      Rect(column: column, row: row + count, columns: columns, rows: rows - count)
    )
  }

  /// Splits off the last `count` rows, as many as there are.
  public func bottom(_ count: Int) -> (Rect, rest: Rect) {
    let (rest, last) = top(rows - min(max(0, count), rows))
    return (last, rest)
  }

  /// Splits off the leftmost `count` columns, as many as there are.
  public func left(_ count: Int) -> (Rect, rest: Rect) {
    let count = min(max(0, count), columns)
    return (
      Rect(column: column, row: row, columns: count, rows: rows),
      Rect(column: column + count, row: row, columns: columns - count, rows: rows)
    )
  }

  /// Splits off the rightmost `count` columns, as many as there are.
  public func right(_ count: Int) -> (Rect, rest: Rect) {
    let (rest, last) = left(columns - min(max(0, count), columns))
    return (last, rest)
  }

  /// Returns one row of the rectangle, counted from its top; empty if there is no such row.
  public func line(_ index: Int) -> Rect {
    guard index >= 0, index < rows else {
      return Rect(column: column, row: row, columns: columns, rows: 0)
    }
    return Rect(column: column, row: row + index, columns: columns, rows: 1)
  }
}
