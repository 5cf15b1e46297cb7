import ScreenKit
import SharedState
import TextScreen

/// The list of selections in the dashboard, and what commands are about.
extension Model {
  // MARK: Where the cursor is

  /// The house or street that commands are about: where the cursor is in the list that had the focus last.
  var currentRow: TreeRow? {
    leftPane == .selections ? board.cursor.map { .entry($0) } : tree.cursor
  }

  /// The house that commands are about.
  var currentKey: String? {
    guard case .entry(let key)? = currentRow else { return nil }
    return key
  }

  /// The street that commands are about, as a prefix; in an empty list of selections, theirs.
  var currentPrefix: String? {
    switch currentRow {
    case .group(let prefix)?: prefix
    case .entry(let key)?: KeyParts.prefix(of: key)
    case nil: leftPane == .selections ? SelectionsIndex.selectionStreet : nil
    }
  }

  /// Notes that a person wants the cursor where it is.
  mutating func pinCursor() {
    if leftPane == .selections { board.pin() } else { tree.pin() }
  }

  /// Goes from a visualiser to its selection, and from a selection to its place in the town.
  mutating func leaveSelectionsRow() {
    if board.moveOut(height: layout.listRows(.selections)) { return }
    guard let key = board.cursor else { return }
    focus = .tree
    tree.go(to: .entry(key), in: &known, height: layout.listRows(.tree))
  }

  // MARK: Staying in line

  mutating func settleSelections() {
    guard layout.panes[.selections] != nil else { return }
    board.settle(known, height: layout.listRows(.selections), glyphs: glyphs)
  }

  /// When the next slice of the list is to be read, while it is seen and not whole.
  var selectionsWakeUp: Duration? {
    guard board.unreadCount > 0, layout.panes[.selections] != nil else { return nil }
    return now.uptime + .milliseconds(1)
  }

  // MARK: The picture

  var selectionsTitle: String {
    let (selections, drawings) = (board.index.selectionCount, board.index.drawingCount)
    guard selections + drawings > 0 else { return known.words(Pane.selections.name) }
    let drawn = drawings == 0 ? "" : ", \(Phrases.count(drawings, "visualiser"))"
    return "\(known.words(Pane.selections.name)) \(Phrases.grouped(selections))\(drawn)"
  }

  /// How much there is beside what is seen, and which way up it is.
  func selectionsNote(height: Int) -> String? {
    let total = board.index.count
    if board.unreadCount > 0 { return "\(Phrases.grouped(board.unreadCount)) still to be read" }
    guard total > 0 else { return nil }
    guard total > height else { return "topmost first" }
    return "\(Phrases.grouped(board.cursorNumber)) of \(Phrases.grouped(total)), topmost first"
  }

  func drawSelections(into grid: inout Grid, _ rect: Rect, hasFocus: Bool) {
    guard board.isEmpty else {
      let (known, pane) = (known, board)
      SelectionsView(
        known: known,
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
