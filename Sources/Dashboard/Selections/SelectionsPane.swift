import ScreenKit
import SharedState

/// The selections and what draws them, as a list with a cursor that stays on its entry.
///
/// While nobody sees the list, a change costs no more than a note that its entry is to be read. What is noted is
/// read once the list is seen, so many at a time, so that a state of 100,000 visualisers does not stop the screen.
struct SelectionsPane: Sendable {
  /// So many entries are read before the screen is drawn again.
  static let slice = 2000

  private(set) var index = SelectionsIndex()
  /// The entry under the cursor.
  private(set) var cursor: String?
  private var scroll = Scroll()
  /// Where the cursor was last seen, for when its entry is gone.
  private var lastRow = 0
  /// Whether a person has moved the cursor; until then it stays on top.
  private var isPlaced = false
  /// Entries to be read, each once.
  private var unread: [String] = []
  private var isUnread: Set<StateKey> = []
  /// What is said in the rows that are seen, made once per change.
  private var rows: [StateKey: SelectionRow] = [:]

  /// How many entries are still to be read before the list is whole.
  var unreadCount: Int { unread.count }
  var isEmpty: Bool { index.count == 0 }

  // MARK: Following the state

  /// Notes entries that were there from the beginning, or have changed.
  mutating func note(_ keys: some Sequence<String>) {
    for key in keys {
      let isSelection = KeyKind.isSelection(key)
      guard isSelection || KeyKind.isVisualiser(key) else { continue }
      rows[StateKey(key)] = nil
      // What stands in a selection that nothing draws has no say in the order.
      if isSelection, index.holds(key), index.drawerCount(of: key) == 0 { continue }
      noteUnread(key)
    }
  }

  private mutating func noteUnread(_ key: String) {
    if isUnread.insert(StateKey(key)).inserted { unread.append(key) }
  }

  /// Has what is said of atoms said anew.
  mutating func refreshAll() { rows = [:] }

  /// Takes out entries that are not shown any more.
  mutating func forget(_ keys: [String]) {
    for key in keys where index.holds(key) { index.remove(key) }
  }

  /// Brings the list into line with the state, as far as one slice goes, and the cursor with the list.
  mutating func settle(_ known: KnownState, height: Int, glyphs: Glyphs) {
    read(known)
    place()
    scroll.settle(cursor: lastRow, total: index.count, height: height)
    var seen: [StateKey: SelectionRow] = [:]
    for key in keys(height: height) { seen[StateKey(key)] = row(key, known, glyphs) }
    rows = seen
  }

  /// The entries in the rows that are seen.
  func keys(height: Int) -> [String] {
    let top = top(height: height)
    return (top..<max(top, min(index.count, top + height))).compactMap { index.key(at: $0) }
  }

  private mutating func read(_ known: KnownState) {
    var selections: [String] = []
    var budget = Self.slice
    // What is read may ask for more to be read.
    while budget > 0, let key = unread.popLast() {
      budget -= 1
      isUnread.remove(StateKey(key))
      guard let entry = known.entry(for: key) else { continue }
      if KeyKind.isSelection(key) {
        if !index.holds(key) { selections.append(key) }
        if index.drawerCount(of: key) > 0 {
          index.note(key, drawsItself: SelectionRow.drawsItself(entry))
        }
      } else {
        put(VisualiserPlace(key, entry))
      }
    }
    index.add(selections: selections)
  }

  private mutating func put(_ drawing: VisualiserPlace) {
    index.put(drawing)
    // The first visualiser of a selection makes it matter how the selection is laid out.
    guard case .selection(let target) = drawing.target, index.drawerCount(of: target.text) == 1
    else { return }
    noteUnread(target.text)
  }

  private mutating func place() {
    guard index.count > 0 else {
      lastRow = 0
      if !isPlaced { cursor = nil }
      return
    }
    if !isPlaced { cursor = nil }
    if let row = cursor.flatMap({ index.row(of: $0) }) {
      lastRow = row
    } else {
      // The entry that has taken the place of the one that has gone, or the last one.
      lastRow = min(lastRow, index.count - 1)
      cursor = index.key(at: lastRow)
    }
  }

  // MARK: Moving

  /// Moves the cursor by so many rows, as far as there are rows.
  mutating func move(by rows: Int, height: Int) { move(to: lastRow + rows, height: height) }

  /// Moves the cursor to a row, as far as there are rows.
  mutating func move(to row: Int, height: Int) {
    let new = max(0, min(row, index.count - 1))
    guard let key = index.key(at: new) else { return }
    scroll.move(from: lastRow, to: new, total: index.count, height: height)
    (cursor, lastRow, isPlaced) = (key, new, true)
  }

  /// Moves the cursor from a visualiser to the selection that it draws; says whether it could.
  mutating func moveOut(height: Int) -> Bool {
    guard let drawing = cursor.flatMap({ index.drawing($0) }), let host = index.host(of: drawing),
      let row = index.row(of: host.text)
    else { return false }
    move(to: row, height: height)
    return true
  }

  /// Scrolls without moving the cursor.
  mutating func scroll(by rows: Int, height: Int) {
    scroll.scroll(by: rows, cursor: lastRow, total: index.count, height: height)
  }

  /// Notes that a person wants the cursor where it is.
  mutating func pin() { isPlaced = true }

  func isOn(_ key: String) -> Bool { cursor.map { $0.isSame(as: key) } ?? false }

  /// The first row that is seen.
  func top(height: Int) -> Int {
    let row = cursor.flatMap { index.row(of: $0) } ?? lastRow
    return scroll.top(cursor: row, total: index.count, height: height)
  }

  /// The row of the cursor, counted from 1.
  var cursorNumber: Int { lastRow + 1 }

  // MARK: What is seen

  /// What is said of an entry.
  func row(_ key: String, _ known: KnownState, _ glyphs: Glyphs) -> SelectionRow? {
    rows[StateKey(key)]
      ?? known.entry(for: key).map {
        SelectionRow(key: key, entry: $0, known.meanings, glyphs: glyphs)
      }
  }
}
