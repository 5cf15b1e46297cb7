import SharedState
import StateInspection
import TextScreen

/// What is known of the server: the connection, the state that came over it, and what is on the way there.
struct Session: Sendable {
  var link = LinkStatus.connecting(attempt: 1)
  /// The state as the screen shows it.
  var known = KnownState()
  /// How the recording stands that is played; `nil` if none is.
  var replay: ReplayStatus?
  /// How the recording stands that is made of the session; `nil` if none is.
  var recording: RecordingStatus?
  /// What waits while the picture is held still.
  var pause: Pause?
  /// When the state was last known to be current, while it is not.
  var liveUntil: Moment?
  /// Whether the next change is the whole state, or what happened while away.
  var awaits = Arrival.firstCopy
  /// When the connection came.
  var liveSince: Moment?
  /// Whether the state has come in over this connection.
  var hasFreshCopy = false
  /// What changed while the connection was away.
  var missed: [KnownChange] = []
  var outbox: Outbox
  var calls = CallState()
  var ownCommands = OwnCommandState()
  var locks = LockRequests()
  /// What the server lets this dashboard do; `nil` if it lets everybody do all, or has not said.
  var access: Access?
  var authors = AuthorLookup()
  var connections = ConnectionList()
  var roomNotice: RoomNotice?
  /// What the person wants to be told of while they look elsewhere, as the settings say it, and how.
  var alarms: [String] = []
  var alarmWatch = AlarmWatch([])
  var noticeWay = NoticeWay.osc9
  /// What is to be told and has not been yet.
  var notices: [String] = []

  /// What the next change is.
  enum Arrival: Hashable, Sendable {
    case firstCopy
    case newsFromAway
    case change
  }

  init(names: NameMaker) { outbox = Outbox(names: names) }
}
