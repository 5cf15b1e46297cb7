public import SharedState
public import StateEditing
public import TextScreen
public import Trajectory

/// Something that happened, told to the dashboard.
public enum Message: Sendable {
  /// The person at the terminal did something.
  case screen(ScreenEvent)
  /// The town changed: the newest whole copy, and what changed since the last such message.
  case state(StateDictionary, StateChange)
  /// A simulation has said something: all that is known of it now, and how many frames have come.
  case simulation(Simulation, frames: Int)
  /// The connection changed.
  case link(LinkStatus)
  /// The town lets this dashboard do so much, and knows it by this name; `nil` if it lets everybody do all.
  case access(AccessRole?, name: String)
  /// An edit was put on the freshest state and is on its way: what it changes, and what takes exactly that back.
  case sent(EditID, StateChange, inverse: StateChange)
  /// An edit ended, or met a conflict.
  case outcome(EditID, EditOutcome)
  /// The commands that the town offers, or why they are not known.
  case commands(Result<[CommandDescription], CommandFailure>)
  /// A command answered, or failed; the value is null if it has no result.
  case commandEnded(CallID, Result<StateValue, CommandFailure>)
  /// A run of a command of the person's own, by its number, has ended.
  case ownCommandEnded(Int, OwnCommandResult)
  /// What became of a request for the lock on a house: until when it is held, an uptime as in `Moment`.
  case locked(String, Result<Duration, LockError>)
  /// The person left `$EDITOR`.
  case externalEdit(EditID, ExternalEditResult)
  /// So many bytes of text went to the terminal's clipboard; or they were more than the limit, and did not.
  case copied(bytes: Int, limit: Int?)
  /// A recording that is played stands so.
  case replay(ReplayStatus)
  /// The recording that is made of the session stands so; `nil` if none is made.
  case recording(RecordingStatus?)
  /// The set-ups of rooms that are saved are called so.
  case rooms([String])
  /// A set-up that was asked for, by its name.
  case room(String, RoomSetup)
  /// The settings were read again.
  case settings(DashboardSettings)
  /// What was remembered cannot be read or written, for this reason.
  case notRemembered(String)
  /// Something that the person should know.
  case told(String)
  /// The time named by `Model.wakeUp` has come.
  case wake
}
