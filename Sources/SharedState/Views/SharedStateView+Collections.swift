// The collections that every program of the family knows.
extension SharedStateView {
  /// All selections: the keys under `selection.`.
  public var selections: SharedStateCollection<ParticleSelection> {
    collection("selection.", of: ParticleSelection.self)
  }

  /// All visualisers: the keys under `visualiser.`, which is the tutorial's name for it.
  public var visualisations: SharedStateCollection<ParticleVisualiser> {
    collection("visualiser.", of: ParticleVisualiser.self)
  }

  /// The collections that visualisers have stood in, under one name or another.
  public var allVisualisations: [SharedStateCollection<ParticleVisualiser>] {
    ParticleVisualiser.prefixes.map { collection($0, of: ParticleVisualiser.self) }
  }

  /// All hands that pull at particles now: the keys under `interaction.`.
  public var interactions: SharedStateCollection<Interaction> {
    collection("interaction.", of: Interaction.self)
  }

  /// All people: the keys under `avatar.`.
  public var avatars: SharedStateCollection<MultiplayerAvatar> {
    collection("avatar.", of: MultiplayerAvatar.self)
  }
}
