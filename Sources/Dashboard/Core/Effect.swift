public import Lessons
public import SharedState
public import StateEditing
public import TextScreen

/// Something that the dashboard asks of the outside world.
///
/// Effects are data: the model never touches a socket or a terminal, and a test compares what came back.
public enum Effect: Equatable, Sendable {
  /// Send an edit, and report with `Message.outcome`.
  case edit(EditRequest)
  /// Ask the town for its commands, and report with `Message.commands`.
  case listCommands
  /// Run a command of the town, and report with `Message.commandEnded`.
  case runCommand(CallID, name: String, arguments: StateObject)
  /// Ask the town something by a command that changes nothing, and report with `Message.commandEnded`.
  case ask(CallID, name: String, arguments: StateObject)
  /// Take the lock on a house for so long, or renew it, and report with `Message.locked`.
  case lock(String, for: Duration)
  /// Give the lock on a house back; nothing is reported.
  case unlock(String)
  /// Run a command of the person's own, and report with `Message.ownCommandEnded`.
  case runOwnCommand(OwnCommandRun)
  /// Open `$EDITOR` on a text, and report with `Message.externalEdit`.
  ///
  /// The header is put above the text as comment lines; the suggested name is that of the temporary file. The
  /// line is where in the text (from 1, the header not counted) the cursor should stand, if that matters.
  case externalEdit(EditID, text: String, header: String, line: Int?, suggestedName: String)
  /// Put a text on the clipboard, as far as the terminal allows, and report with `Message.copied`.
  case copy(String)
  /// Tell the person this while they look elsewhere.
  case notify(String, NoticeWay)
  /// Keep this for the next time that the town is opened; `Message.notRemembered` says that it could not be kept.
  case remember(DashboardMemory)
  /// Have the recording that is played go somewhere.
  case replay(ReplayRequest)
  /// Record what happens from now on into a file, which need not have a name, and report with `Message.recording`.
  case record(String?)
  /// End the recording.
  case endRecording
  /// Save how the room is set up, and say so with `Message.told`.
  case saveRoom(String, RoomSetup)
  /// Tell which set-ups are saved, with `Message.rooms`.
  case listRooms
  /// Read a set-up by its name, and report with `Message.room`.
  case readRoom(String)
  /// Stop as ^Z does, and send `ScreenEvent.resumed` when the shell brings the program back.
  case suspend
  /// Draw the whole screen again, as if nothing were on it.
  case redraw
  /// Have the pointer reported, or leave it to the terminal.
  case setMouse(Bool)
  /// Read the settings again, and report with `Message.settings`.
  case reloadSettings
  /// Have the neighbour of the tour do something in the practice town; it also puts up what a lesson begins with.
  case neighbour(StateChange)
  /// Keep how far the learner has come.
  case keepTour(TourProgress)
  /// Leave for the practice town, and come back when the learner has left it.
  case openTour
  /// Leave.
  case quit
}
