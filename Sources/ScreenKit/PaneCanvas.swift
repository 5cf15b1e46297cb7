package import TextScreen
package import Wording

/// A rectangle in which something is said, and from which rows are taken at the top or the bottom, never more than half
/// of it.
package struct PaneCanvas {
  package let rect: Rect
  package let glyphs: Glyphs
  package let words: Vocabulary

  /// Covers a rectangle.
  package init(rect: Rect, glyphs: Glyphs, words: Vocabulary) {
    (self.rect, self.glyphs, self.words) = (rect, glyphs, words)
  }

  /// Covers what is inside of a frame with a title, which is drawn where there is room for one.
  package init(
    framing rect: Rect,
    title: String,
    glyphs: Glyphs,
    words: Vocabulary,
    _ grid: inout Grid
  ) {
    let inside = Self.inside(rect)
    self.init(rect: inside, glyphs: glyphs, words: words)
    grid.fill(rect)
    guard inside != rect else { return }
    grid.box(
      rect,
      title: title,
      style: Style(.focusedBorder, .bold),
      titleStyle: Style(.title, .bold),
      glyphs: glyphs
    )
  }

  /// What is inside of the frame, if there is one.
  package static func inside(_ rect: Rect) -> Rect {
    guard rect.rows >= 5, rect.columns >= 12 else { return rect }
    return rect.inset(columns: rect.columns >= 30 ? 2 : 1, rows: 1)
  }

  package var columns: Int { rect.columns }

  /// The same for another rectangle.
  package func covering(_ rect: Rect) -> PaneCanvas {
    PaneCanvas(rect: rect, glyphs: glyphs, words: words)
  }

  /// A text as rows, broken between words.
  package func rows(_ text: Phrase, _ style: Style) -> [Line] {
    Line.wrapped(words(text), style, columns: columns)
  }

  /// Draws as many rows as there is room for, from `first` on.
  package func draw(_ rows: [Line], from first: Int = 0, _ grid: inout Grid) {
    rows.draw(into: &grid, rect: rect, from: first, glyphs: glyphs)
  }

  /// Draws rows at the bottom and returns what is left above them.
  package func footer(_ rows: [Line], _ grid: inout Grid) -> PaneCanvas {
    let (place, rest) = rect.bottom(share(of: rows))
    // The last rows are the ones that matter now.
    covering(place).draw(rows.suffix(place.rows), &grid)
    return covering(rest)
  }

  /// Draws rows at the top and returns what is left below them.
  package func header(_ rows: [Line], _ grid: inout Grid) -> PaneCanvas {
    let (place, rest) = rect.top(share(of: rows))
    covering(place).draw(rows, &grid)
    return covering(rest)
  }

  private func share(of rows: [Line]) -> Int { min(rows.count, max(1, rect.rows / 2)) }
}
