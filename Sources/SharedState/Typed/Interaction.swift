/// A hand that pulls at particles, as it stands under `interaction.` while it holds on.
///
/// ```swift
/// let grab = Interaction(position: [1.1, 2.2, 1.6], particles: [60], kind: "spring", scale: 100)
/// grab.stateValue["particles"]       // [60]
/// ```
public struct Interaction: SharedStateRecord {
  /// What the fields must look like.
  public static let shapes: [String: FieldShape] = [
    "position": .numbers, "particles": .wholes, "interaction_type": .text, "scale": .number,
    "mass_weighted": .truth, "reset_velocities": .truth, "max_force": .number, "owner.id": .text,
    "label": .text,
  ]

  /// All fields as they are stored, with those that this type does not know.
  public var fields: StateObject = [:]

  /// Makes an interaction that says nothing yet.
  public init() {}

  /// Makes an interaction.
  ///
  /// - Parameters:
  ///   - position: Where the hand is, in nanometres.
  ///   - particles: The particles that it pulls, counted from 0.
  ///   - kind: `gaussian`, `spring` or `constant`.
  ///   - scale: How strong it pulls.
  ///   - owner: The id of the user whose hand it is; a server removes the interaction when they leave.
  public init(
    position: [Double],
    particles: [Int],
    kind: String = "gaussian",
    scale: Double = 1,
    owner: String? = nil
  ) {
    fields = [
      "position": .numbers(position), "particles": .wholeNumbers(particles),
      "interaction_type": .string(kind), "scale": .double(scale),
    ]
    fields["owner.id"] = owner?.stateValue
  }

  /// Where the hand is, in nanometres.
  public var position: [Double]? {
    get { fields["position"]?.numbers }
    set { fields["position"] = newValue?.stateValue }
  }

  /// The particles that it pulls, counted from 0.
  public var particles: [Int]? {
    get { fields["particles"]?.wholeNumbers }
    set { fields["particles"] = newValue?.stateValue }
  }

  /// How it pulls: `gaussian`, `spring` or `constant`.
  public var kind: String? {
    get { fields["interaction_type"]?.string }
    set { fields["interaction_type"] = newValue?.stateValue }
  }

  /// How strong it pulls.
  public var scale: Double? {
    get { fields["scale"]?.double }
    set { fields["scale"] = newValue?.stateValue }
  }

  /// Whether heavy particles are pulled harder, so that all move alike.
  public var isMassWeighted: Bool? {
    get { fields["mass_weighted"]?.bool }
    set { fields["mass_weighted"] = newValue?.stateValue }
  }

  /// Whether the particles' velocities are set to zero when the hand lets go.
  public var resetsVelocities: Bool? {
    get { fields["reset_velocities"]?.bool }
    set { fields["reset_velocities"] = newValue?.stateValue }
  }

  /// The most force that a particle may feel, often infinite.
  public var maxForce: Double? {
    get { fields["max_force"]?.double }
    set { fields["max_force"] = newValue?.stateValue }
  }

  /// The id of the user whose hand it is.
  public var owner: String? {
    get { fields["owner.id"]?.string }
    set { fields["owner.id"] = newValue?.stateValue }
  }

  /// What the hand is called, such as `hand.right`.
  public var label: String? {
    get { fields["label"]?.string }
    set { fields["label"] = newValue?.stateValue }
  }
}
