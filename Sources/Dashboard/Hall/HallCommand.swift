import TextScreen
import ScreenKit

/// What the town is asked to do for the person, other than to take an edit.
enum HallCommand: Hashable, Sendable {
  case commands
  case lock
}

extension Keymap {
  static let halls: [Binding] = [
    Binding(
      "commands",
      ["X"],
      .hall(.commands),
      .edit,
      "commands of the \(.host): list and run them"
    ),
    Binding(
      "lock",
      ["L"],
      .hall(.lock),
      .edit,
      in: .places,
      "hold the lock on the \(.house), or give it back"
    ),
  ]
}

extension Model {
  func reasonNot(to command: HallCommand) -> String? {
    switch command {
    case .commands: link.isLive ? nil : notConnected
    case .lock: reasonNotToLock
    }
  }

  mutating func run(_ command: HallCommand) -> [Effect] {
    switch command {
    case .commands: return openCommands()
    case .lock: toggleLock()
    }
    return []
  }

  var notConnected: String { known.words("not connected to the \(.host)") }
}
