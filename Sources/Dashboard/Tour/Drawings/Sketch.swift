import ScreenKit

/// A small picture of a concept: some rows in a frame.
struct Sketch {
  let title: String
  /// The rows inside the frame.
  var lines: [Line]
  var style = Style(.focusedBorder)

  var rows: Int { lines.count + 2 }

  static func room(in columns: Int) -> Int { max(1, columns - 4) }

  func draw(into grid: inout Grid, _ rect: Rect, glyphs: Glyphs) {
    let place = rect.top(rows).0
    guard place.rows >= 3, place.columns >= 5 else { return }
    grid.fill(place)
    grid.box(place, title: title, style: style, titleStyle: Style(.title, .bold), glyphs: glyphs)
    let inside = place.inset(columns: 2, rows: 1)
    grid.write(lines, in: inside, glyphs: glyphs)
  }

  /// The picture as rows of text, to stand among others.
  func framed(columns: Int, glyphs: Glyphs) -> [Line] {
    var grid = Grid(Size(columns: columns, rows: rows))
    draw(into: &grid, grid.bounds, glyphs: glyphs)
    return grid.styledLines
  }
}

extension Grid {
  /// The rows with their looks, each as wide as the screen.
  var styledLines: [Line] {
    (0..<size.rows).map { row in
      var line = Line()
      for column in 0..<size.columns {
        let cell = self[column, row]
        if let last = line.spans.indices.last, line.spans[last].style == cell.style {
          line.spans[last].text += cell.text
        } else {
          line.append(cell.text, cell.style.role, cell.style.emphasis)
        }
      }
      return line
    }
  }
}
