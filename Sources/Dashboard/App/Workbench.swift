import StateEditing
import StateInspection
import ScreenKit
import SharedState

/// What a person has arranged on the screen, and what each part of it keeps for them; a fresh one clears the table.
struct Workbench: Sendable {
  var focus: PaneID
  /// The pane that has the place on the left where only one fits.
  var leftPane: PaneID
  /// The pane that was last used in each place.
  var places: [Layout.Slot: PaneID] = [:]
  /// Whether the pane with the focus has the whole screen.
  var isZoomed = false
  var notice: Notice?
  /// When the result of an edit went away by itself, until the next key.
  var resultClosed: Duration?
  /// The keys typed so far of a sequence such as `gd`.
  var typedKeys: [Key] = []
  /// The count typed before a key that moves; 0 is none.
  var count = 0

  var tree = TreePane()
  var detail = DetailPane()
  var activity = ActivityPane()
  var selections = SelectionsPane()
  var simulationPane = SimulationPane()
  var neighbours = Neighbours()
  var presence = Presence()
  /// What has changed since somebody last asked.
  var tally = Tally()
  var jumps = JumpList()
  var finder = FindState()
  var trail = FollowState()
  var recent = RecentChoices()
  var watch = WatchState()
  var undo = UndoStack()
  /// The last edits that ended, because a second word may follow the first.
  var ended: [EditID: EditRequest] = [:]
  var inspector = Inspector()

  init(start: PaneID = .tree) { (focus, leftPane) = (start, .tree) }
}

/// The terminal that the dashboard is shown on.
struct ScreenState: Sendable {
  /// What the picture is laid out for.
  var size = Size(columns: 80, rows: 24)
  /// Whether each of its rows takes two of the terminal's.
  var isSpaced = false
  /// Whether the pointer is reported to us, or left to the terminal.
  var reportsMouse: Bool
  /// How many keys have been pressed.
  var keysPressed = 0
  /// The keys that were pressed lately, where a class watches.
  var keys = KeyStrip()
  /// The words that the settings ask for.
  var words = Vocabulary.town

  init(reportsMouse: Bool) { self.reportsMouse = reportsMouse }
}
