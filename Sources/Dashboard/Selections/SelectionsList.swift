import ScreenKit
import SharedState

/// What the pane with the selections needs of the dashboard.
protocol SelectionsHost: InspectHost {
  var selections: SelectionsPane { get set }
  var presence: Presence { get }
}

extension PaneID {
  static let selections = PaneID("Selections", hasEntries: true)
}

extension SearchedRows {
  /// The rows of the pane with the selections.
  static let selections = SearchedRows(
    pane: .selections,
    holds: { KeyKind.isSelection($0) || KeyKind.isVisualiser($0) },
    text: { SelectionRow(key: $0, entry: $1, glyphs: $2).text }
  )
}

/// The selections and what draws them, the topmost first.
struct SelectionsList<Host: SelectionsHost>: Pane {
  let id = PaneID.selections
  let slot = Layout.Slot.beside
  var prefix: String? { KeyKind.selectionPrefix }
  /// So many rows are kept for what is said while there are no selections.
  private static var leastRows: Int { 6 }

  func row(in host: Host) -> TreeRow? { host.selections.cursor.map { .entry($0) } }

  /// Of a visualiser its priority is stepped; what is flipped is whether it is seen.
  func field(
    for step: FieldSwitch,
    of key: String,
    _ entry: StateValue,
    in host: Host
  ) -> FieldMeant {
    if step == .flip { return hidePath(key, entry) }
    guard KeyKind.isVisualiser(key) else {
      return .none(
        host.words("a selection has no priority; its numbers are in \(PaneID.detail.name) (Enter)")
      )
    }
    return .path(["priority"])
  }

  private func hidePath(_ key: String, _ value: StateValue) -> FieldMeant {
    guard let object = value.object else {
      return .none("\(key) is no dictionary, so nothing in it hides it")
    }
    if KeyKind.isVisualiser(key) { return .path(["hide"], missing: true) }
    guard let properties = object["properties"]?.object else {
      return .none("this selection cannot be hidden; ~ on a visualiser of it hides that")
    }
    let isNarupa = properties.keys.contains { $0.begins(with: "narupa.") }
    let name = (isNarupa ? "narupa." : "nanover.") + "rendering.hide"
    return .path(["properties", .field(name)], missing: true)
  }

  // MARK: The cursor

  func move(by rows: Int, height: Int, in host: inout Host) -> Bool {
    let before = host.selections.cursorNumber
    host.selections.move(by: rows, height: height)
    return host.selections.cursorNumber != before
  }

  func go(to row: Int, height: Int, in host: inout Host) -> Bool? {
    let before = host.selections.cursorNumber
    host.selections.move(to: row, height: height)
    return host.selections.cursorNumber != before
  }

  func scroll(by rows: Int, height: Int, in host: inout Host) {
    host.selections.scroll(by: rows, height: height)
  }

  func click(line: Int, height: Int, hadFocus: Bool, in host: inout Host) -> ActionResult {
    let row = host.selections.top(height: height) + line
    guard let key = host.selections.index.key(at: row) else { return [] }
    if hadFocus, host.selections.isOn(key) { return toggle(in: &host) }
    host.selections.move(to: row, height: height)
    return []
  }

  func pinCursor(in host: inout Host) { host.selections.pin() }

  func keysInSight(height: Int, in host: Host) -> [String] { host.selections.keys(height: height) }

  // MARK: Folds

  func reasonNotToOpen(in host: Host) -> String? {
    host.selections.cursor == nil ? "there is no selection here yet" : nil
  }

  func enterWord(in host: Host) -> String { "inside" }

  func toggle(in host: inout Host) -> ActionResult {
    host.focus = .detail
    return []
  }

  func goInto(in host: inout Host) -> ActionResult { toggle(in: &host) }

  /// Goes from a visualiser to its selection, and from a selection to its place in the tree.
  func goOut(in host: inout Host) -> ActionResult {
    if host.selections.moveOut(height: host.layout.listRows(id)) { return [] }
    guard let key = host.selections.cursor else {
      return .nothing("it is closed, and there is nothing around it")
    }
    host.focus = .tree
    host.goTree(to: .entry(key))
    return []
  }

  // MARK: Staying in line

  func settle(height: Int, in host: inout Host) {
    guard height > 0 else { return }
    host.selections.settle(host.known, height: height, glyphs: host.glyphs)
  }

  /// The next slice of the list is read while it is seen and not whole.
  func wakeUp(of host: Host) -> Duration? {
    host.selections.unreadCount > 0 ? host.now.uptime + .milliseconds(1) : nil
  }

  // MARK: The picture

  func title(in host: Host) -> String {
    let (count, drawings) = (
      host.selections.index.selectionCount, host.selections.index.drawingCount
    )
    guard count + drawings > 0 else { return host.words(id.name) }
    let drawn = drawings == 0 ? "" : ", \(Phrases.count(drawings, "visualiser"))"
    return "\(host.words(id.name)) \(Phrases.grouped(count))\(drawn)"
  }

  /// How much there is beside what is seen, and which way up it is.
  func note(height: Int, in host: Host) -> String? {
    let total = host.selections.index.count
    if host.selections.unreadCount > 0 {
      return "\(Phrases.grouped(host.selections.unreadCount)) still to be read"
    }
    guard total > 0 else { return nil }
    guard total > height else { return "topmost first" }
    return
      "\(Phrases.grouped(host.selections.cursorNumber)) of \(Phrases.grouped(total)), topmost first"
  }

  func draw(_ host: Host, into grid: inout Grid, _ rect: Rect, hasFocus: Bool) {
    drawList(host, into: &grid, rect, hasFocus: hasFocus)
    let used = host.selections.isEmpty ? Self.leastRows : host.selections.index.count
    PresenceView(
      presence: host.presence,
      known: host.known,
      moment: host.pictureTime,
      glyphs: host.glyphs
    ).draw(into: &grid, PresenceView.place(in: rect, below: used))
  }

  private func drawList(_ host: Host, into grid: inout Grid, _ rect: Rect, hasFocus: Bool) {
    guard host.selections.isEmpty else {
      SelectionsView(
        known: host.known,
        pane: host.selections,
        moment: host.pictureTime,
        hasFocus: hasFocus,
        glyphs: host.glyphs,
        inspector: host.inspector
      ).draw(into: &grid, rect)
      return
    }
    let text =
      host.selections.unreadCount > 0
      ? "The selections are being read."
      : "No selections yet. Here will stand each selection with its atoms and its look, and what "
        + "draws it, the topmost first."
    let tip = host.isReadOnly ? "" : "a adds one."
    (Line.wrapped(text, Style(.plain), columns: rect.columns)
      + Line.wrapped(tip, Style(.muted), columns: rect.columns))
      .draw(into: &grid, rect: rect, glyphs: host.glyphs)
  }

  /// The selection under the cursor, as the pane draws it.
  func spoken(in host: Host) -> SpokenPlace {
    var grid = Grid(Size(columns: 64, rows: 40))
    drawList(host, into: &grid, grid.bounds, hasFocus: true)
    let row = (0..<grid.size.rows).first { grid[0, $0].style.role == .selection }
    return SpokenPlace(
      id: row.map { "Selections, " + grid.lines[$0].words } ?? "Selections, nothing there"
    )
  }
}
