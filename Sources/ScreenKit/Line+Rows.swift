package import TextScreen

extension Line {
  package init(_ text: String, _ style: Style) { self.init(text, style.role, style.emphasis) }

  /// This line with more text at its end.
  package func adding(_ text: String, _ style: Style = .plain) -> Line {
    var line = self
    line.append(text, style.role, style.emphasis)
    return line
  }

  /// This line with a text or another line at its end.
  package func adding(_ text: String, _ role: Role, _ emphasis: Emphasis = []) -> Line {
    adding(text, Style(role, emphasis))
  }

  package func adding(_ other: Line) -> Line {
    var line = self
    line.append(other)
    return line
  }

  /// A text as lines, broken between words.
  package static func wrapped(_ text: String, _ style: Style, columns: Int) -> [Line] {
    guard columns > 0 else { return [] }
    var lines: [Line] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      let longer = line.isEmpty ? String(word) : line + " " + word
      if !line.isEmpty, TextWidth.exceeds(longer, columns: columns) {
        lines.append(Line(line, style))
        line = String(word)
      } else {
        line = longer
      }
    }
    return lines + [Line(line, style)]
  }

  /// A text in pieces of so many columns: broken after a blank where one is near the end, and otherwise anywhere.
  package static func broken(_ text: String, columns: Int) -> [String] {
    var pieces: [String] = []
    var piece: [Character] = []
    var (used, blank) = (0, 0)
    for character in text {
      let width = TextWidth.width(of: character)
      if used + width > columns, !piece.isEmpty {
        let end = blank * 2 > piece.count ? blank : piece.count
        pieces.append(String(piece[..<end]))
        piece.removeFirst(end)
        (used, blank) = (piece.reduce(0) { $0 + TextWidth.width(of: $1) }, 0)
      }
      piece.append(character)
      used += width
      if character == " " { blank = piece.count }
    }
    return pieces + [String(piece)]
  }
}

extension [Line] {
  /// Draws as many lines as there is room for, from `first` on as far as that leaves no empty space.
  ///
  /// When some are left over, the last row says how many.
  package func draw(into grid: inout Grid, rect: Rect, from first: Int = 0, glyphs: Glyphs) {
    let start = Swift.max(0, Swift.min(first, count - rect.rows))
    let rest = count - start - rect.rows
    for (row, line) in self[start...].prefix(rect.rows).enumerated() {
      let isLast = rest > 0 && row == rect.rows - 1 && rect.rows > 1
      let more = Line("\(glyphs.ellipsis) and \(rest + 1) more lines", .muted)
      grid.write(isLast ? more : line, in: rect.line(row), glyphs: glyphs)
    }
  }
}
