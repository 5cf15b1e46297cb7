package import TextScreen

/// One line of text in which each part has its own look.
package struct Line: Hashable, Sendable {
  /// A part of a line.
  package struct Span: Hashable, Sendable {
    package var text: String
    package var style: Style

    package init(text: String, style: Style) { (self.text, self.style) = (text, style) }
  }

  package var spans: [Span] = []

  package init() {}

  package init(_ text: String, _ role: Role = .plain, _ emphasis: Emphasis = []) {
    append(text, role, emphasis)
  }

  package mutating func append(_ text: String, _ role: Role = .plain, _ emphasis: Emphasis = []) {
    guard !text.isEmpty else { return }
    spans.append(Span(text: text, style: Style(role, emphasis)))
  }

  package mutating func append(_ line: Line) { spans += line.spans }

  /// The text without looks.
  package var text: String { spans.map(\.text).joined() }

  package var isEmpty: Bool { spans.isEmpty }

  /// How many columns the line takes.
  package var columns: Int { spans.reduce(0) { $0 + TextWidth.columns(of: $1.text) } }

  /// The same text, all of it in one look.
  package func restyled(_ role: Role, _ emphasis: Emphasis = []) -> Line {
    Line(text, role, emphasis)
  }
}

extension Grid {
  /// Writes a line into a rectangle of one row, and cuts it where it is too long.
  ///
  /// - Returns: The columns that were drawn on.
  @discardableResult
  package mutating func write(_ line: Line, in rect: Rect, glyphs: Glyphs) -> Int {
    var column = rect.column
    for (index, span) in line.spans.enumerated() {
      let point = Point(column: column, row: rect.row)
      // Text that just fits is cut all the same when more would follow it.
      let room = rect.endColumn - column
      let hasMore = line.spans[(index + 1)...].contains { !$0.text.isEmpty }
      let isTooLong = TextWidth.exceeds(span.text, columns: hasMore ? room - 1 : room)
      guard isTooLong else {
        column += write(span.text, at: point, in: rect, style: span.style)
        continue
      }
      let text = span.text + (hasMore ? " " : "")
      column += write(text, at: point, in: rect, style: span.style, ellipsis: glyphs.ellipsis)
      break
    }
    return column - rect.column
  }

  /// Writes a line that ends at the right edge of a rectangle, if there is room for all of it.
  ///
  /// - Returns: What is left of the rectangle to the left of it.
  @discardableResult
  package mutating func writeRight(_ line: Line, in rect: Rect, glyphs: Glyphs) -> Rect {
    let columns = line.columns
    guard columns > 0, columns <= rect.columns else { return rect }
    let (place, rest) = rect.right(columns)
    write(line, in: place, glyphs: glyphs)
    return rest
  }
}

extension Grid {
  /// Writes as many lines as there is room for, one below the other.
  package mutating func write(_ lines: some Collection<Line>, in rect: Rect, glyphs: Glyphs) {
    for (row, line) in lines.prefix(rect.rows).enumerated() {
      write(line, in: rect.line(row), glyphs: glyphs)
    }
  }

  /// Writes lines one below the other in the middle of a place.
  package mutating func writeCentred(_ lines: [Line], in rect: Rect, glyphs: Glyphs) {
    let (_, below) = rect.top(max(0, (rect.rows - lines.count) / 2))
    for (row, line) in lines.enumerated() {
      let place = below.line(row)
      write(line, in: place.left(max(0, (place.columns - line.columns) / 2)).rest, glyphs: glyphs)
    }
  }
}
