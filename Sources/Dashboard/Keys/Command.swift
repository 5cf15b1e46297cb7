import ScreenKit
import StateEditing

/// The parts of the screen that can have the focus.
enum Pane: Int, Hashable, Sendable, CaseIterable {
  case tree = 1
  case detail
  case activity
  case selections

  var name: Phrase {
    switch self {
    case .tree: Phrase("Town", dict: "State")
    case .detail: Phrase("House", dict: "Entry")
    case .activity: "Activity"
    case .selections: "Selections"
    }
  }
}

/// What a key press asks for.
///
/// What belongs to one capability is one case here and an enum of its own beside the code that does it.
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

  case find(FindCommand)
  case follow(FollowCommand)
  case watch(WatchCommand)
  case undo(UndoCommand)
  case copy(CopyCommand)
  case inspect(InspectCommand)
  case board(BoardCommand)
  case hall(HallCommand)
  case screen(ScreenCommand)
  case tour(TourCommand)
}
