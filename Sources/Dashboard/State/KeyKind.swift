import SharedState

/// What a key is of, by the habits of the clients.
enum KeyKind {
  static let selectionPrefix = "selection."

  static func isSelection(_ key: String) -> Bool { key.begins(with: selectionPrefix) }

  static func isVisualiser(_ key: String) -> Bool {
    ParticleVisualiser.prefixes.contains { key.begins(with: $0) }
  }
}
