import ScreenKit
import SharedState

/// What the pane of one entry needs of the dashboard.
protocol DetailHost: Host {
  var detail: DetailPane { get set }
  /// Has the pane show the entry under the cursor, with what stands beside it.
  mutating func showEntry(touched: Bool)
}

extension DetailHost {
  /// The field that actions are about; the root unless the cursor is inside an entry.
  var targetPath: ValuePath {
    currentKey != nil && attention == .detail ? detail.path ?? .root : .root
  }
}

extension PaneID {
  static let detail = PaneID(Phrase("House", dict: "Entry"), hasEntries: true)
}
