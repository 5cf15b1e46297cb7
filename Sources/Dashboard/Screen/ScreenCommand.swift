/// What changes the screen and not the town.
enum ScreenCommand: Hashable, Sendable {
  case palette
  case zoom
  case mouse
}

extension Model {
  func reasonNot(to command: ScreenCommand) -> String? { nil }

  mutating func run(_ command: ScreenCommand) -> [Effect] {
    switch command {
    case .zoom: isZoomed.toggle()
    case .palette, .mouse: break
    }
    return []
  }
}
