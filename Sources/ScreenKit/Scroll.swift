/// How far a list is scrolled, told by the line of its pane that the cursor is on.
///
/// So when rows come and go above it, the cursor stays where the eye is, and the list moves around it.
package struct Scroll: Hashable, Sendable {
  /// Rows that are kept in sight above and below the cursor.
  package static let context = 2

  /// The line of the pane that the cursor is on; outside of the pane once the list was scrolled away from it.
  private var cursorLine = 0
  /// Whether the cursor is kept in sight: until somebody turns the wheel.
  private var followsCursor = true

  /// Begins at the top.
  package init() {}

  /// The first row that is seen.
  package func top(cursor: Int, total: Int, height: Int) -> Int {
    let top = max(0, min(cursor - cursorLine, total - height))
    return followsCursor ? Self.revealing(cursor, from: top, total: total, height: height) : top
  }

  /// Notes that the cursor moved by a person's hand, and brings it into sight.
  package mutating func move(from old: Int, to new: Int, total: Int, height: Int) {
    let top = top(cursor: old, total: total, height: height)
    followsCursor = true
    cursorLine = new - Self.revealing(new, from: top, total: total, height: height)
  }

  /// Takes note of where the cursor is, after rows came and went.
  package mutating func settle(cursor: Int, total: Int, height: Int) {
    cursorLine = cursor - top(cursor: cursor, total: total, height: height)
  }

  /// Scrolls without moving the cursor.
  package mutating func scroll(by rows: Int, cursor: Int, total: Int, height: Int) {
    let top = top(cursor: cursor, total: total, height: height)
    followsCursor = false
    cursorLine = cursor - max(0, min(top + rows, total - height))
  }

  private static func revealing(_ cursor: Int, from top: Int, total: Int, height: Int) -> Int {
    let context = min(Self.context, max(0, (height - 1) / 2))
    let lowest = cursor - (height - 1) + context
    let highest = cursor - context
    return max(0, min(max(lowest, min(top, highest)), total - height))
  }
}
