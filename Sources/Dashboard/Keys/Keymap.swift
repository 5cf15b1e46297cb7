import TextScreen

/// One line of the table of keys.
struct Binding: Sendable {
  /// Where a binding stands in the help.
  enum Group: String, Sendable, CaseIterable {
    case move = "Moving"
    case fold = "Opening and closing"
    case find = "Finding"
    case edit = "Editing"
    case screen = "The screen"
  }

  let keys: [Key]
  let command: Command
  let group: Group
  /// The panes in which it does something.
  let panes: Set<Pane>
  /// A word for the footer; `nil` if it is not told there.
  let hint: String?
  /// A sentence for the help.
  let help: String

  init(
    _ keys: [Key],
    _ command: Command,
    _ group: Group,
    in panes: Set<Pane> = Set(Pane.allCases),
    hint: String? = nil,
    _ help: String
  ) {
    self.keys = keys
    self.command = command
    self.group = group
    self.panes = panes
    self.hint = hint
    self.help = help
  }
}

/// The one table of keys: it decides what a key does, what the footer tells and what the help lists.
enum Keymap {
  static let bindings: [Binding] = edits + finds + moves + folds + screens

  private static let edits: [Binding] = [
    Binding(
      [.character("s")],
      .edit(.set),
      .edit,
      in: [.tree, .detail],
      hint: "set",
      "give the house a whole new value"
    ),
    Binding(
      [.character("u")],
      .edit(.update),
      .edit,
      in: [.tree, .detail],
      hint: "update",
      "give new values to some fields of the house"
    ),
    Binding(
      [.character("m")],
      .edit(.modify),
      .edit,
      in: [.tree, .detail],
      hint: "modify",
      "take the whole value in hand and put it back"
    ),
    Binding(
      [.character("a")],
      .edit(.add),
      .edit,
      in: [.tree, .detail],
      hint: "add",
      "add a house with a fresh key to the street"
    ),
    Binding(
      [.character("d"), .delete],
      .edit(.remove),
      .edit,
      in: [.tree, .detail],
      hint: "remove",
      "remove the house; asks first"
    ),
    Binding(
      [.character("c")],
      .edit(.clear),
      .edit,
      in: [.tree, .detail],
      hint: "clear",
      "empty the street; asks for its name"
    ),
    Binding(
      [.character("e"), .character("M")],
      .editExternally,
      .edit,
      in: [.tree, .detail],
      "modify the value in $EDITOR"
    ),
  ]

  private static let moves: [Binding] = [
    Binding([.character("j"), .down], .down(.line), .move, "next row; 5j moves five rows"),
    Binding([.character("k"), .up], .up(.line), .move, "previous row"),
    Binding([.control("d")], .down(.halfPage), .move, "half a page on"),
    Binding([.control("u")], .up(.halfPage), .move, "half a page back"),
    Binding([.pageDown, .control("f")], .down(.page), .move, "a page on"),
    Binding([.pageUp, .control("b")], .up(.page), .move, "a page back"),
    Binding([.character("g"), .home], .up(.all), .move, "first row"),
    Binding([.character("G"), .end], .down(.all), .move, "last row"),
  ]

  private static let folds: [Binding] = [
    Binding(
      [.enter, .character(" ")],
      .toggle,
      .fold,
      hint: "open",
      "open or close; edit a field; from Activity, go to the house"
    ),
    Binding(
      [.character("l"), .right],
      .into,
      .fold,
      in: [.tree, .detail],
      "open it, go inside, or go on to the house"
    ),
    Binding(
      [.character("h"), .left],
      .out,
      .fold,
      in: [.tree, .detail],
      "close it, or go to what it is in"
    ),
    Binding(
      [.character("o"), .character("E")],
      .openAll,
      .fold,
      in: [.tree, .detail],
      "open everything in this pane"
    ),
    Binding(
      [.character("O"), .character("C")],
      .closeAll,
      .fold,
      in: [.tree, .detail],
      "close everything in this pane"
    ),
  ]

  private static let finds: [Binding] = [
    Binding([.character("/")], .find, .find, hint: "find", "find a house by a part of its key"),
    Binding([.character("n")], .nextMatch, .find, "next house that was found"),
    Binding([.character("N")], .previousMatch, .find, "previous house that was found"),
  ]

  private static let screens: [Binding] = [
    Binding([.tab], .nextPane, .screen, hint: "next pane", "next pane"),
    Binding([.backTab], .previousPane, .screen, "previous pane"),
    Binding([.character("1")], .pane(.tree), .screen, "go to Town"),
    Binding([.character("2")], .pane(.detail), .screen, "go to House"),
    Binding([.character("3")], .pane(.activity), .screen, "go to Activity"),
    Binding([.escape], .dismiss, .screen, "leave what is open, and go back to Town"),
    Binding(
      [.character("?"), .function(1)],
      .help,
      .screen,
      hint: "help",
      "show or leave this help"
    ),
    Binding([.control("l")], .redraw, .screen, "draw the screen again"),
    Binding([.control("z")], .suspend, .screen, "suspend; fg brings it back"),
    Binding([.character("q")], .quit, .screen, hint: "quit", "quit; asks if an edit is open"),
    Binding([.control("c")], .quitAtOnce, .screen, "quit at once"),
  ]

  /// What a key does in a pane, or in another one.
  static func binding(for key: Key, in pane: Pane) -> Binding? {
    let found = bindings.filter { $0.keys.contains(key) }
    return found.first { $0.panes.contains(pane) } ?? found.first
  }
}

extension Key {
  /// The key as it is written in the footer and the help.
  var label: String {
    switch self {
    case .character(" "): "Space"
    case .character(let character): String(character)
    case .enter: "Enter"
    case .escape: "Esc"
    case .tab: "Tab"
    case .backTab: "Shift-Tab"
    case .backspace: "Backspace"
    case .delete: "Del"
    case .insert: "Ins"
    case .up: "Up"
    case .down: "Down"
    case .left: "Left"
    case .right: "Right"
    case .home: "Home"
    case .end: "End"
    case .pageUp: "PgUp"
    case .pageDown: "PgDn"
    case .function(let number): "F\(number)"
    case .control(let letter): "^\(letter)"
    case .alt(let character): "Alt-\(character)"
    }
  }
}
