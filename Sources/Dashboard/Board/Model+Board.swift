import TextScreen

/// The list of selections in the dashboard, and what commands are about.
extension Model {
  // MARK: Where the cursor is

  /// The house or street that commands are about: where the cursor is in the list that had the focus last.
  var currentRow: TreeRow? {
    leftPane == .selections ? board.cursor.map { .house($0) } : tree.cursor
  }

  /// The house that commands are about.
  var currentHouse: String? {
    guard case .house(let key)? = currentRow else { return nil }
    return key
  }

  /// The street that commands are about, as a prefix; in an empty list of selections, theirs.
  var currentStreet: String? {
    switch currentRow {
    case .street(let prefix)?: prefix
    case .house(let key)?: Address.street(of: key)
    case nil: leftPane == .selections ? BoardIndex.selectionStreet : nil
    }
  }

  /// Notes that a person wants the cursor where it is.
  mutating func pinCursor() {
    if leftPane == .selections { board.pin() } else { tree.pin() }
  }

  /// Goes from a visualiser to its selection, and from a selection to its place in the town.
  mutating func leaveBoardRow() {
    if board.moveOut(height: layout.listRows(.selections)) { return }
    guard let key = board.cursor else { return }
    focus = .tree
    tree.go(to: .house(key), in: &town, height: layout.listRows(.tree))
  }

  // MARK: Staying in line

  mutating func settleBoard() {
    guard layout.panes[.selections] != nil else { return }
    board.settle(town, height: layout.listRows(.selections), glyphs: glyphs)
  }

  /// When the next slice of the list is to be read, while it is seen and not whole.
  var boardWakeUp: Duration? {
    guard board.unreadCount > 0, layout.panes[.selections] != nil else { return nil }
    return now.uptime + .milliseconds(1)
  }

  // MARK: The picture

  var boardTitle: String {
    let (selections, drawings) = (board.index.selectionCount, board.index.drawingCount)
    guard selections + drawings > 0 else { return town.words(Pane.selections.name) }
    let drawn = drawings == 0 ? "" : ", \(Phrases.count(drawings, "visualiser"))"
    return "\(town.words(Pane.selections.name)) \(Phrases.grouped(selections))\(drawn)"
  }

  /// How much there is beside what is seen, and which way up it is.
  func boardNote(height: Int) -> String? {
    let total = board.index.count
    if board.unreadCount > 0 { return "\(Phrases.grouped(board.unreadCount)) still to be read" }
    guard total > 0 else { return nil }
    guard total > height else { return "topmost first" }
    return "\(Phrases.grouped(board.cursorNumber)) of \(Phrases.grouped(total)), topmost first"
  }

  func drawBoard(into grid: inout Grid, _ rect: Rect, hasFocus: Bool) {
    guard board.isEmpty else {
      let (town, pane) = (town, board)
      BoardView(
        town: town,
        pane: pane,
        moment: pictureTime,
        hasFocus: hasFocus,
        glyphs: glyphs,
        inspector: inspector
      ).draw(into: &grid, rect)
      return
    }
    let text =
      board.unreadCount > 0
      ? "The selections are being read."
      : "No selections yet. Here will stand each selection with its atoms and its look, and what "
        + "draws it, the topmost first."
    let tip = isReadOnly ? "" : "a adds one."
    (Line.wrapped(text, Style(.plain), columns: rect.columns)
      + Line.wrapped(tip, Style(.muted), columns: rect.columns))
      .draw(into: &grid, rect: rect, glyphs: glyphs)
  }
}
