import TextScreen

/// Where everything is on a screen of some size.
struct Layout: Hashable, Sendable {
  /// From this on, activity stands beside the tree and not below it.
  private static let wideColumns = 120
  /// From this on, the selections have a place of their own; below, they share the tree's.
  private static let widestColumns = 160

  private(set) var status = Rect(column: 0, row: 0, columns: 0, rows: 0)
  private(set) var footer = Rect(column: 0, row: 0, columns: 0, rows: 0)
  /// Where the lesson of a tour is.
  private(set) var lesson = Rect(column: 0, row: 0, columns: 0, rows: 0)
  /// Where it is shown how far a recording has come.
  private(set) var replay = Rect(column: 0, row: 0, columns: 0, rows: 0)
  /// Everything between that, or the status line, and the footer.
  private(set) var body = Rect(column: 0, row: 0, columns: 0, rows: 0)
  /// The frames of the panes that are on the screen.
  private(set) var panes: [PaneID: Rect] = [:]
  /// Where an edit is shown.
  private(set) var edit = Rect(column: 0, row: 0, columns: 0, rows: 0)
  /// How many rows each pane lists in.
  private var lists: [PaneID: Int] = [:]

  /// The places for panes; where there is no room for ``beside``, its pane shares the left.
  enum Slot: Hashable, Sendable {
    case left, main, beside, below
  }

  /// What decides where things are, beside the size.
  struct Wish: Hashable, Sendable {
    /// The pane with the focus.
    var focus: PaneID
    /// The pane that has the place on the left where only one fits.
    var left: PaneID
    /// Which pane has which place.
    var places: [Slot: PaneID]
    var isEditing = false
    /// Whether one pane has the whole screen.
    var isZoomed = false
    /// Rows above the panes for the lesson of a tour.
    var tourRows = 0
    /// Whether a recording is played.
    var isReplaying = false
  }

  /// Lays a screen out; the rows of a pane's inside that are not for its list are asked for.
  init(_ size: Size, _ wish: Wish, reserving reserved: (PaneID, Rect, _ isAlone: Bool) -> Int) {
    var rest = Rect(size)
    (status, rest) = rest.top(1)
    (footer, rest) = rest.bottom(1)
    (replay, rest) = rest.top(wish.isReplaying ? 1 : 0)
    (lesson, body) = rest.top(wish.tourRows)
    if wish.isZoomed || !size.isRoomy {
      panes = wish.isEditing ? [:] : [wish.focus: body]
      edit = body
    } else if size.columns < Self.wideColumns {
      stack(wish)
    } else {
      spread(wish, isWidest: size.columns >= Self.widestColumns)
    }
    for id in panes.keys {
      if let inside = inside(id) {
        lists[id] = inside.rows - reserved(id, inside, panes.count == 1)
      }
    }
  }

  /// Tree and house side by side, activity below them; an edit needs the room of both.
  private mutating func stack(_ wish: Wish) {
    if wish.isEditing {
      let (right, left) = body.right(max(56, body.columns * 6 / 10))
      (panes, edit) = ([wish.left: left], right)
      return
    }
    let (below, above) = body.bottom(max(6, body.rows * 3 / 10))
    let (left, right) = above.left(body.columns * 54 / 100)
    panes = place([(wish.left, left), (wish.places[.main], right), (wish.places[.below], below)])
  }

  /// The tree in full height, house and activity beside it, and the selections where there is room.
  private mutating func spread(_ wish: Wish, isWidest: Bool) {
    let (left, rest) = body.left(max(52, min(86, body.columns * (isWidest ? 34 : 42) / 100)))
    let (below, above) = rest.bottom(max(8, body.rows * 3 / 10))
    edit = above
    guard isWidest else {
      panes = place([(wish.left, left), (wish.places[.main], above), (wish.places[.below], below)])
      return
    }
    let (house, selections) = above.left(above.columns / 2)
    panes = place([
      (wish.places[.left], left), (wish.places[.main], house), (wish.places[.beside], selections),
      (wish.places[.below], below),
    ])
  }

  private func place(_ pairs: [(PaneID?, Rect)]) -> [PaneID: Rect] {
    var panes: [PaneID: Rect] = [:]
    for case (let id?, let rect) in pairs { panes[id] = rect }
    return panes
  }

  /// What is left of a pane inside its frame.
  func inside(_ pane: PaneID) -> Rect? {
    panes[pane].map { $0.rows < 3 || $0.columns < 3 ? $0 : $0.inset(by: 1) }
  }

  /// The number of rows that a pane lists in.
  func listRows(_ pane: PaneID) -> Int { lists[pane] ?? 0 }

  /// The pane under a point.
  func pane(at point: Point) -> PaneID? { panes.first { $0.value.contains(point) }?.key }
}

extension Size {
  /// Whether there is room for more than one pane at a time.
  var isRoomy: Bool { columns >= 70 && rows >= 18 }
}
