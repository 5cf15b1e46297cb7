import ScreenKit
import SharedState

/// The state as a tree of groups and entries, with a cursor that stays on its entry.
struct TreePane: Sendable {
  /// What the cursor is on: a key or a prefix, never a row number.
  private(set) var cursor: TreeRow?
  private var scroll = Scroll()
  /// Where the cursor was last seen, for when its entry is gone.
  private var lastPosition = 0
  /// Whether a person has moved the cursor; until then it stays on top while the state comes in.
  private var isPlaced = false
  /// Where the cursor was when the state was last left, while it is not there yet.
  var wanted: TreeRow?
  /// What the entries hold that are seen, made once per change.
  private var previews: [StateKey: Line] = [:]

  /// The entry under the cursor.
  var key: String? { cursor?.key }

  /// The group that the cursor is on or in, as a prefix.
  var prefix: String? {
    switch cursor {
    case .group(let prefix): prefix
    case .entry(let key): KeyParts.prefix(of: key)
    case nil: nil
    }
  }

  // MARK: Staying in place

  /// Brings the cursor and what is seen into line with the state after anything changed.
  mutating func settle(_ known: KnownState, height: Int, glyphs: Glyphs) {
    let index = known.index
    place(in: index)
    let total = index.rowCount
    scroll.settle(cursor: lastPosition, total: total, height: height)
    let top = top(in: index, height: height)
    var seen: [StateKey: Line] = [:]
    for position in top..<max(top, min(total, top + height)) {
      guard let key = index.row(at: position)?.key else { continue }
      seen[StateKey(key)] = preview(key, known, glyphs)
    }
    previews = seen
  }

  private mutating func place(in index: EntryIndex) {
    guard index.rowCount > 0 else {
      lastPosition = 0
      if !isPlaced { cursor = nil }
      return
    }
    if !isPlaced || cursor == nil {
      cursor = wanted.flatMap { index.position(of: $0) != nil ? $0 : nil } ?? index.row(at: 0)
    }
    guard let row = cursor else { return }
    if let position = index.position(of: row) {
      lastPosition = position
      return
    }
    cursor = heir(of: row, in: index)
    lastPosition = cursor.flatMap { index.position(of: $0) } ?? 0
  }

  /// The whole state is here: a cursor that was remembered is on its row now, or on the nearest.
  mutating func stopWaiting(in index: EntryIndex) {
    guard let wanted else { return }
    self.wanted = nil
    guard !isPlaced, index.rowCount > 0 else { return }
    cursor = index.position(of: wanted) != nil ? wanted : heir(of: wanted, in: index)
    isPlaced = true
  }

  /// Where the cursor goes from a row that is not there any more.
  private func heir(of row: TreeRow, in index: EntryIndex) -> TreeRow? {
    // What has gone for good has lost its place in any order but that of the names.
    let hasPlace = index.sort == .name || index.isThere(row)
    let position = hasPlace ? index.nearestPosition(of: row) : min(lastPosition, index.rowCount)
    let (before, after) = (index.row(at: position - 1), index.row(at: position))
    guard case .entry(let key) = row, let prefix = KeyParts.prefix(of: key) else {
      return after ?? before
    }
    if let group = index.group(prefix), !group.isOpen, group.entries.weight > 0 {
      return .group(prefix)
    }
    // The next entry in the group, the one before it, the group, whatever is there.
    if case .entry(let next)? = after, let group = KeyParts.prefix(of: next),
      group.isSame(as: prefix)
    {
      return after
    }
    return before ?? after
  }

  /// Forgets what was seen of all entries: somebody has another name.
  mutating func refreshAll() { previews = [:] }

  /// Forgets what was seen of entries that have changed.
  mutating func refresh(_ keys: some Sequence<String>) {
    guard !previews.isEmpty else { return }
    for key in keys { previews[StateKey(key)] = nil }
  }

  // MARK: Moving

  /// Moves the cursor by so many rows, as far as there are rows.
  mutating func move(by rows: Int, in index: EntryIndex, height: Int) {
    move(to: lastPosition + rows, in: index, height: height)
  }

  /// Moves the cursor to a row by its number, as far as there are rows.
  mutating func move(to position: Int, in index: EntryIndex, height: Int) {
    let total = index.rowCount
    let new = max(0, min(position, total - 1))
    guard let row = index.row(at: new) else { return }
    scroll.move(from: lastPosition, to: new, total: total, height: height)
    cursor = row
    lastPosition = new
    pin()
  }

  /// Whether a row is so far from the cursor that a person may want to come back.
  func isFar(_ position: Int, height: Int) -> Bool { abs(position - lastPosition) > height / 2 }

  /// Scrolls without moving the cursor.
  mutating func scroll(by rows: Int, in index: EntryIndex, height: Int) {
    scroll.scroll(by: rows, cursor: lastPosition, total: index.rowCount, height: height)
  }

  /// Puts the cursor on a row, or on the nearest one if the row is not seen.
  mutating func stand(on row: TreeRow) {
    cursor = row
    pin()
  }

  /// Notes that a person wants the cursor where it is.
  mutating func pin() { (isPlaced, wanted) = (true, nil) }

  /// The first row that is seen.
  func top(in index: EntryIndex, height: Int) -> Int {
    let position = cursor.flatMap { index.position(of: $0) } ?? lastPosition
    return scroll.top(cursor: position, total: index.rowCount, height: height)
  }

  // MARK: What is seen

  /// What an entry holds, in one line.
  func preview(_ key: String, _ known: KnownState, _ glyphs: Glyphs) -> Line {
    previews[StateKey(key)] ?? Self.preview(key, known, glyphs)
  }

  private static func preview(_ key: String, _ known: KnownState, _ glyphs: Glyphs) -> Line {
    guard let entry = known.entry(for: key) else { return Line() }
    return Preview.line(key: key, entry: entry, known.meanings, glyphs: glyphs)
  }
}
