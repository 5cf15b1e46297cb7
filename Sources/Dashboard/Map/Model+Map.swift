import ScreenKit
import SharedState
import TextScreen

/// The town seen from above.
extension Model {
  mutating func openMap() {
    map = StateMap(at: currentRow ?? tree.cursor)
  }

  mutating func settleMap() {
    // An edit is never written unseen.
    if edit != nil { map = nil }
    let size = mapSize
    map?.settle(known.index, size)
  }

  /// Where the streets are drawn.
  private var mapPlace: Rect {
    MapView.places(in: layout.body.inset(by: 1), hasDrawing: tour != nil).streets
  }

  private var mapSize: Size { mapPlace.size }

  // MARK: Keys

  /// On the map keys walk about, with the same keys as everywhere; all that edits and folds waits until one is back.
  mutating func useMap(_ keys: [Key]) -> [Effect] {
    typedKeys = []
    switch keymap.meaning(of: keys, in: .tree, isSearching: search != nil) {
    case .begun: typedKeys = keys
    case .nothing: say("\(KeySequence(keys).label) means nothing on the map", .muted)
    case .binding(let binding): return useMap(binding)
    }
    return []
  }

  private mutating func useMap(_ binding: Binding) -> [Effect] {
    let size = mapSize
    switch binding.command {
    case .down(.all): map?.goToEnd(isLast: true, known.index, size)
    case .up(.all): map?.goToEnd(isLast: false, known.index, size)
    case .down(let move): cross(rows(move, size.rows), size)
    case .up(let move): cross(-rows(move, size.rows), size)
    case .into: map?.walk(by: 1, known.index, size)
    case .out: map?.walk(by: -1, known.index, size)
    case .toggle: goFromMap()
    case .dismiss: if map?.leaveDistrict() != true { map = nil }
    case .screen(.map): map = nil
    case .screen, .help, .redraw, .suspend, .quit, .quitAtOnce, .watch(.pause):
      return run(binding.command)
    default: say("not on the map: Esc goes back to the tree", .warning)
    }
    return []
  }

  private mutating func cross(_ streets: Int, _ size: Size) {
    map?.cross(by: streets, known.index, size)
  }

  /// Goes to what one stands at: into a district, or to a house in the tree.
  private mutating func goFromMap() {
    let size = mapSize
    guard map?.enter(known.index, size) == false, let row = map?.cursor else { return }
    map = nil
    leavePlace()
    arrive(at: Location(row: row))
  }

  /// A click goes to a cell; a click on the cell where one stands is Enter.
  mutating func useMap(_ mouse: Mouse) -> [Effect] {
    let size = mapSize
    if let rows = mouse.wheelRows {
      map?.cross(by: rows, known.index, size)
    } else if mouse.kind == .press, let map, let cell = mapView(map).cell(at: mouse.point, mapPlace)
    {
      if cell == map.cursor { goFromMap() } else { self.map?.go(to: cell) }
    }
    return []
  }

  // MARK: Drawing

  private func mapView(_ map: StateMap) -> MapView {
    MapView(
      map: map,
      known: known,
      moment: pictureTime,
      glyphs: glyphs,
      words: mapWords ?? Line(),
      hasDrawing: tour != nil
    )
  }

  /// What one stands at on the map, in words; `nil` while the map is not on the screen.
  var mapWords: Line? {
    guard let map else { return nil }
    switch map.cursor {
    case .entry(let key)?:
      var line = Line(key.named, .key, .bold)
      line.append("  ")
      line.append(tree.preview(key, known, glyphs))
      return line
    case .group(let prefix)?:
      let count = known.index.group(prefix)?.presentCount ?? known.index.shownPlaces.alone.count
      var line = Line(prefix.isEmpty ? known.words("(no \(.street))") : prefix, .street, .bold)
      line.append(known.words("  \(count, .house)"), .muted)
      return line
    case nil: return Line(known.words("\(.nobodyLives) here"), .muted)
    }
  }

  func drawMap(_ map: StateMap, into grid: inout Grid, _ rect: Rect) {
    grid.fill(rect)
    let title = map.districts.isEmpty ? "Map" : "Map \(glyphs.dot) a district"
    grid.box(
      rect,
      title: watch.pause.map { "\(title) paused at \($0.since.clockText)" } ?? title,
      style: Style(.focusedBorder, .bold),
      titleStyle: Style(.title, [.bold, .reverse]),
      glyphs: glyphs
    )
    let inside = rect.inset(by: 1)
    mapView(map).draw(into: &grid, inside)
    if tour != nil {
      drawConcepts(
        at: map.cursor,
        into: &grid,
        MapView.places(in: inside, hasDrawing: true).drawing
      )
    }
    if isStale { grid.markStale(inside) }
  }
}

extension StateMap {
  /// The keys that do something on the map.
  var hints: [Hint] {
    [
      Hint("arrows", "walk"), Hint("Enter", "goes there"),
      Hint("Esc", districts.isEmpty ? "leaves" : "leaves the district"),
    ]
  }
}
