public import SharedState

extension SharedStateClient {
  /// The street of selections, `selection.`.
  public var selections: SharedStateCollection<ParticleSelection> {
    sharedState.selections
  }

  /// The street of visualisations, `visualiser.`.
  public var visualisations: SharedStateCollection<ParticleVisualiser> {
    sharedState.visualisations
  }

  /// The street of interactions, `interaction.`.
  public var interactions: SharedStateCollection<Interaction> {
    sharedState.interactions
  }

  /// The street of avatars, `avatar.`.
  public var avatars: SharedStateCollection<MultiplayerAvatar> {
    sharedState.avatars
  }
}

extension SharedStateServer {
  /// The street of selections, `selection.`.
  public var selections: SharedStateCollection<ParticleSelection> {
    sharedState.selections
  }

  /// The street of visualisations, `visualiser.`.
  public var visualisations: SharedStateCollection<ParticleVisualiser> {
    sharedState.visualisations
  }

  /// The street of interactions, `interaction.`.
  public var interactions: SharedStateCollection<Interaction> {
    sharedState.interactions
  }

  /// The street of avatars, `avatar.`.
  public var avatars: SharedStateCollection<MultiplayerAvatar> {
    sharedState.avatars
  }
}
