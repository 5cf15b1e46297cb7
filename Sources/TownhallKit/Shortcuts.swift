public import SharedState

extension SharedStateClient {
  /// The collection of selections, `selection.`.
  public var selections: SharedStateCollection<ParticleSelection> {
    sharedState.selections
  }

  /// The collection of visualisations, `visualiser.`.
  public var visualisations: SharedStateCollection<ParticleVisualiser> {
    sharedState.visualisations
  }

  /// The collection of interactions, `interaction.`.
  public var interactions: SharedStateCollection<Interaction> {
    sharedState.interactions
  }

  /// The collection of avatars, `avatar.`.
  public var avatars: SharedStateCollection<MultiplayerAvatar> {
    sharedState.avatars
  }
}

extension SharedStateServer {
  /// The collection of selections, `selection.`.
  public var selections: SharedStateCollection<ParticleSelection> {
    sharedState.selections
  }

  /// The collection of visualisations, `visualiser.`.
  public var visualisations: SharedStateCollection<ParticleVisualiser> {
    sharedState.visualisations
  }

  /// The collection of interactions, `interaction.`.
  public var interactions: SharedStateCollection<Interaction> {
    sharedState.interactions
  }

  /// The collection of avatars, `avatar.`.
  public var avatars: SharedStateCollection<MultiplayerAvatar> {
    sharedState.avatars
  }
}
