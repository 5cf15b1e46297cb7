import SharedState

/// What is kept of the town's past: visits, histories, pins.
struct WatchState: Sendable {
  /// So many houses can be pinned.
  static let mostPins = 12

  var book = SnapshotList()
  /// What lived in each house before.
  var past = StateHistory()
  /// Houses that are to be seen side by side, in the order in which they were pinned.
  var pins: [String] = []
  /// Whether the pinned houses have the place of the house.
  var showsPins = false
  /// Numbers that are drawn over time.
  var plots = PlotList()

  func isPinned(_ key: String) -> Bool { pins.contains { ExactText($0) == ExactText(key) } }
}
