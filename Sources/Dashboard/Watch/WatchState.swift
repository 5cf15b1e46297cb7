import SharedState

/// What is kept of the state's past: snapshots, histories, pins.
struct WatchState: Sendable {
  /// So many entries can be pinned.
  static let mostPins = DashboardMemory.mostPins

  var book = SnapshotList()
  /// Selections that a load has taken away.
  var cleared = ClearedSelections()
  /// What each entry held before.
  var past = StateHistory()
  /// What the whole state was at each moment of the last minutes.
  var timeline = Timeline()
  /// Entries that are to be seen side by side, in the order in which they were pinned.
  var pins: [String] = []
  /// When rates can be told again after the picture was held still: what happened meanwhile is in none.
  var ratesFrom: Duration?
  /// Whether the pinned entries have the place of the one under the cursor.
  var showsPins = false
  /// Numbers that are drawn over time.
  var plots = PlotList()

  func isPinned(_ key: String) -> Bool { pins.contains { $0.isSame(as: key) } }
}
