import SharedState
import TextScreen

/// The rows in which something is looked for.
///
/// The tree shows every entry; a pane with rows of its own holds some of them, and says other things about them.
struct SearchedRows: Sendable {
  let pane: PaneID
  let holds: @Sendable (_ key: String) -> Bool
  /// What the row of an entry says, for one whose row says more than is in the value.
  let text: (@Sendable (_ key: String, StateEntry, Glyphs) -> String)?
}
