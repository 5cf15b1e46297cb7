/// What looks for houses that will trouble somebody's program.
enum InspectCommand: Hashable, Sendable {
  case house
  case town
}

extension Keymap {
  static let inspections: [Binding] = [
    Binding(
      "inspect",
      ["!"],
      .inspect(.house),
      .watch,
      in: .places,
      "what is wrong with this house"
    ),
    Binding("inspect-town", ["g!"], .inspect(.town), .watch, "what is wrong in the whole town"),
  ]
}

extension Model {
  func reasonNot(to command: InspectCommand) -> String? { nil }

  mutating func run(_ command: InspectCommand) -> [Effect] { [] }
}
