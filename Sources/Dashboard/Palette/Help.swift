import StateInspection
import ScreenKit

/// The help: the actions with the keys that are in force now, from which each can be run; those that one needs most in
/// the pane with the focus come first.
extension PaletteHost {
  var helpItems: [List<Self>.Item] {
    let place = words(focus.name)
    var items = [List<Self>.Item(label: Line("Most used in \(place)", .title, .bold))]
    items += Self.mostUsed(in: focus).compactMap { keymap[$0] }.map(item)
    for index in items.indices { items[index].isRepeat = true }
    for group in ActionGroup.allCases where keymap.actions.contains(where: { $0.group == group }) {
      items.append(List<Self>.Item(label: Line()))
      items.append(List<Self>.Item(label: Line(group.rawValue, .title, .bold)))
      for action in keymap.actions where action.group == group { items.append(item(action)) }
    }
    return items + (Self.editing + Self.pointer + legend).map { List<Self>.Item(label: $0) }
  }

  /// The dozen actions that one needs most in a pane.
  private static func mostUsed(in pane: PaneID) -> [ActionID] {
    let own: [ActionID] =
      switch pane {
      case .detail:
        [
          "toggle", "update", "increment", "flip", "plot", "copy-value", "follow", "snapshot",
          "pin",
        ]
      case .activity:
        ["toggle", "search", "changes", "pause", "filter", "follow", "history", "departed", "town"]
      case .selections:
        [
          "toggle", "flip", "increment", "update", "follow", "referrers", "search", "pin",
          "inspect",
        ]
      default: ["toggle", "search", "set", "update", "add", "remove", "snapshot", "history", "pin"]
      }
    return own + ["undo", "map", "palette"]
  }

  private func item(_ action: Action<Self>) -> List<Self>.Item {
    let keys = action.keys.map(\.label).joined(separator: " ")
    var line = Self.line(keys.isEmpty ? ":\(action.name)" : keys, words(action.help))
    if case .only(let panes) = action.scope, panes.count == 1, let pane = panes.first {
      line.append(" (in \(words(pane.name)))", .muted)
    }
    return List<Self>.Item(
      label: line,
      name: action.name,
      note: action.name,
      also: action.synonyms,
      reason: reasonNot(to: action.id),
      choice: .run(action.id)
    )
  }

  private static func line(_ keys: String, _ help: String) -> Line {
    // Keys of one's own may be longer than the column.
    let isWide = TextWidth.columns(of: keys) > 11
    return Line(" " + (isWide ? keys + " " : TextWidth.pad(keys, to: 12)), .hintKey, .bold)
      .adding(help)
  }

  private static var editing: [Line] {
    [Line(), Line(HelpText.editing, .title, .bold)] + EditPane.help.map { line($0.key, $0.text) }
  }

  private static var pointer: [Line] {
    [Line(), Line(HelpText.pointer, .title, .bold)]
      + HelpText.pointerHints.map { line($0.key, $0.text) }
  }

  /// The keys that do something to all marked entries.
  private var keysOnMarks: String {
    keymap.actions.filter { $0.onMarks != nil }.compactMap { $0.keys.first?.label }
      .joined(separator: " ")
  }

  private var legend: [Line] {
    let marks: [(String, String)] = [
      (glyphs.bullet, "changed just now"),
      (glyphs.ring, words("changed a moment ago; or \(a: .address) that you hold")),
      ("+", "new"), ("~", "changed"), ("-", "went away"), (glyphs.failure, words(.movedOut)),
      (glyphs.warning, words("would trouble somebody's program; \(label(of: "inspect")) tells")),
      (glyphs.pin, "pinned"), (glyphs.check, "marked; or went well"),
      (glyphs.lock, "its lock is yours"),
      (glyphs.folded + " " + glyphs.unfolded, "closed, open"),
      ("30/s", "changes a second; the bars beside it are the last seconds"),
      ("muted", "its changes are not told, only counted"),
      (glyphs.isASCII ? "x12" : "×12", "in Activity: so many times"),
      (glyphs.swatch, "in Selections and beside a field: its colour"),
      (
        [glyphs.lit, glyphs.dimming, glyphs.dark].joined(separator: " "),
        "on the map: changed just now, a moment ago, quiet"
      ),
      (glyphs.dot, "in a list: does nothing now, and the last line says why"),
    ]
    return [Line(), Line("Marks", .title, .bold)] + marks.map { Self.line($0, $1) }
      + [
        Self.line(glyphs.check, words("marked: \(keysOnMarks) fall on all marked \(many: .house)"))
      ]
  }
}

/// What the help says of keys that are no actions, for whoever lists all keys.
enum HelpText {
  static let editing = "While you write"
  static let pointer = "The mouse"

  static let pointerHints = [
    Hint("click", "choose a row; again: open, close or edit it"),
    Hint("wheel", "scroll the pane under the pointer"),
    Hint("Shift-drag", "select text, which is the terminal's own; M leaves it the mouse"),
  ]
}
