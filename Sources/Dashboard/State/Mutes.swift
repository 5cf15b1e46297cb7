import SharedState
import ScreenKit

/// The groups and entries that a person does not want to hear of: they are in sight, but make no noise.
struct Mutes: Hashable, Sendable {
  /// Groups that are muted until a person says otherwise: each client counts its writes in an entry of its own there,
  /// so that every change would be told twice.
  static let byDefault: Set<StateKey> = [StateKey("update.")]

  private(set) var groups = Self.byDefault
  private(set) var entries: Set<StateKey> = []
  /// How many changes made no noise; nothing that happens is uncounted.
  var count = 0

  var isEmpty: Bool { groups.isEmpty && entries.isEmpty }

  /// Whether nothing is muted that a person has muted.
  private var isByDefault: Bool { entries.isEmpty && groups.isSubset(of: Self.byDefault) }

  /// What a person has muted, in words; `nil` if that is nothing.
  var words: Phrase? {
    let streets = groups.subtracting(Self.byDefault).count
    let parts: [Phrase] =
      (streets > 0 ? ["\(streets, .street)"] : [])
      + (entries.isEmpty ? [] : ["\(entries.count, .house)"])
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  /// Whether an entry makes no noise, by itself or with its group.
  func covers(_ key: String) -> Bool {
    guard !isEmpty else { return false }
    if entries.contains(StateKey(key)) { return true }
    guard !groups.isEmpty, let prefix = KeyParts.prefix(of: key) else { return false }
    return groups.contains(StateKey(prefix))
  }

  /// Whether a row makes no noise.
  func covers(_ row: TreeRow) -> Bool {
    switch row {
    case .group(let prefix): groups.contains(StateKey(prefix))
    case .entry(let key): covers(key)
    }
  }

  /// Mutes a group or entry by itself, or has it heard again.
  mutating func set(_ isMuted: Bool, _ row: TreeRow) {
    let name = StateKey(row.text)
    switch (row, isMuted) {
    case (.group, true): groups.insert(name)
    case (.group, false): groups.remove(name)
    case (.entry, true): entries.insert(name)
    case (.entry, false): entries.remove(name)
    }
    if isByDefault { count = 0 }
  }
}

extension KnownChange {
  /// What is left to be told.
  func without(_ mutes: Mutes) -> KnownChange {
    guard !mutes.isEmpty else { return self }
    return KnownChange(touched: touched.filter { !mutes.covers($0.key) })
  }
}
