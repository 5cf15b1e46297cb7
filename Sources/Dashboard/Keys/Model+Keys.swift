import TextScreen
import ScreenKit

/// Why a key would do nothing.
extension Model {
  /// Why a binding would do nothing now, in a few words; `nil` if it does something.
  func reasonNot(to binding: Binding) -> String? {
    if !binding.panes.contains(focus) {
      let places = Pane.allCases.filter(binding.panes.contains).map { known.words($0.name) }
      return known.words("not in \(focus.name), only in \(places.joined(separator: ", "))")
    }
    guard binding.holds(isSearching: search != nil) else {
      return search == nil
        ? "nothing is searched for; \(keymap.label(of: .find(.search))) begins"
        : "not while a search is on; \(keymap.label(of: .dismiss)) ends it"
    }
    return reasonNot(to: binding.command)
  }

  /// Whether nothing that a person could see has changed.
  func isUnchanged(since before: Model) -> Bool {
    // The picture is only drawn where the cheap questions have found nothing.
    focus == before.focus && currentRow == before.currentRow
      && detail.cursor == before.detail.cursor && activity.cursor == before.activity.cursor
      && known.index.rowCount == before.known.index.rowCount && edit == before.edit
      && (chooser == nil) == (before.chooser == nil) && settledPicture == before.settledPicture
  }

  /// What would be on the screen after all panes have followed.
  private var settledPicture: Grid {
    var settled = self
    settled.settle()
    return settled.picture(size)
  }

  /// Why a command that could be run has changed nothing.
  func reasonForNothing(of command: Command) -> String {
    switch command {
    case .down: "there is nothing below"
    case .up: "there is nothing above"
    case .into: "there is nothing more inside"
    case .out: "it is closed, and there is nothing around it"
    case .openAll: "everything is open already"
    case .closeAll: "everything is closed already"
    case .pane(let pane): known.words("this is \(pane.name) already")
    case .dismiss: "nothing is open; \(keymap.label(of: .quit)) quits"
    default: "nothing changes by that here"
    }
  }

  /// Why keys that mean nothing here do not: some do at another time.
  func reasonForNothing(of keys: [Key]) -> String {
    let binding = keymap.bindings.first { $0.keys.contains { $0.keys == keys } }
    if let reason = binding.flatMap(reasonNot) { return ": \(reason)" }
    return " does nothing here; \(keymap.label(of: .help)) lists the keys"
  }
}
