public import SharedState

/// Whoever has a view of a whole shared state: a client, or a server in this program.
public protocol SharedStateHolder: Sendable {
  /// The view of the whole state.
  var sharedState: SharedStateView { get }
}

extension SharedStateClient: SharedStateHolder {}

extension SharedStateServer: SharedStateHolder {}

extension SharedStateHolder {
  /// The collection of selections, `selection.`.
  public var selections: SharedStateCollection<ParticleSelection> { sharedState.selections }

  /// The collection of visualisations, `visualiser.`.
  public var visualisations: SharedStateCollection<ParticleVisualiser> {
    sharedState.visualisations
  }

  /// The collection of interactions, `interaction.`.
  public var interactions: SharedStateCollection<Interaction> { sharedState.interactions }

  /// The collection of avatars, `avatar.`.
  public var avatars: SharedStateCollection<MultiplayerAvatar> { sharedState.avatars }
}
