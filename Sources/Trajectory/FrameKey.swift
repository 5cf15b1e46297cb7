/// The name of a value in a frame.
///
/// The usual names are those of NanoVer's frames (`nanover/trajectory/keys.py` and `frame_dict.py`); a simulation may say more.
///
/// ```swift
/// frame[.simulationName]            // "17-ala"
/// frame[FrameKey("my.own.value")]   // what this simulation says beside
/// ```
public struct FrameKey: Sendable, Hashable, CustomStringConvertible {
  /// The name as it is sent.
  public let name: String

  /// Names a value.
  public init(_ name: String) { self.name = name }

  /// The name.
  public var description: String { name }
}

// The frame itself, and the simulation.
extension FrameKey {
  /// The number of the frame since the simulation began; 0 makes all before it void.
  public static let frameIndex = FrameKey("frame.index")
  /// What the simulation is called.
  public static let simulationName = FrameKey("system.simulation.name")
  /// The time in the simulation, in picoseconds.
  public static let simulationTime = FrameKey("system.simulation.time")
  /// How often the simulation has been started anew.
  public static let simulationCounter = FrameKey("system.simulation.counter")
  /// Why the simulation has failed.
  public static let simulationException = FrameKey("system.simulation.exception")
  /// When the server sent it, in seconds of a clock of its own.
  public static let serverTimestamp = FrameKey("server.timestamp")
  /// Three vectors that span the periodic box, in nanometres.
  public static let boxVectors = FrameKey("system.box.vectors")
  /// The temperature, in kelvins.
  public static let temperature = FrameKey("system.temperature")
  /// The kinetic energy, in kilojoules per mole.
  public static let kineticEnergy = FrameKey("energy.kinetic")
  /// The potential energy, in kilojoules per mole.
  public static let potentialEnergy = FrameKey("energy.potential")
  /// The energy of all that users pull, in kilojoules per mole.
  public static let userEnergy = FrameKey("energy.user.total")
  /// The work that users have done, in kilojoules per mole.
  public static let userWork = FrameKey("forces.user.work_done")
  /// The atoms that users pull, each as its number.
  public static let userForceIndices = FrameKey("forces.user.index")
  /// The force on each of these.
  public static let userForces = FrameKey("forces.user.sparse")
}

// Particles, residues, chains and bonds.
extension FrameKey {
  /// How many particles there are.
  public static let particleCount = FrameKey("particle.count")
  /// A name for each particle, such as “CA”.
  public static let particleNames = FrameKey("particle.names")
  /// The atomic number of each particle; 0 is none that has one.
  public static let particleElements = FrameKey("particle.elements")
  /// The number of the residue of each particle.
  public static let particleResidues = FrameKey("particle.residues")
  /// Where each particle is, in nanometres.
  public static let particlePositions = FrameKey("particle.positions")
  /// How fast each particle moves, in nanometres per picosecond.
  public static let particleVelocities = FrameKey("particle.velocities")
  /// The force on each particle, in kilojoules per mole and nanometre.
  public static let particleForces = FrameKey("particle.forces")
  /// The same, of the simulation alone.
  public static let systemForces = FrameKey("particle.forces.system")
  /// A colour for each particle, as bytes of red, green, blue and alpha.
  public static let particleColors = FrameKey("particle.colors")
  /// How many residues there are.
  public static let residueCount = FrameKey("residue.count")
  /// A name for each residue, such as “ALA”.
  public static let residueNames = FrameKey("residue.names")
  /// What each residue is numbered, as text.
  public static let residueIDs = FrameKey("residue.ids")
  /// The number of the chain of each residue.
  public static let residueChains = FrameKey("residue.chains")
  /// How many chains there are.
  public static let chainCount = FrameKey("chain.count")
  /// A name for each chain.
  public static let chainNames = FrameKey("chain.names")
  /// The particles that are bonded, in pairs.
  public static let bondPairs = FrameKey("bond.pairs")
  /// The order of each bond.
  public static let bondOrders = FrameKey("bond.orders")
}
