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

  /// A message that is on its way to everybody.
  struct Notice: Sendable {
    let text: String
    var waiting: Set<CallID> = []
    var told = 0
    var failed = 0
    /// Whether the server is still to say who takes messages.
    var asksWho = true
  }

  /// The row under the cursor.
  var cursor = 0
  var typing: (what: Typing, line: TextEditor)?
  var notice: Notice?
  /// Who was here when the server was asked who is connected.
  var asked: [String]?
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
}
