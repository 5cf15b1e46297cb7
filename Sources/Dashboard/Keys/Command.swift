/// The parts of the screen that can have the focus.
enum Pane: Int, Hashable, Sendable, CaseIterable {
  case tree = 1
  case detail
  case activity

  var name: String {
    switch self {
    case .tree: "Town"
    case .detail: "House"
    case .activity: "Activity"
    }
  }
}

/// What a key press asks for.
enum Command: Hashable, Sendable {
  /// How far the cursor goes.
  enum Move: Hashable, Sendable {
    case line, halfPage, page, all
  }

  case down(Move)
  case up(Move)
  case out
  case into
  case toggle
  case openAll
  case closeAll
  case find
  case nextMatch
  case previousMatch
  case edit(EditVerb)
  case editExternally
  case nextPane
  case previousPane
  case pane(Pane)
  case dismiss
  case help
  case redraw
  case suspend
  case quit
  case quitAtOnce
}
