import TextScreen

/// Where everything is on a screen of some size.
struct Layout: Hashable {
  /// From this on, activity stands beside the tree and not below it.
  private static let wideColumns = 120
  /// From this on, the selections have a place of their own; below, they share the tree's.
  private static let widestColumns = 160

  private(set) var status = Rect(column: 0, row: 0, columns: 0, rows: 0)
  private(set) var footer = Rect(column: 0, row: 0, columns: 0, rows: 0)
  /// Where the lesson of a tour is.
  private(set) var lesson = Rect(column: 0, row: 0, columns: 0, rows: 0)
  /// Everything between that, or the status line, and the footer.
  private(set) var body = Rect(column: 0, row: 0, columns: 0, rows: 0)
  /// The frames of the panes that are on the screen.
  private(set) var panes: [Pane: Rect] = [:]
  /// Where an edit is shown.
  private(set) var edit = Rect(column: 0, row: 0, columns: 0, rows: 0)
  private let wishedLinkRows: Int
  private let plots: Int

  /// What decides where things are, beside the size.
  struct Wish: Hashable {
    /// The pane with the focus.
    var focus: Pane
    /// The pane that has the place on the left where only one fits: the tree or the selections.
    var left = Pane.tree
    var isEditing = false
    /// Whether one pane has the whole screen.
    var isZoomed = false
    /// Rows at the foot of the house for what it has to do with others.
    var linkRows = 0
    /// How many numbers are plotted below that.
    var plots = 0
    /// Rows above the panes for the lesson of a tour.
    var tourRows = 0
  }

  init(_ size: Size, _ wish: Wish) {
    (wishedLinkRows, plots) = (wish.linkRows, wish.plots)
    var rest = Rect(size)
    (status, rest) = rest.top(1)
    (footer, rest) = rest.bottom(1)
    (lesson, body) = rest.top(wish.tourRows)
    if wish.isZoomed || !size.isRoomy {
      panes = wish.isEditing ? [:] : [wish.focus: body]
      edit = body
    } else if size.columns < Self.wideColumns {
      stack(wish)
    } else {
      spread(wish, isWidest: size.columns >= Self.widestColumns)
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
    panes = [wish.left: left, .detail: right, .activity: below]
  }

  /// The tree in full height, house and activity beside it, and the selections where there is room.
  private mutating func spread(_ wish: Wish, isWidest: Bool) {
    let (left, rest) = body.left(max(52, min(86, body.columns * (isWidest ? 34 : 42) / 100)))
    let (below, above) = rest.bottom(max(8, body.rows * 3 / 10))
    edit = above
    guard isWidest else {
      panes = [wish.left: left, .detail: above, .activity: below]
      return
    }
    let (house, selections) = above.left(above.columns / 2)
    panes = [.tree: left, .detail: house, .selections: selections, .activity: below]
  }

  /// What is left of a pane inside its frame.
  func inside(_ pane: Pane) -> Rect? {
    panes[pane].map { $0.rows < 3 || $0.columns < 3 ? $0 : $0.inset(by: 1) }
  }

  /// The number of rows that a pane lists in.
  func listRows(_ pane: Pane) -> Int {
    guard let inside = inside(pane) else { return 0 }
    let isRoomy = pane == .detail && inside.rows > DetailView.headRows + 1
    return isRoomy ? inside.rows - DetailView.headRows - linkRows - plotRows : inside.rows
  }

  /// The rows at the foot of the house for what it has to do with others.
  var linkRows: Int {
    inside(.detail).map { LinkLines.rows(wishedLinkRows, of: $0.rows) } ?? 0
  }

  /// The rows below those for the numbers that are plotted.
  var plotRows: Int {
    guard let inside = inside(.detail) else { return 0 }
    let rows = inside.rows - DetailView.headRows - linkRows
    return PlotView.rows(plots, in: inside.columns, of: rows)
  }

  /// The pane under a point.
  func pane(at point: Point) -> Pane? {
    panes.first { $0.value.contains(point) }?.key
  }
}

extension Size {
  /// Whether there is room for more than one pane at a time.
  var isRoomy: Bool { columns >= 70 && rows >= 18 }
}
