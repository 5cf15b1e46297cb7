package import TextScreen

/// Text broken into rows: between words, and inside of words that are longer than a row.
package enum TextFlow {
  /// The rows of a text, safe to print; what is beyond the last of them is told by an ellipsis.
  ///
  /// - Complexity: O(*columns* × *most*), however long the text is.
  package static func rows(of text: String, columns: Int, most: Int, glyphs: Glyphs) -> [String] {
    guard columns > 0, most > 0 else { return [] }
    // Each character takes a column at least, and each row ends with a blank at most.
    let seen = text.prefix((columns + 1) * (most + 1))
    var rows = Rows(columns: columns, most: most)
    for word in seen.split(separator: " ") where !rows.isFull { rows.take(word) }
    var lines = rows.lines
    guard lines.count > most || seen.endIndex < text.endIndex else { return lines }
    lines = Array(lines.prefix(most))
    let last = (lines.popLast() ?? "") + " "
    let room = columns - TextWidth.columns(of: glyphs.ellipsis)
    lines.append(TextWidth.truncate(last, to: max(0, room), ellipsis: "") + glyphs.ellipsis)
    return lines
  }

  private struct Rows {
    let columns: Int
    let most: Int
    package private(set) var lines: [String] = []
    private var used = 0

    init(columns: Int, most: Int) { (self.columns, self.most) = (columns, most) }

    package var isFull: Bool { lines.count > most }

    mutating func take(_ word: Substring) {
      let glyphs = TextWidth.glyphs(of: word)
      let width = glyphs.reduce(0) { $0 + $1.columns }
      if lines.isEmpty || used + 1 + width > columns {
        begin()
      } else {
        put(" ", 1)
      }
      for glyph in glyphs where !isFull {
        if used > 0, used + glyph.columns > columns { begin() }
        put(glyph.text, glyph.columns)
      }
    }

    private mutating func begin() {
      lines.append("")
      used = 0
    }

    private mutating func put(_ text: String, _ width: Int) {
      lines[lines.count - 1] += text
      used += width
    }
  }
}
