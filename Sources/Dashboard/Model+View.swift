import ScreenKit
import StateEditing
import StateInspection
public import TextScreen

/// The picture.
extension Model {
  /// Draws the screen.
  ///
  /// - Complexity: O(*s*) in the cells of the screen, however large the town is.
  public func view(_ size: Size) -> Grid {
    options.presents ? stagePicture(size) : picture(size)
  }

  /// Draws the panes and what is over them.
  func picture(_ size: Size) -> Grid {
    var grid = Grid(size)
    let layout = layout(size)
    StatusLine(self).draw(into: &grid, layout.status)
    // Under the map nothing is seen of them.
    for pane in Pane.allCases where map == nil {
      if let frame = layout.panes[pane] { draw(pane, into: &grid, frame, layout) }
    }
    if let edit { drawEdit(edit, into: &grid, layout.edit) }
    if let map { drawMap(map, into: &grid, layout.body) }
    if let call { call.draw(into: &grid, rect: layout.edit, glyphs: glyphs) }
    drawTour(into: &grid, layout)
    if let chooser { chooser.draw(into: &grid, chooser.rect(in: layout.body), glyphs: glyphs) }
    Footer(model: self).draw(into: &grid, layout.footer)
    return grid
  }

  private func draw(_ pane: Pane, into grid: inout Grid, _ frame: Rect, _ layout: Layout) {
    let hasFocus = focus == pane && !isWriting
    let inside = layout.inside(pane) ?? frame
    if inside != frame { drawFrame(pane, into: &grid, frame, hasFocus: hasFocus) }
    switch pane {
    case .tree: drawTree(into: &grid, inside, hasFocus: hasFocus)
    case .detail: drawDetail(into: &grid, inside, hasFocus: hasFocus)
    case .activity:
      ActivityView(pane: activity, words: known.words, hasFocus: hasFocus, glyphs: glyphs)
        .draw(into: &grid, inside)
    case .selections: drawSelections(into: &grid, inside, hasFocus: hasFocus)
    }
    if isStale, pane != .activity { grid.markStale(inside) }
  }

  // MARK: Frames

  private func drawFrame(_ pane: Pane, into grid: inout Grid, _ frame: Rect, hasFocus: Bool) {
    grid.box(
      frame,
      title: title(of: pane),
      style: hasFocus ? Style(.focusedBorder, .bold) : Style(.border),
      titleStyle: hasFocus ? Style(.title, [.bold, .reverse]) : Style(.title),
      glyphs: glyphs
    )
    guard let note = note(of: pane) else { return }
    let edge = frame.line(frame.rows - 1).inset(columns: 2, rows: 0)
    grid.writeRight(Line(" \(note) ", .muted), in: edge, glyphs: glyphs)
  }

  private func title(of pane: Pane) -> String {
    let name = nameOfContent(of: pane) + (isZoomed && size.isRoomy ? " \(glyphs.dot) zoomed" : "")
    guard let pause = watch.pause else { return name }
    return "\(name) paused at \(pause.since.clockText)"
  }

  private func nameOfContent(of pane: Pane) -> String {
    let name = known.words(pane.name)
    switch pane {
    case .tree:
      let order = known.index.sort == .name ? "" : " \(known.index.sort.words)"
      guard isStale, let liveUntil else { return name + order }
      return "\(name)\(order) as of \(liveUntil.clockText)"
    case .detail where !detail.pins.isEmpty: return known.words("Pinned \(many: .house)")
    case .detail:
      switch currentRow {
      case .entry(let key)?: return key.named
      case .group(let prefix)?: return prefix
      case nil: return name
      }
    case .selections: return selectionsTitle
    case .activity: return name
    }
  }

  /// A word on the lower edge: how much there is beside what is seen.
  private func note(of pane: Pane) -> String? {
    let height = layout.listRows(pane)
    switch pane {
    case .tree:
      let total = known.index.rowCount
      guard total > height, let row = tree.cursor.flatMap({ known.index.position(of: $0) }) else {
        return nil
      }
      return "\(Phrases.grouped(row + 1)) of \(Phrases.grouped(total))"
    case .detail:
      guard detail.lines.count > height, height > 0 else { return lockNote }
      let last = min(detail.lines.count, detail.top(height: height) + height)
      let lines = "\(Phrases.grouped(last)) of \(Phrases.grouped(detail.lines.count)) lines"
      return lockNote.map { "\($0) \(glyphs.dot) \(lines)" } ?? lines
    case .activity:
      guard activity.cursor != nil, activity.newer > 0 else { return nil }
      return "\(Phrases.grouped(activity.newer)) newer"
    case .selections: return selectionsNote(height: height)
    }
  }

  // MARK: Panes

  private func drawTree(into grid: inout Grid, _ rect: Rect, hasFocus: Bool) {
    guard !known.index.isEmpty else {
      drawEmptyTown(into: &grid, rect)
      return
    }
    guard known.index.rowCount > 0 else {
      let filter = known.index.filter.map { known.words($0.words) } ?? ""
      let lines = [Line(known.words("No \(.house) fits"), .plain), Line(filter, .key)]
      drawCentred(lines, into: &grid, rect)
      return
    }
    TreeView(
      known: known,
      pane: tree,
      moment: pictureTime,
      hasFocus: hasFocus,
      search: search?.keyWords,
      marks: undo,
      pins: watch.pins,
      glyphs: glyphs,
      inspector: inspector,
      locked: lockedKeys
    ).draw(into: &grid, rect)
  }

  private func drawEmptyTown(into grid: inout Grid, _ rect: Rect) {
    let words = known.words
    let empty = Line(words("The \(.town) is empty."), .plain)
    let lines: [Line] =
      switch link {
      case .live where isReadOnly: [empty]
      case .live:
        [
          empty,
          Line(words("It shows here what others \("build", dict: "add")."), .muted),
        ]
      case .connecting, .lost:
        [
          Line(words("Looking for the \(.host) at"), .plain), Line(options.address, .key),
          Line("It goes on looking until you quit.", .muted),
        ]
      case .syncing(let received, let total):
        [Line(words("The \(.town) is coming in."), .plain), progress(received, of: total)]
      }
    drawCentred(lines, into: &grid, rect)
  }

  private func drawCentred(_ lines: [Line], into grid: inout Grid, _ rect: Rect) {
    let (_, below) = rect.top(max(0, (rect.rows - lines.count) / 2))
    for (row, line) in lines.enumerated() {
      let place = below.line(row)
      let (_, centred) = place.left(max(0, (place.columns - line.columns) / 2))
      grid.write(line, in: centred, glyphs: glyphs)
    }
  }

  private func progress(_ received: Int, of total: Int?) -> Line {
    guard let total, total > 0 else { return Line(Phrases.size(received), .muted) }
    let steps = 20
    let done = min(steps, max(0, received) * steps / total)
    let (full, rest) = glyphs.isASCII ? ("#", ".") : ("█", "░")
    var line = Line(String(repeating: full, count: done), .success)
    line.append(String(repeating: rest, count: steps - done), .muted)
    line.append(" \(min(100, max(0, received) * 100 / total)) %", .muted)
    return line
  }

  private func drawDetail(into grid: inout Grid, _ rect: Rect, hasFocus: Bool) {
    let layout = layout(grid.size)
    let (plots, above) = rect.bottom(layout.plotRows)
    PlotView(plots: watch.plots.shown, glyphs: glyphs).draw(into: &grid, plots)
    if detail.pins.isEmpty, case .group(let prefix)? = currentRow {
      GroupView(known: known, prefix: prefix, moment: pictureTime, glyphs: glyphs)
        .draw(into: &grid, above)
      return
    }
    let (foot, rect) = above.bottom(layout.linkRows)
    if let links = trail.house {
      LinkLines(links: links, known: known, listKey: label(.referrers), glyphs: glyphs)
        .draw(into: &grid, foot)
    }
    if let key = missingHere, detail.beside == nil, detail.pins.isEmpty {
      MissingEntryCard(
        key: key,
        setKey: label(.set),
        removeKey: label(.remove),
        words: known.words,
        glyphs: glyphs
      ).draw(into: &grid, rect)
      return
    }
    DetailView(
      pane: detail,
      known: known,
      moment: pictureTime,
      hasFocus: hasFocus,
      glyphs: glyphs,
      frame: rect,
      findings: detail.key.map { inspector.marks(in: $0, known.state) } ?? []
    ).draw(into: &grid)
  }

  private func drawEdit(_ edit: EditPane, into grid: inout Grid, _ rect: Rect) {
    grid.fill(rect)
    edit.draw(into: &grid, rect: rect, glyphs: glyphs)
  }
}
