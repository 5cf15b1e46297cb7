import ScreenKit
import SharedState
import StateEditing
import StateInspection

/// The panel of whoever runs a room, while it is open.
struct OrganiserPanel: Sendable {
  /// Something that is being typed.
  enum Typing: Hashable, Sendable {
    /// The value of something that is asked of all headsets.
    case value(of: RoomControl)
    /// A message for everybody.
    case message
    /// What a set-up is to be called.
    case name

    /// What stands before the text.
    var prompt: String {
      switch self {
      case .value(let control): "\(control.name): "
      case .message: "tell everybody: "
      case .name: "save the room as: "
      }
    }

    /// What Enter does.
    var enter: String {
      switch self {
      case .value(let control): "\(control.wanted), or none"
      case .message: "Enter tells it"
      case .name: "Enter saves it"
      }
    }
  }

  /// The row under the cursor.
  var cursor = 0
  /// Whose row that is, so that the cursor stays on them when others come and leave.
  var current: String?
  var typing: (what: Typing, line: TextEditor)?
  /// Why what was typed makes no sense, until something else is typed.
  var flaw: String?
  /// The connection that is frozen or muted if that is asked for once more.
  var sure: Int64?
  /// Who was here when the server was asked who is connected, and when that was, as an uptime.
  var asked: [String]?
  var askedAt: Duration?
}

/// A message that is on its way to everybody in a room.
struct RoomNotice: Sendable {
  let text: String
  var waiting: Set<CallID> = []
  var told = 0
  var failed = 0
  /// Whether the server is still to say who takes messages.
  var asksWho = true
}

/// One who is in the room, or connected to it.
struct OrganiserRow: Hashable, Sendable {
  /// The id under which they write; empty if they have written nothing.
  let id: String
  let title: String
  /// What they are here with.
  let device: String
  /// The connection, if the server has told it.
  let connection: ConnectionRow?
  /// How long ago they came, if that is known.
  let since: Duration?
  let roundTrip: Double?
  /// How long ago something of theirs changed; `nil` if it has not since we came.
  let silence: Duration?
  /// Whether the server has told who is connected, and they are not.
  let isLeftBehind: Bool

  /// What tells them from the others.
  var key: String { id.isEmpty ? "connection \(connection?.number ?? 0)" : id }
}
