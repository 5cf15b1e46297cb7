/// What takes edits back, and does them again elsewhere.
enum UndoCommand: Hashable, Sendable {
  case undo
  case redo
  case mark
  case unmarkAll
  case `repeat`
}

extension Keymap {
  static let undos: [Binding] = [
    Binding("undo", ["z"], .undo(.undo), .edit, hint: "undo", "take back your last edit"),
    Binding("redo", ["Z", "^r"], .undo(.redo), .edit, "do again what was taken back"),
    Binding("mark", ["v"], .undo(.mark), .edit, in: .places, "mark the house, or unmark it"),
    Binding("unmark-all", ["V"], .undo(.unmarkAll), .edit, "unmark all houses"),
    Binding(
      "repeat",
      ["."],
      .undo(.repeat),
      .edit,
      in: .places,
      "last edit again, on marked houses"
    ),
  ]
}

extension Model {
  func reasonNot(to command: UndoCommand) -> String? { nil }

  mutating func run(_ command: UndoCommand) -> [Effect] { [] }
}
