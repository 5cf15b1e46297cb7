/// What puts texts on the clipboard.
enum CopyCommand: Hashable, Sendable {
  case value
  case key
  case path
  case call
  case swiftCall
}

extension Keymap {
  static let copies: [Binding] = [
    Binding("copy-value", ["yy"], .copy(.value), .code, in: .places, "copy the value"),
    Binding("copy-key", ["yk"], .copy(.key), .code, in: .places, "copy the key"),
    Binding("copy-path", ["yp"], .copy(.path), .code, in: .places, "copy the path of the field"),
    Binding("copy-call", ["yc"], .copy(.call), .code, "copy the last edit as a Python call"),
    Binding("copy-swift", ["ys"], .copy(.swiftCall), .code, "copy the last edit as a Swift call"),
  ]
}

extension Model {
  func reasonNot(to command: CopyCommand) -> String? { nil }

  mutating func run(_ command: CopyCommand) -> [Effect] { [] }
}
