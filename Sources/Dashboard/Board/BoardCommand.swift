/// What changes a field without writing: a switch, a step, a choice.
enum BoardCommand: Hashable, Sendable {
  case increment
  case decrement
  case flip
}

extension Keymap {
  static let boards: [Binding] = [
    Binding("increment", ["+"], .board(.increment), .edit, in: .places, "one step up: a number"),
    Binding("decrement", ["-"], .board(.decrement), .edit, in: .places, "one step down: a number"),
    Binding("flip", ["~"], .board(.flip), .edit, in: .places, "the other way: true or false"),
  ]
}

extension Model {
  func reasonNot(to command: BoardCommand) -> String? { nil }

  mutating func run(_ command: BoardCommand) -> [Effect] { [] }
}
