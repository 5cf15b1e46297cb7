import ScreenKit
import TextScreen

/// The help: the table of keys as it is in force now, from which each entry can be run.
extension Model {
  mutating func openHelp() { chooser = Chooser("Keys", helpItems) }

  /// All lines of the help.
  var helpItems: [Chooser.Item] {
    var items: [Chooser.Item] = []
    for group in Binding.Group.allCases {
      if !items.isEmpty { items.append(Chooser.Item(label: Line())) }
      items.append(Chooser.Item(label: Line(group.rawValue, .title, .bold)))
      for binding in keymap.bindings where binding.group == group { items.append(item(binding)) }
    }
    return items + (Self.editing + Self.pointer + legend).map { Chooser.Item(label: $0) }
  }

  private func item(_ binding: Binding) -> Chooser.Item {
    let keys = binding.keys.map(\.label).joined(separator: " ")
    var line = Self.line(keys.isEmpty ? ":\(binding.name)" : keys, known.words(binding.help))
    if binding.panes.count == 1, let pane = binding.panes.first {
      line.append(" (in \(known.words(pane.name)))", .muted)
    }
    return Chooser.Item(
      label: line,
      reason: reasonNot(to: binding),
      choice: .run(binding.command)
    )
  }

  private static func line(_ keys: String, _ help: String) -> Line {
    // Keys of one's own may be longer than the column.
    let isWide = TextWidth.columns(of: keys) > 11
    var line = Line(" " + (isWide ? keys + " " : TextWidth.pad(keys, to: 12)), .hintKey, .bold)
    line.append(help)
    return line
  }

  private static var editing: [Line] {
    [Line(), Line("While you write", .title, .bold)] + EditPane.help.map { line($0.key, $0.text) }
  }

  private static let pointer: [Line] = [
    Line(), Line("The mouse", .title, .bold),
    line("click", "choose a row; again: open, close or edit it"),
    line("wheel", "scroll the pane under the pointer"),
    line("Shift-drag", "select text, which is the terminal's own; M leaves it the mouse"),
  ]

  private var legend: [Line] {
    let marks = [
      (glyphs.bullet, "changed just now"), (glyphs.ring, "changed a moment ago"),
      ("+", "new"), ("~", "changed"), ("-", "went away"), (glyphs.failure, known.words(.movedOut)),
      (glyphs.lock, "its lock is yours"),
      ("30/s", "changes a second"),
      (glyphs.dot, "in a list: does nothing now, and the last line says why"),
    ]
    return [Line(), Line("Marks", .title, .bold)] + marks.map { Self.line($0, $1) }
  }
}
