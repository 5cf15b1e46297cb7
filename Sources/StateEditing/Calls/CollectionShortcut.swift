import SharedState

/// A collection that clients have a name for: `client.selections`.
///
/// These collections are typed. A typed view may write a value in another way than it was told (it leaves out fields
/// that are null, or puts a name where the layout has it), so a call through one is only said where it comes to
/// the same.
package enum CollectionShortcut: String, CaseIterable, Sendable {
  case selections, visualisations, interactions, avatars

  /// The shortcut to an entry, if its collection has one.
  init?(key: String) {
    guard let found = Self.allCases.first(where: { key.begins(with: $0.prefix) }) else {
      return nil
    }
    self = found
  }

  package var prefix: String {
    switch self {
    case .selections: "selection."
    case .visualisations: "visualiser."
    case .interactions: "interaction."
    case .avatars: "avatar."
    }
  }

  /// A key as the collection takes it: short, unless the rest would be taken for a whole key.
  func name(of key: String) -> String {
    let rest = String(decoding: key.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
    return rest.begins(with: prefix) ? key : rest
  }

  /// Whether the collection's type writes a value as it was told.
  func keeps(_ value: StateValue) -> Bool {
    guard let object = value.object, !object.contains(where: { $0.value == .null }) else {
      return false
    }
    return updating(value, [:]) == value
  }

  /// Whether an update of some fields through the collection's type comes to exactly this.
  func leads(from base: StateValue, by fields: StateObject, to mine: StateValue) -> Bool {
    keeps(base) && keeps(mine) && updating(base, fields) == mine
  }

  private func updating(_ value: StateValue, _ fields: StateObject) -> StateValue? {
    switch self {
    case .selections: Self.updating(value, fields, as: ParticleSelection.self)
    case .visualisations: Self.updating(value, fields, as: ParticleVisualiser.self)
    case .interactions: Self.updating(value, fields, as: Interaction.self)
    case .avatars: Self.updating(value, fields, as: MultiplayerAvatar.self)
    }
  }

  private static func updating<Entry: SharedStateEntry>(
    _ value: StateValue,
    _ fields: StateObject,
    as type: Entry.Type
  ) -> StateValue? {
    guard var entry = try? Entry(stateValue: value) else { return nil }
    for field in fields {
      guard (try? entry.setField(field.key, to: field.value)) != nil else { return nil }
    }
    return entry.stateValue
  }
}
