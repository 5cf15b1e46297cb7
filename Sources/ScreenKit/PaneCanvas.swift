package import TextScreen

/// A rectangle from which rows are taken at the top or the bottom, never more than half of it.
package struct PaneCanvas {
  package let rect: Rect
  package let glyphs: Glyphs

  /// Covers a rectangle.
  package init(rect: Rect, glyphs: Glyphs) {
    (self.rect, self.glyphs) = (rect, glyphs)
  }

  package func text(_ text: String, _ style: Style, _ grid: inout Grid) {
    Line.wrapped(text, style, columns: rect.columns)
      .draw(into: &grid, rect: rect, glyphs: glyphs)
  }

  /// Draws rows at the bottom and returns what is left above them.
  package func footer(_ rows: [Line], _ grid: inout Grid) -> Rect {
    let (line, rest) = rect.bottom(Self.share(rows, of: rect))
    // The last rows are the ones that matter now.
    Array(rows.suffix(line.rows)).draw(into: &grid, rect: line, glyphs: glyphs)
    return rest
  }

  /// Draws rows at the top and returns what is left below them.
  package func header(_ rows: [Line], _ grid: inout Grid) -> Rect {
    let (line, rest) = rect.top(Self.share(rows, of: rect))
    rows.draw(into: &grid, rect: line, glyphs: glyphs)
    return rest
  }

  private static func share(_ rows: [Line], of rect: Rect) -> Int {
    min(rows.count, max(1, rect.rows / 2))
  }
}
