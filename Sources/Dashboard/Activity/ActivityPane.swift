import ScreenKit
import SharedState

/// The activity pane: the log, and where in it somebody is reading.
struct ActivityPane: Sendable {
  var log = ActivityLog()
  /// The line under the cursor; `nil` follows the newest.
  private(set) var cursor: Int?
  private var scroll = Scroll()

  private var cursorIndex: Int {
    cursor.flatMap { log.index(of: $0) } ?? (cursor == nil ? max(0, log.items.count - 1) : 0)
  }

  /// The line under the cursor.
  var current: ActivityItem? {
    let index = cursorIndex
    return log.items.indices.contains(index) ? log.items[index] : nil
  }

  /// How many lines came after the one that is read.
  var newer: Int { max(0, log.items.count - 1 - cursorIndex) }

  /// The first line that is seen.
  func top(height: Int) -> Int {
    scroll.top(cursor: cursorIndex, total: log.items.count, height: height)
  }

  /// Brings what is seen into line with the log.
  mutating func settle(height: Int, _ meanings: Meanings, glyphs: Glyphs) {
    scroll.settle(cursor: cursorIndex, total: log.items.count, height: height)
    let top = top(height: height)
    log.prepare(top..<top + max(0, height), meanings, glyphs: glyphs)
  }

  /// Moves the cursor by so many lines; on the last one it follows the newest.
  mutating func move(by rows: Int, height: Int) { move(to: cursorIndex + rows, height: height) }

  /// Moves the cursor to a line, as far as there are lines.
  mutating func move(to index: Int, height: Int) {
    guard !log.items.isEmpty else { return }
    let new = max(0, min(index, log.items.count - 1))
    scroll.move(from: cursorIndex, to: new, total: log.items.count, height: height)
    cursor = new == log.items.count - 1 ? nil : log.items[new].id
  }

  /// Scrolls without moving the cursor.
  mutating func scroll(by rows: Int, height: Int) {
    // The newest line is left behind by name, so that new ones do not pull the view along.
    if cursor == nil { cursor = log.items.last?.id }
    scroll.scroll(by: rows, cursor: cursorIndex, total: log.items.count, height: height)
    if top(height: height) >= log.items.count - height { (cursor, scroll) = (nil, Scroll()) }
  }
}
