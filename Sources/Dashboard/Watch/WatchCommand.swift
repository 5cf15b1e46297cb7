import ScreenKit

/// What keeps an eye on values over time.
enum WatchCommand: Hashable, Sendable {
  case snapshot
  case dropSnapshot
  case olderVisit
  case newerVisit
  case snapshots
  case history
  case departed
  case pause
  case restore
  case pin
  case pins
  case plot
  case noPlots
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
      "keep this \(.visit) beside the live \(.house)"
    ),
    Binding(
      "drop-snapshot",
      ["D"],
      .watch(.dropSnapshot),
      .watch,
      in: .places,
      "drop that \(.visit)"
    ),
    Binding(
      "older-visit",
      ["<"],
      .watch(.olderVisit),
      .watch,
      in: .places,
      "the \(.visit) before it"
    ),
    Binding(
      "newer-visit",
      [">"],
      .watch(.newerVisit),
      .watch,
      in: .places,
      "the \(.visit) after it"
    ),
    Binding(
      "snapshots",
      ["gn"],
      .watch(.snapshots),
      .watch,
      "list all \(many: .visit) that are kept"
    ),
    Binding(
      "history",
      ["H"],
      .watch(.history),
      .watch,
      in: .places,
      "what \("lived", dict: "was") here before"
    ),
    Binding(
      "departed",
      ["gh"],
      .watch(.departed),
      .watch,
      "list the \(many: .house) that \(.left)"
    ),
    Binding("pause", ["w"], .watch(.pause), .watch, "hold the picture still, and go on"),
    Binding("restore", ["R"], .watch(.restore), .watch, in: .places, "bring back what was here"),
    Binding("pin", ["p"], .watch(.pin), .watch, in: .places, "pin this \(.house), or unpin it"),
    Binding("pins", ["gp"], .watch(.pins), .watch, "show the pinned \(many: .house) side by side"),
    Binding(
      "plot",
      ["t"],
      .watch(.plot),
      .watch,
      in: .places,
      "plot this number over time, or not"
    ),
    Binding("no-plots", ["gt"], .watch(.noPlots), .watch, "take all plots away"),
  ]
}

extension Model {
  func reasonNot(to command: WatchCommand) -> String? {
    switch command {
    case .snapshot: reasonNotToVisit
    case .dropSnapshot, .olderVisit, .newerVisit: reasonNotToLeaf(command)
    case .snapshots:
      watch.book.visits.isEmpty ? known.words("no \(.visit) is kept yet; n keeps one") : nil
    case .history: currentRow == nil ? known.words(.noHouseYet) : nil
    case .departed:
      watch.past.departed().isEmpty ? known.words("no \(.house) \(.hasLeft) since you came") : nil
    case .pause: hasTown ? nil : "there is no picture to hold still yet"
    case .restore: reasonNotToRestore
    case .pin: reasonNotToPin
    case .pins: watch.pins.isEmpty ? known.words("no \(.house) is pinned yet; p pins one") : nil
    case .plot: reasonNotToPlot
    case .noPlots:
      watch.plots.plots.isEmpty ? "no number is plotted yet; \(key(for: .plot)) plots one" : nil
    }
  }

  mutating func run(_ command: WatchCommand) -> [Effect] {
    switch command {
    case .snapshot: keepVisit()
    case .dropSnapshot: dropVisit()
    case .olderVisit: stepVisit(by: -1)
    case .newerVisit: stepVisit(by: 1)
    case .snapshots: listVisits()
    case .history: listPast()
    case .departed: listDeparted()
    case .pause: togglePause()
    case .restore: return restore()
    case .pin: togglePin()
    case .pins: watch.showsPins.toggle()
    case .plot: togglePlot()
    case .noPlots: removePlots()
    }
    return []
  }
}
