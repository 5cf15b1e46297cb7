import ScreenKit

/// Names a pane, a part of the screen that can have the focus.
struct PaneID: Hashable, Sendable {
  /// What stands on its frame.
  let name: Phrase
  /// Whether there are entries or groups in it to act on.
  let hasEntries: Bool

  init(_ name: Phrase, hasEntries: Bool) { (self.name, self.hasEntries) = (name, hasEntries) }

  /// What settings and the palette call it.
  var settingName: String { name.town.lowercased() }
}
