import StateInspection
import ScreenKit

/// The help: the actions with the keys that are in force now, from which each can be run.
extension PaletteHost {
  var helpItems: [List<Self>.Item] {
    var items: [List<Self>.Item] = []
    for group in ActionGroup.allCases {
      if !items.isEmpty { items.append(List<Self>.Item(label: Line())) }
      items.append(List<Self>.Item(label: Line(group.rawValue, .title, .bold)))
      for action in keymap.actions where action.group == group { items.append(item(action)) }
    }
    return items + (Self.editing + Self.pointer + legend).map { List<Self>.Item(label: $0) }
  }

  private func item(_ action: Action<Self>) -> List<Self>.Item {
    let keys = action.keys.map(\.label).joined(separator: " ")
    var line = Self.line(keys.isEmpty ? ":\(action.name)" : keys, words(action.help))
    if case .only(let panes) = action.scope, panes.count == 1, let pane = panes.first {
      line.append(" (in \(words(pane.name)))", .muted)
    }
    return List<Self>.Item(
      label: line,
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
    [Line(), Line("While you write", .title, .bold)] + EditPane.help.map { line($0.key, $0.text) }
  }

  private static var pointer: [Line] {
    [
      Line(), Line("The mouse", .title, .bold),
      line("click", "choose a row; again: open, close or edit it"),
      line("wheel", "scroll the pane under the pointer"),
      line("Shift-drag", "select text, which is the terminal's own; M leaves it the mouse"),
    ]
  }

  private var legend: [Line] {
    let marks = [
      (glyphs.bullet, "changed just now"), (glyphs.ring, "changed a moment ago"),
      ("+", "new"), ("~", "changed"), ("-", "went away"), (glyphs.failure, words(.movedOut)),
      (glyphs.lock, "its lock is yours"),
      ("30/s", "changes a second"),
      (glyphs.dot, "in a list: does nothing now, and the last line says why"),
    ]
    return [Line(), Line("Marks", .title, .bold)] + marks.map { Self.line($0, $1) }
  }
}
