import ScreenKit

/// What a framed picture shows, in lines for a screen reader.
enum SpokenPicture {
  static func lines(
    glyphs: Glyphs,
    hints: [Hint],
    draw: (inout Grid) -> Void
  ) -> [String] {
    let size = Size(columns: 160, rows: 60)
    var grid = Grid(size)
    draw(&grid)
    let frame = Set(
      [
        glyphs.horizontal, glyphs.vertical, glyphs.topLeft, glyphs.topRight, glyphs.bottomLeft,
        glyphs.bottomRight, glyphs.teeLeft, glyphs.teeRight,
      ].flatMap { $0 }
    )
    let lines = grid.lines.enumerated().map { row, line in
      let isEdge = row == 0 || row == size.rows - 1
      let inside =
        isEdge ? line.filter { !frame.contains($0) } : String(line.dropFirst().dropLast())
      return inside.words
    }
    return lines.filter { !$0.isEmpty } + [
      hints.map { "\($0.key) \($0.text)" }.joined(separator: ", ")
    ]
  }
}

extension String {
  /// The words of a text that was laid out in columns, one blank between two.
  var words: String { split(separator: " ").joined(separator: " ") }
}
