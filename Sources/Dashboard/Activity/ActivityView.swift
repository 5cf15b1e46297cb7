import ScreenKit
import SharedState

/// Draws the log: time, mark, entry, and what changed.
struct ActivityView {
  let pane: ActivityPane
  let known: KnownState
  let hasFocus: Bool
  let glyphs: Glyphs

  private static let timeColumns = 13

  func draw(into grid: inout Grid, _ rect: Rect) {
    let top = pane.top(height: rect.rows)
    for row in 0..<rect.rows where top + row < pane.log.items.count {
      let item = pane.log.items[top + row]
      draw(item, into: &grid, rect.line(row))
      if hasFocus, item.id == pane.current?.id {
        grid.restyle(rect.line(row)) { style in
          style = Style(.selection, style.emphasis.union(.reverse).subtracting(.dim))
        }
      }
    }
  }

  private func draw(_ item: ActivityItem, into grid: inout Grid, _ place: Rect) {
    // Where space is short the milliseconds go first.
    let isNarrow = place.columns < 100
    let (time, rest) = place.left(isNarrow ? 9 : Self.timeColumns)
    let text = isNarrow ? item.at.clockText : item.at.preciseClockText
    // The space behind it has the same look, so that the terminal need not be told another for it.
    grid.write(Line(text + " ", .muted), in: time, glyphs: glyphs)
    let line = line(item)
    var free = rest
    if item.times > 1 {
      let times = glyphs.isASCII ? "x\(item.times)" : "×\(item.times)"
      free = grid.writeRight(Line(times, .muted), in: rest, glyphs: glyphs)
      free = free.left(free.columns - 1).0
    }
    grid.write(line, in: free, glyphs: glyphs)
  }

  func line(_ item: ActivityItem) -> Line {
    switch item.subject {
    case .note(let text, let role): return Line(known.words(text), role)
    case .entry(let key, let kind, let author, _, _):
      var line =
        switch kind {
        case .added: Line("+ ", .added, .bold)
        // Most lines are of changes: without a colour of its own, the sign costs the terminal nothing.
        case .changed: Line("~ ")
        case .removed: Line("- ", .removed)
        }
      // All of a long key says less than what changed.
      let title = known.people.title(of: key, glyphs)
      line.append(TextWidth.cutInMiddle(title, to: 32, ellipsis: glyphs.ellipsis), .key)
      if author == .you { line.append(" (you)", .muted) }
      line.append("  ")
      guard kind != .removed else {
        line.append(known.words(.movedOut), .removed)
        return line
      }
      line.append(
        item.digest ?? ChangeDigest(meanings: known.meanings, glyphs: glyphs).line(item.subject)
      )
      return line
    }
  }
}
