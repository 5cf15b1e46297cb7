import SharedState

/// The streets and houses that a person does not want to hear of: they are in sight, but make no noise.
struct Mutes: Hashable, Sendable {
  private(set) var streets: Set<ExactText> = []
  private(set) var houses: Set<ExactText> = []
  /// How many changes made no noise; nothing that happens is uncounted.
  var count = 0

  var isEmpty: Bool { streets.isEmpty && houses.isEmpty }

  /// Whether a house makes no noise, by itself or with its street.
  func covers(_ key: String) -> Bool {
    guard !isEmpty else { return false }
    if houses.contains(ExactText(key)) { return true }
    guard !streets.isEmpty, let prefix = Address.street(of: key) else { return false }
    return streets.contains(ExactText(prefix))
  }

  /// Whether a row makes no noise.
  func covers(_ row: TreeRow) -> Bool {
    switch row {
    case .street(let prefix): streets.contains(ExactText(prefix))
    case .house(let key): covers(key)
    }
  }

  /// Mutes a street or house by itself, or has it heard again.
  mutating func set(_ isMuted: Bool, _ row: TreeRow) {
    let name = ExactText(row.text)
    switch (row, isMuted) {
    case (.street, true): streets.insert(name)
    case (.street, false): streets.remove(name)
    case (.house, true): houses.insert(name)
    case (.house, false): houses.remove(name)
    }
    if isEmpty { count = 0 }
  }
}

extension TownChange {
  /// What is left to be told.
  func without(_ mutes: Mutes) -> TownChange {
    guard !mutes.isEmpty else { return self }
    return TownChange(touched: touched.filter { !mutes.covers($0.key) })
  }
}
