import TextScreen

/// The help: the table of keys, as it is in force now.
struct HelpPane: Hashable, Sendable {
  private(set) var top = 0

  /// Scrolls by so many rows, as far as there is help.
  mutating func scroll(by rows: Int, height: Int, glyphs: Glyphs) {
    let last = max(0, Self.lines(glyphs).count - height)
    top = max(0, min(top + rows, last))
  }

  /// All lines of the help.
  static func lines(_ glyphs: Glyphs) -> [Line] {
    var lines: [Line] = []
    for group in Binding.Group.allCases {
      if !lines.isEmpty { lines.append(Line()) }
      lines.append(Line(group.rawValue, .title, .bold))
      for binding in Keymap.standard.bindings where binding.group == group {
        lines.append(Self.line(binding))
      }
    }
    return lines + [Line()] + editing + [Line()] + legend(glyphs)
  }

  private static func line(_ binding: Binding) -> Line {
    let keys = binding.keys.map(\.label).joined(separator: " ")
    var line = Line("  " + TextWidth.pad(keys, to: 12), .hintKey, .bold)
    line.append(binding.help)
    if binding.panes.count == 1, let pane = binding.panes.first {
      line.append(" (in \(pane.name))", .muted)
    }
    return line
  }

  private static var editing: [Line] {
    [Line("While you write", .title, .bold)]
      + EditPane.help.map { hint in
        var line = Line("  " + TextWidth.pad(hint.key, to: 12), .hintKey, .bold)
        line.append(hint.text)
        return line
      }
  }

  private static func legend(_ glyphs: Glyphs) -> [Line] {
    let marks = [
      (glyphs.bullet, "changed just now"), (glyphs.ring, "changed a moment ago"),
      ("+", "new"), ("~", "changed"), ("-", "went away"), (glyphs.failure, "moved out"),
      ("30/s", "changes a second"),
    ]
    return [Line("Marks", .title, .bold)]
      + marks.map { mark, meaning in
        var line = Line("  " + TextWidth.pad(mark, to: 12), .changed, .bold)
        line.append(meaning)
        return line
      }
  }

  func draw(into grid: inout Grid, _ rect: Rect, glyphs: Glyphs) {
    grid.fill(rect)
    let isFramed = rect.rows >= 3 && rect.columns >= 3
    if isFramed {
      grid.box(
        rect,
        title: "Keys",
        style: Style(.focusedBorder),
        titleStyle: Style(.title, .bold),
        glyphs: glyphs
      )
    }
    let inside = isFramed ? rect.inset(columns: min(2, rect.columns / 3), rows: 1) : rect
    let lines = Self.lines(glyphs)
    let start = min(top, max(0, lines.count - inside.rows))
    for row in 0..<inside.rows where start + row < lines.count {
      grid.write(lines[start + row], in: inside.line(row), glyphs: glyphs)
    }
    let below = lines.count - start - inside.rows
    guard isFramed, below > 0 else { return }
    let more = Line(" \(below) more below, j scrolls ", .muted)
    grid.writeRight(
      more,
      in: rect.line(rect.rows - 1).left(rect.columns - 2).0,
      glyphs: glyphs
    )
  }
}
