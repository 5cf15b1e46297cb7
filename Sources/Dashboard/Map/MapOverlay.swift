import ScreenKit
import SharedState

/// What the map needs of the dashboard.
protocol MapHost: NavigationHost {
  /// Whether what one stands at is drawn beside the map.
  var drawsConcepts: Bool { get }
  /// Draws what one stands at.
  func drawConcepts(at place: TreeRow?, into grid: inout Grid, _ rect: Rect)
  func meaning(of keys: [Key], in pane: PaneID) -> KeyMeaning
  /// The keys typed so far of a sequence.
  var typedKeys: [Key] { get set }
  func group(of id: ActionID) -> ActionGroup?
  /// Does what an action does, wherever the focus is.
  mutating func runHere(_ id: ActionID) -> [Effect]
}

extension MapHost {
  /// The state seen from above, while that is what is on the screen.
  var map: StateMap? {
    get { overlays[StateMap.self] }
    _modify { yield &overlays[StateMap.self] }
  }
}

/// The state seen from above.
///
/// The same keys walk about as everywhere; what changes something is about the cell under the cursor.
struct MapOverlay<Host: MapHost>: Overlay {
  var name: String { "map" }
  var takesText: Bool { false }
  var hidesPanes: Bool { true }

  func isOpen(in host: Host) -> Bool { host.map != nil }

  func row(in host: Host) -> OverlayRow { .own(host.map?.cursor) }

  /// Where the groups are drawn.
  private func place(of host: Host) -> Rect {
    MapView.places(in: host.layout.body.inset(by: 1), hasDrawing: host.drawsConcepts).groups
  }

  // MARK: Keys

  func take(_ key: Key, in host: inout Host) -> [Effect] {
    let keys = host.typedKeys + [key]
    host.typedKeys = []
    switch host.meaning(of: keys, in: .tree) {
    case .begun: host.typedKeys = keys
    case .nothing: host.say("\(KeySequence(keys).label) means nothing on the map", .muted)
    case .action(let id): return answer(id, in: &host)
    }
    return []
  }

  /// What walks about here; what folds and what turns to another pane has no meaning.
  func run(_ id: ActionID, in host: inout Host) -> [Effect]? {
    let (index, size) = (host.known.index, place(of: host).size)
    if let (move, isDown) = CursorMove.of(id) {
      if move == .all {
        host.map?.goToEnd(isLast: isDown, index, size)
      } else {
        let rows = move.rows(of: size.rows)
        host.map?.cross(by: isDown ? rows : -rows, index, size)
      }
      return []
    }
    switch id {
    case "into": host.map?.walk(by: 1, index, size)
    case "out": host.map?.walk(by: -1, index, size)
    case "toggle": goThere(in: &host)
    case .dismiss: if host.map?.leaveDistrict() != true { host.map = nil }
    case "map": host.map = nil
    case "open-all", "close-all", "next-pane", "previous-pane", "town", "house", "activity",
      "selections":
      refuse(in: &host)
    default: return nil
    }
    return []
  }

  /// What a key may do here: on the map keys look about, and what changes something is chosen by its name.
  private func answer(_ id: ActionID, in host: inout Host) -> [Effect] {
    if let effects = run(id, in: &host) { return effects }
    let isOfTheScreen = host.group(of: id) == .screen || id == .pause
    if isOfTheScreen { return host.runHere(id) }
    refuse(in: &host)
    return []
  }

  private func refuse(in host: inout Host) {
    host.say("not on the map: Esc goes back to the tree", .warning)
  }

  /// Goes to what one stands at: into a district, or to an entry in the tree.
  private func goThere(in host: inout Host) {
    let (index, size) = (host.known.index, place(of: host).size)
    guard host.map?.enter(index, size) == false, let row = host.map?.cursor else { return }
    host.map = nil
    host.leavePlace()
    host.arrive(at: Location(row: row))
  }

  func paste(_ text: String, in host: inout Host) -> [Effect] {
    host.say("a paste runs no keys; open an edit to paste into", .muted)
    return []
  }

  /// A click goes to a cell; a click on the cell where one stands is Enter.
  func take(_ mouse: Mouse, in host: inout Host) -> [Effect]? {
    let (place, index) = (place(of: host), host.known.index)
    if let rows = mouse.wheelRows {
      host.map?.cross(by: rows, index, place.size)
    } else if mouse.kind == .press, let cell = view(host)?.cell(at: mouse.point, place) {
      if cell == host.map?.cursor { goThere(in: &host) } else { host.map?.go(to: cell) }
    }
    return []
  }

  func settle(in host: inout Host) {
    let (index, size) = (host.known.index, place(of: host).size)
    host.map?.settle(index, size)
  }

  // MARK: What is seen and said

  private func view(_ host: Host) -> MapView? {
    host.map.map {
      MapView(
        map: $0,
        known: host.known,
        moment: host.pictureTime,
        glyphs: host.glyphs,
        words: words(of: host),
        hasDrawing: host.drawsConcepts
      )
    }
  }

  /// What one stands at, in words.
  private func words(of host: Host) -> Line {
    let words = host.words
    switch host.map?.cursor {
    case .entry(let key)?:
      let title = host.title(of: key).named
      let line = Line(title, .key, .bold)
        .adding(title == key.named ? "" : "  \(key)", .muted)
      return line.adding("  ").adding(host.tree.preview(key, host.known, host.glyphs))
    case .group(let prefix)?:
      let index = host.known.index
      let count = index.group(prefix)?.presentCount ?? index.shownPlaces.alone.count
      return Line(prefix.isEmpty ? words("(no \(.street))") : prefix, .group, .bold)
        .adding(words("  \(count, .house)"), .muted)
    case nil: return Line(words("\(.nobodyLives) here"), .muted)
    }
  }

  func draw(_ host: Host, into grid: inout Grid, _ layout: Layout) {
    guard let map = host.map else { return }
    let title = map.districts.isEmpty ? "Map" : "Map \(host.glyphs.dot) a district"
    let inside = host.frameBody(title, into: &grid, layout)
    view(host)?.draw(into: &grid, inside)
    if host.drawsConcepts {
      let drawing = MapView.places(in: inside, hasDrawing: true).drawing
      host.drawConcepts(at: map.cursor, into: &grid, drawing)
    }
    if host.isStale { grid.markStale(inside) }
  }

  func footer(of host: Host) -> OverlayFooter {
    .hints([
      Hint("arrows", "walk"), Hint("Enter", "goes there"),
      Hint("Esc", host.map?.districts.isEmpty == true ? "leaves" : "leaves the district"),
    ])
  }

  func spoken(of host: Host) -> [String] { [words(of: host).text] }

  func stroke(for key: Key, in host: Host) -> KeyStrip.Stroke? {
    .sequence(host.typedKeys + [key], host.meaning(of: host.typedKeys + [key], in: .tree))
  }
}

extension Action where Host: MapHost {
  static var mapping: [Self] {
    [
      Action("map", ["gm"], .screen, "the \(.town) seen from above; Enter goes there") {
        $0.map = StateMap(at: $0.paneRow ?? $0.tree.cursor)
      }
      .alsoCalled("overview").unless { $0.known.index.rowCount == 0 ? $0.words(.noHouseYet) : nil }
    ]
  }
}
