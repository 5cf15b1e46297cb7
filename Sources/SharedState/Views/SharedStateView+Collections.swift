// The prefixes that every program of the family knows.
extension SharedStateView {
  /// All selections: the street `selection.`.
  public var selections: SharedStateCollection<ParticleSelection> {
    collection("selection.", of: ParticleSelection.self)
  }

  /// All visualisers: the street `visualiser.`, which is the tutorial's name for it.
  public var visualisations: SharedStateCollection<ParticleVisualiser> {
    collection("visualiser.", of: ParticleVisualiser.self)
  }

  /// The prefixes on which visualisers have lived under one name or another.
  public var visualisationStreets: [SharedStateCollection<ParticleVisualiser>] {
    ParticleVisualiser.prefixes.map { collection($0, of: ParticleVisualiser.self) }
  }

  /// All hands that pull at particles now: the street `interaction.`.
  public var interactions: SharedStateCollection<Interaction> {
    collection("interaction.", of: Interaction.self)
  }

  /// All people: the street `avatar.`.
  public var avatars: SharedStateCollection<MultiplayerAvatar> {
    collection("avatar.", of: MultiplayerAvatar.self)
  }
}
