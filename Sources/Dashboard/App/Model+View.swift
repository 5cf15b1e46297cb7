import ScreenKit
public import TextScreen

/// The picture.
extension Model {
  /// Draws the screen.
  ///
  /// - Complexity: O(*s*) in the cells of the screen, however large the state is.
  public func view(_ size: Size) -> Grid { options.presents ? stagePicture(size) : picture(size) }

  /// What was said to the person and still stands.
  public var noticeText: String? { notice?.text }
  /// The same, unless a program has said it: values may be in that.
  public var noticeToLog: String? { notice.flatMap { $0.holdsOutput ? nil : $0.text } }

  /// Draws the panes and what lies over them.
  func picture(_ size: Size) -> Grid {
    var grid = Grid(size)
    let layout = layout(size)
    StatusLine(self).draw(into: &grid, layout.status)
    let open = openOverlays
    let isWriting = isWriting
    if !open.contains(where: \.hidesPanes) {
      for pane in Self.panes {
        guard let frame = layout.panes[pane.id] else { continue }
        let hasFocus = focus == pane.id && !isWriting
        draw(pane, into: &grid, frame, layout, hasFocus: hasFocus)
      }
    }
    strip(size)?.draw(into: &grid, layout.lesson)
    replayBar?.draw(into: &grid, layout.replay)
    for overlay in open { overlay.draw(self, into: &grid, layout) }
    ContinuationBox(model: self).draw(into: &grid, layout.body)
    Footer(model: self).draw(into: &grid, layout.footer)
    return grid
  }

  private func draw(
    _ pane: any Pane<Model>,
    into grid: inout Grid,
    _ frame: Rect,
    _ layout: Layout,
    hasFocus: Bool
  ) {
    let inside = layout.inside(pane.id) ?? frame
    if inside != frame { drawFrame(pane, into: &grid, frame, layout, hasFocus: hasFocus) }
    let keys = keyRows(below: pane, inside, isAlone: layout.panes.count == 1)
    let (foot, place) = inside.bottom(keys.count)
    grid.write(keys, in: foot, glyphs: glyphs)
    pane.draw(self, into: &grid, place, hasFocus: hasFocus)
    if isStale, pane.goesStale { grid.markStale(inside) }
  }

  /// The whole key under the cursor, where no other pane is seen that tells it and its row does not.
  private func keyRows(below pane: any Pane<Model>, _ inside: Rect, isAlone: Bool) -> [Line] {
    guard isAlone, !isWriting, inside.rows >= 7, pane.id != .detail,
      case .entry(let key)? = pane.row(in: self),
      !pane.tells(key, in: inside.columns, of: self)
    else { return [] }
    return KeyRows.lines(key, inside.columns, glyphs)
  }

  private func drawFrame(
    _ pane: any Pane<Model>,
    into grid: inout Grid,
    _ frame: Rect,
    _ layout: Layout,
    hasFocus: Bool
  ) {
    let isPast = isInPast && pane.goesStale
    grid.box(
      frame,
      title: TextWidth.cutInMiddle(
        title(of: pane),
        to: frame.columns - 5,
        ellipsis: glyphs.ellipsis
      ),
      style: isPast
        ? Style(.warning, hasFocus ? .bold : [])
        : hasFocus ? Style(.focusedBorder, .bold) : Style(.border),
      titleStyle: Style(isPast ? .warning : .title, hasFocus ? [.bold, .reverse] : []),
      glyphs: isPast ? frameGlyphs : glyphs
    )
    drawMore(pane, into: &grid, frame, layout)
    guard let note = pane.note(height: layout.listRows(pane.id), in: self) else { return }
    let edge = frame.line(frame.rows - 1).inset(columns: 2, rows: 0)
    grid.writeRight(Line(" \(note) ", .muted), in: edge, glyphs: glyphs)
  }

  /// Says on the upper edge of the pane on the left what else there is: panes that are not seen, and the map.
  private func drawMore(
    _ pane: any Pane<Model>,
    into grid: inout Grid,
    _ frame: Rect,
    _ layout: Layout
  ) {
    guard !isWriting, pane.id == leftPane || layout.panes.count == 1 else { return }
    let hidden = Self.panes.filter { layout.panes[$0.id] == nil && $0.isOffered(in: self) }
    let more =
      hidden.map { Hint(label(of: ActionID($0.id.settingName)), words($0.id.name)) } + [
        Hint(label(of: "map"), "map")
      ]
    var line = Line()
    let room = frame.columns - TextWidth.columns(of: title(of: pane)) - 8
    for hint in more.map(\.line) where line.columns + hint.columns + 1 <= room {
      line.append(" ")
      line.append(hint)
    }
    guard !line.isEmpty else { return }
    line.append(" ")
    grid.writeRight(line, in: frame.line(0).inset(columns: 2, rows: 0), glyphs: glyphs)
  }

  private func title(of pane: any Pane<Model>) -> String {
    let isZoomed = workbench.isZoomed && size.isRoomy
    let name = pane.title(in: self) + (isZoomed ? " \(glyphs.dot) zoomed" : "")
    return pause?.title(name, showsPast: pane.goesStale) ?? name
  }

  // MARK: Where everything is

  var layout: Layout { layout(size) }

  /// Where everything is once no edit is open.
  var restingLayout: Layout { layout(size, isEditing: false) }

  func layout(_ size: Size) -> Layout { layout(size, isEditing: isWriting) }

  private func layout(_ size: Size, isEditing: Bool) -> Layout {
    var places = workbench.places
    for pane in Self.panes where places[pane.slot] == nil { places[pane.slot] = pane.id }
    return Layout(
      size,
      Layout.Wish(
        focus: focus,
        left: leftPane,
        places: places,
        isEditing: isEditing,
        isZoomed: workbench.isZoomed,
        tourRows: strip(size)?.rows ?? 0,
        isReplaying: replay != nil || isInPast
      ),
      reserving: { id, inside, isAlone in
        guard let pane = Self.panes.first(where: { $0.id == id }) else { return 0 }
        return pane.reservedRows(of: inside, in: self)
          + keyRows(below: pane, inside, isAlone: isAlone).count
      }
    )
  }

  /// Whether a pane is open that takes the keys.
  var isWriting: Bool { edit != nil || call != nil }
}
