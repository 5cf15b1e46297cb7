/// What a person wants to know of a simulation at one glance.
///
/// What it does not say, or not as what it should be, is nil: a display shows what there is.
public struct SimulationFacts: Sendable, Equatable {
  /// What it is called.
  public var name: String?
  /// Why it has failed.
  public var exception: String?
  /// The time in it, in picoseconds.
  public var time: Double?
  /// The temperature, in kelvins.
  public var temperature: Double?
  /// The kinetic energy, in kilojoules per mole.
  public var kineticEnergy: Double?
  /// The potential energy, in kilojoules per mole.
  public var potentialEnergy: Double?
  /// The energy of all that users pull, in kilojoules per mole.
  public var userEnergy: Double?
  /// How many particles there are.
  public var particleCount: Int?
  /// How often it has been started anew.
  public var counter: Int?

  /// Reads a whole frame; see ``CurrentFrame``.
  public init(_ frame: Frame) {
    name = (try? frame.text(.simulationName)) ?? nil
    exception = (try? frame.text(.simulationException)) ?? nil
    time = (try? frame.number(.simulationTime)) ?? nil
    temperature = (try? frame.number(.temperature)) ?? nil
    kineticEnergy = (try? frame.number(.kineticEnergy)) ?? nil
    potentialEnergy = (try? frame.number(.potentialEnergy)) ?? nil
    userEnergy = (try? frame.number(.userEnergy)) ?? nil
    particleCount = (try? frame.count(.particleCount)) ?? nil
    counter = (try? frame.count(.simulationCounter)) ?? nil
  }
}
