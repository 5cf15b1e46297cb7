import ScreenKit
import SharedState
import StateInspection

/// Draws the selections, the topmost first, each with the visualisers that draw it below.
///
///     ● Pair               43-45, 60   hyperballs   # red
///      !+ Spheres          liquorice                       layer 0, priority 1
///     ^^^ ^                ^
///     ||| name             its atoms and how they are drawn
///     ||hangs on the selection above
///     |something is wrong with it
///     what just happened
struct SelectionsView {
  let known: KnownState
  let pane: SelectionsPane
  let moment: Moment
  let hasFocus: Bool
  let glyphs: Glyphs
  /// What is wrong with the entries in sight.
  var inspector = Inspector()

  private static let wideColumns = 56

  func draw(into grid: inout Grid, _ rect: Rect) {
    let top = pane.top(height: rect.rows)
    for line in 0..<rect.rows {
      guard let key = pane.index.key(at: top + line) else { break }
      let place = rect.line(line)
      draw(key, into: &grid, place)
      if pane.isOn(key) { grid.markCursor(place, hasFocus: hasFocus) }
    }
  }

  private func draw(_ key: String, into grid: inout Grid, _ place: Rect) {
    let news = known.news(of: key)
    if let mark = ChangeMark(news, at: moment.uptime)?.span(glyphs) {
      grid.write(mark.text, at: place.origin, in: place, style: mark.style)
    }
    let (gutter, rest) = place.left(2)
    if !inspector.marks(in: key, known.state).isEmpty { grid.markTrouble(gutter, glyphs) }
    let row = pane.row(key, known, glyphs)
    let (field, values) = rest.left(nameColumns(rest))
    grid.write(name(key, row), in: field.left(field.columns - 1).0, glyphs: glyphs)
    if known.index.isGhost(key) {
      let last = row.map { words($0, of: key) } ?? Line()
      DepartureLine(news, last: last, at: moment, known.words, glyphs: glyphs)
        .draw(into: &grid, values)
    } else if let row {
      draw(row, of: key, into: &grid, values)
    }
  }

  private func draw(_ row: SelectionRow, of key: String, into grid: inout Grid, _ place: Rect) {
    var free = place
    if row.isHidden {
      free = grid.writeRight(Line(SelectionRow.hiddenWord, .warning), in: free, glyphs: glyphs)
      free = free.left(free.columns - 1).0
    }
    if let height = row.height, free.columns >= Self.wideColumns / 2 + TextWidth.columns(of: height)
    {
      free = grid.writeRight(Line(height, .muted), in: free, glyphs: glyphs)
      free = free.left(free.columns - 1).0
    }
    grid.write(words(row, of: key), in: free, glyphs: glyphs)
  }

  private func words(_ row: SelectionRow, of key: String) -> Line {
    var parts: [Line] = []
    if let flaw = row.flaw { parts.append(Line("\(glyphs.warning) \(flaw)", .warning)) }
    if let target = missingTarget(of: key) {
      var line = Line("\(glyphs.arrow) \(target)", .key)
      line.append(", which is not there", .warning)
      parts.append(line)
    }
    if let atoms = row.atoms { parts.append(atoms) }
    if !row.look.isEmpty { parts.append(row.look) }
    if isUndrawn(row, key) { parts.append(Line("drawn by none", .warning)) }
    return parts.dropFirst().reduce(into: parts.first ?? Line()) { line, part in
      line.append("  ")
      line.append(part)
    }
  }

  /// The selection that a visualiser names, if it has no value.
  private func missingTarget(of key: String) -> String? {
    guard case .selection(let target)? = pane.index.drawing(key)?.target,
      !pane.index.hasSelection(target)
    else { return nil }
    return target.text.isEmpty ? "\"\"" : target.text
  }

  private func isUndrawn(_ row: SelectionRow, _ key: String) -> Bool {
    KeyKind.isSelection(key) && !row.drawsItself && row.flaw == nil
      && pane.index.drawerCount(of: key) == 0
  }

  // MARK: Names

  private func name(_ key: String, _ row: SelectionRow?) -> Line {
    let isGone = known.index.isGhost(key)
    let drawing = pane.index.drawing(key)
    var line = Line()
    if let drawing {
      let hangs = pane.index.host(of: drawing) != nil
      line.append((hangs ? glyphs.bottomLeft : glyphs.horizontal) + " ", .muted)
    }
    let keyName = known.people.name(ofEntry: key, glyphs)
    let name = row?.name.flatMap { $0.isEmpty ? nil : $0 } ?? keyName.named
    let role: Role = isGone ? .removed : drawing == nil ? .group : .key
    line.append(name, role, isGone ? [.dim, .strikethrough] : drawing == nil ? .bold : [])
    return line
  }

  /// The width of the names, which depends on the pane alone so that nothing jumps.
  private func nameColumns(_ place: Rect) -> Int {
    guard place.columns >= 30 else { return place.columns / 2 }
    return max(14, min(30, place.columns / 3))
  }
}
