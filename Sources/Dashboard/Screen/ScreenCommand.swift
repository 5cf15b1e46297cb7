import TextScreen
import ScreenKit

/// What changes the screen and not the town.
enum ScreenCommand: Hashable, Sendable {
  case palette
  case zoom
  case map
  case mouse
  case reloadSettings
  /// How much has changed since it was last asked.
  case tally
  /// Tells everything in the words of the town, or of a dictionary.
  case words
}

extension Model {
  func reasonNot(to command: ScreenCommand) -> String? {
    switch command {
    case .palette, .zoom, .mouse, .tally, .words: nil
    case .map: known.index.rowCount == 0 ? known.words(.noHouseYet) : nil
    case .reloadSettings: options.settings == nil ? "this dashboard has no settings file" : nil
    }
  }

  mutating func run(_ command: ScreenCommand) -> [Effect] {
    switch command {
    case .zoom: zoom()
    case .map: openMap()
    case .palette: openPalette()
    case .mouse: return switchMouse()
    case .tally: tellTally()
    case .words: turnWords()
    case .reloadSettings: return [.reloadSettings]
    }
    return []
  }

  private mutating func zoom() {
    guard size.isRoomy || isZoomed else {
      say("there is room for one pane only; 1 to 4 change it", .muted)
      return
    }
    isZoomed.toggle()
  }

  private mutating func tellTally() {
    let waiting = watch.pause?.count ?? 0
    let rest: Phrase =
      waiting > 0 ? "; \(Phrases.grouped(waiting)) more while the picture stands still" : ""
    say("\(tally.take())\(rest)")
  }

  private mutating func switchMouse() -> [Effect] {
    reportsMouse.toggle()
    let key = keymap.label(of: .screen(.mouse))
    say(
      reportsMouse
        ? "the mouse clicks and scrolls here; \(key) leaves it to the terminal"
        : "the mouse is the terminal's now; \(key) takes it back"
    )
    return [.setMouse(reportsMouse)]
  }
}
