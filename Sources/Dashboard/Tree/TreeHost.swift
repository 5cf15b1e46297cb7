import ScreenKit
import SharedState

/// What the tree needs of the dashboard.
protocol TreeHost: Host {
  var tree: TreePane { get set }
}

extension TreeHost {
  /// Puts the tree's cursor on a row, and opens the group it is in.
  mutating func goTree(to row: TreeRow) {
    if case .entry(let key) = row, let prefix = KeyParts.prefix(of: key),
      let group = known.index.group(prefix), !group.isOpen
    {
      known.index.setOpen(true, prefix)
    }
    guard let position = known.index.position(of: row) else { return }
    tree.move(to: position, in: known.index, height: layout.listRows(.tree))
  }
}

extension PaneID {
  static let tree = PaneID(Phrase("Town", dict: "State"), hasEntries: true)
}
