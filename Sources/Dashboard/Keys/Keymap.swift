import StateEditing
import TextScreen
import ScreenKit

/// The one table of keys: it decides what a key does, what the footer tells, what the help lists and what the
/// palette runs.
struct Keymap: Sendable {
  var bindings: [Binding]

  /// The keys as they are without settings.
  static let standard = Keymap(
    bindings: edits + undos + halls + finds + follows + watches + boards + inspections + moves
      + folds + copies + screens + tours
  )

  /// What the keys pressed so far come to.
  enum Meaning {
    /// This is asked for.
    case binding(Binding)
    /// More keys may follow; these bindings are still possible.
    case begun([Binding])
    case nothing
  }

  /// What keys mean in a pane, or else in another one.
  func meaning(of keys: [Key], in pane: Pane, isSearching: Bool) -> Meaning {
    let holding = bindings.filter { $0.holds(isSearching: isSearching) }
    let found = holding.filter { $0.keys.contains { $0.keys == keys } }
    if let binding = found.first(where: { $0.panes.contains(pane) }) ?? found.first {
      return .binding(binding)
    }
    let begun = holding.filter { $0.keys.contains { $0.isBegun(by: keys) } }
    return begun.isEmpty ? .nothing : .begun(begun)
  }

  /// The binding of a name.
  func binding(named name: String) -> Binding? { bindings.first { $0.name == name } }

  /// The binding of a command.
  func binding(for command: Command) -> Binding? { bindings.first { $0.command == command } }

  /// How a command is asked for: by its first key, or by its name if it has none.
  func label(of command: Command) -> String {
    guard let binding = binding(for: command) else { return "" }
    return binding.keys.first?.label ?? ":\(binding.name)"
  }
}

extension Keymap {
  private static let edits: [Binding] = [
    Binding(
      "set",
      ["s"],
      .edit(.set),
      .edit,
      in: .places,
      hint: "set",
      "give the \(.house) a whole new value"
    ),
    Binding(
      "update",
      ["u"],
      .edit(.update),
      .edit,
      in: .places,
      hint: "update",
      "give new values to some fields of the \(.house)"
    ),
    Binding(
      "modify",
      ["m"],
      .edit(.modify),
      .edit,
      in: .places,
      hint: "modify",
      "take the whole value in hand and put it back"
    ),
    Binding(
      "add",
      ["a"],
      .edit(.add),
      .edit,
      in: .places,
      hint: "add",
      "add \(a: .house) with a fresh key to the \(.street)"
    ),
    Binding(
      "remove",
      ["d", "Del"],
      .edit(.remove),
      .edit,
      in: .places,
      hint: "remove",
      "remove the \(.house); asks first"
    ),
    Binding(
      "clear",
      ["c"],
      .edit(.clear),
      .edit,
      in: .places,
      hint: "clear",
      "empty the \(.street); asks for its name"
    ),
    Binding(
      "editor",
      ["e"],
      .editExternally,
      .edit,
      in: .places,
      "modify the value in $EDITOR"
    ),
  ]

  private static let moves: [Binding] = [
    Binding("down", ["j", "Down"], .down(.line), .move, "next row; 5j moves five rows"),
    Binding("up", ["k", "Up"], .up(.line), .move, "previous row"),
    Binding("half-page-down", ["^d"], .down(.halfPage), .move, "half a page on"),
    Binding("half-page-up", ["^u"], .up(.halfPage), .move, "half a page back"),
    Binding("page-down", ["PgDn", "^f"], .down(.page), .move, "a page on"),
    Binding("page-up", ["PgUp", "^b"], .up(.page), .move, "a page back"),
    Binding("first", ["gg", "Home"], .up(.all), .move, "first row"),
    Binding("last", ["G", "End"], .down(.all), .move, "last row"),
  ]

  private static let folds: [Binding] = [
    Binding(
      "toggle",
      ["Enter", "Space"],
      .toggle,
      .fold,
      hint: "open",
      "open or close; edit a field; from Activity, go to the \(.house)"
    ),
    Binding(
      "into",
      ["l", "Right"],
      .into,
      .fold,
      in: .places,
      "open it, go inside, or go on to the \(.house)"
    ),
    Binding(
      "out",
      ["h", "Left"],
      .out,
      .fold,
      in: .places,
      "close it, or go to what it is in"
    ),
    Binding(
      "open-all",
      ["o", "E"],
      .openAll,
      .fold,
      in: [.tree, .detail],
      "open everything in this pane"
    ),
    Binding(
      "close-all",
      ["O", "C"],
      .closeAll,
      .fold,
      in: [.tree, .detail],
      "close everything in this pane"
    ),
  ]

  private static let screens: [Binding] = [
    Binding("next-pane", ["Tab"], .nextPane, .screen, hint: "next pane", "next pane"),
    Binding("previous-pane", ["Shift-Tab"], .previousPane, .screen, "previous pane"),
    Binding("town", ["1"], .pane(.tree), .screen, "go to \(Pane.tree.name)"),
    Binding("house", ["2"], .pane(.detail), .screen, "go to \(Pane.detail.name)"),
    Binding("activity", ["3"], .pane(.activity), .screen, "go to Activity"),
    Binding("selections", ["4"], .pane(.selections), .screen, "go to Selections"),
    Binding(
      "changes",
      ["i"],
      .screen(.tally),
      .screen,
      "how much has changed since you last asked, by \(.street)"
    ),
    Binding("zoom", ["0"], .screen(.zoom), .screen, "give this pane the whole screen, and back"),
    Binding(
      "map",
      ["gm"],
      .screen(.map),
      .screen,
      "the \(.town) seen from above; Enter goes there"
    ),
    Binding(
      "dismiss",
      ["Esc"],
      .dismiss,
      .screen,
      "leave what is open, and go back to \(Pane.tree.name)"
    ),
    Binding(
      "palette",
      [":"],
      .screen(.palette),
      .screen,
      hint: "command",
      "run a command by name, or go to \(a: .address)"
    ),
    Binding("help", ["?", "F1"], .help, .screen, hint: "help", "show or leave this help"),
    Binding("words", ["gv"], .screen(.words), .screen, "say town and houses, or state and entries"),
    Binding("mouse", ["M"], .screen(.mouse), .screen, "leave the mouse to the terminal, and back"),
    Binding(
      "reload-settings",
      [],
      .screen(.reloadSettings),
      .screen,
      "read the settings file again"
    ),
    Binding("redraw", ["^l"], .redraw, .screen, "draw the screen again"),
    Binding("suspend", ["^z"], .suspend, .screen, "suspend; fg brings it back"),
    Binding("quit", ["q"], .quit, .screen, hint: "quit", "quit; asks if an edit is open"),
    Binding("quit-at-once", ["^c"], .quitAtOnce, .screen, "quit at once"),
  ]
}
