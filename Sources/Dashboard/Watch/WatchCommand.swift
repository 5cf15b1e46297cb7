/// What keeps an eye on values over time.
enum WatchCommand: Hashable, Sendable {
  case snapshot
  case dropSnapshot
  case snapshots
  case history
  case plot
  case pause
  case restore
  case pin
  case pins
}

extension Keymap {
  static let watches: [Binding] = [
    Binding(
      "snapshot",
      ["n"],
      .watch(.snapshot),
      .watch,
      in: .places,
      during: .notSearching,
      hint: "snapshot",
      "keep this visit beside the live house"
    ),
    Binding("drop-snapshot", ["D"], .watch(.dropSnapshot), .watch, in: .places, "drop that visit"),
    Binding("snapshots", ["gn"], .watch(.snapshots), .watch, "list all visits that are kept"),
    Binding("history", ["H"], .watch(.history), .watch, in: .places, "what lived here before"),
    Binding("plot", ["t"], .watch(.plot), .watch, in: .places, "plot the number under the cursor"),
    Binding("pause", ["w"], .watch(.pause), .watch, "hold the picture still, and go on"),
    Binding("restore", ["R"], .watch(.restore), .watch, in: .places, "bring back what was here"),
    Binding("pin", ["p"], .watch(.pin), .watch, in: .places, "pin this house, or unpin it"),
    Binding("pins", ["gp"], .watch(.pins), .watch, "show the pinned houses side by side"),
  ]
}

extension Model {
  func reasonNot(to command: WatchCommand) -> String? {
    switch command {
    case .pause: hasTown ? nil : "there is no picture to hold still yet"
    default: nil
    }
  }

  mutating func run(_ command: WatchCommand) -> [Effect] {
    switch command {
    case .pause: togglePause()
    default: break
    }
    return []
  }
}
