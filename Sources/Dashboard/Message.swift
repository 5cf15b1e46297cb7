public import SharedState
public import TextScreen

/// Something that happened, told to the dashboard.
public enum Message: Sendable {
  /// The person at the terminal did something.
  case screen(ScreenEvent)
  /// The town changed: the newest whole copy, and what changed since the last such message.
  case state(StateDictionary, StateChange)
  /// The connection changed.
  case link(LinkStatus)
  /// An edit ended, or met a conflict.
  case outcome(EditID, EditOutcome)
  /// The person left `$EDITOR`.
  case externalEdit(EditID, ExternalEditResult)
  /// The time named by `Model.wakeUp` has come.
  case wake
}
