import Glibc
import SharedState
import Trajectory

/// The molecule of the embedded town: seventeen alanines in a helix, shaken by heat and pulled by whoever is there.
///
/// Each atom is held at its place in the helix by a spring, in a bath of 300 K; an interaction pulls at it by another. That is no force
/// field, but time, temperature and energies are those of what is seen. All of it follows from the seed and from who pulls: there is
/// no clock in it.
///
/// ```swift
/// var peptide = Peptide(seed: 7)
/// try hub.publish(peptide.whole, by: 0)
/// peptide.run(steps: 16, pulledBy: town)
/// try hub.publish(peptide.news, by: 0)
/// ```
struct Peptide: Sendable {
  private struct Atom: Sendable {
    let name: String
    let element: UInt8
    let mass: Double
    let residue: Int
    let site: Vector
  }

  /// Lengths are in nanometres, times in picoseconds, masses in daltons, energies in kilojoules per mole.
  private static let step = 0.002
  private static let stiffness = 4000.0
  private static let friction = 2.0
  private static let bath = 0.008_314_46 * 300
  private static let boltzmann = 0.008_314_46
  /// No interaction pulls harder, whatever it says.
  private static let mostForce = 20_000.0
  static let residues = 17

  private let atoms = Self.helix
  private var places: [Vector]
  private var speeds: [Vector]
  private var forces: [Vector]
  private var pulls: [Int: Vector] = [:]
  private var pullEnergy = 0.0
  private var generator: SplitMix64
  private(set) var time = 0.0
  /// How often it has been begun again.
  private(set) var counter = 0

  init(seed: UInt64) {
    generator = SplitMix64(seed: seed)
    places = atoms.map(\.site)
    speeds = Array(repeating: .zero, count: atoms.count)
    forces = speeds
    heat()
  }

  /// Begins again.
  mutating func reset() {
    (time, counter) = (0, counter + 1)
    heat()
  }

  /// Puts it where the bath would have it.
  private mutating func heat() {
    for index in atoms.indices {
      places[index] = atoms[index].site + noise() * (Self.bath / Self.stiffness).squareRoot()
      speeds[index] = noise() * (Self.bath / atoms[index].mass).squareRoot()
    }
    computeForces([])
  }

  /// Three numbers of a normal distribution.
  private mutating func noise() -> Vector {
    var number: Double {
      let (radius, turn) = (
        Double.random(in: .leastNonzeroMagnitude...1, using: &generator),
        Double.random(in: 0..<1, using: &generator)
      )
      return (-2 * log(radius)).squareRoot() * cos(2 * .pi * turn)
    }
    return Vector(number, number, number)
  }

  // MARK: Going on

  /// Goes on by some steps of two femtoseconds each, while people pull.
  mutating func run(steps: Int, pulledBy town: StateDictionary) {
    let pulls = town.keys(withPrefix: "interaction.").prefix(100).compactMap { key in
      town[key].flatMap { Pull($0, among: atoms.count) }
    }
    for _ in 0..<steps {
      for index in atoms.indices {
        speeds[index] += forces[index] * (Self.step / 2 / atoms[index].mass)
        places[index] += speeds[index] * Self.step
      }
      computeForces(pulls)
      for index in atoms.indices {
        speeds[index] += forces[index] * (Self.step / 2 / atoms[index].mass)
      }
      time += Self.step
    }
    exchangeHeat(over: Self.step * Double(steps))
  }

  /// What the bath does in some time, all at once.
  private mutating func exchangeHeat(over time: Double) {
    let keep = exp(-Self.friction * time)
    let kick = (1 - keep * keep) * Self.bath
    for index in atoms.indices {
      speeds[index] = speeds[index] * keep + noise() * (kick / atoms[index].mass).squareRoot()
    }
  }

  /// Somebody who pulls at some atoms.
  private struct Pull {
    let atoms: [Int]
    let place: Vector
    let scale: Double

    init?(_ value: StateValue, among count: Int) {
      guard let interaction = try? Interaction(stateValue: value),
        let place = value["position"]?.array?.compactMap(\.double), place.count == 3,
        place.allSatisfy({ abs($0) < 1e4 })
      else { return nil }
      atoms = Set((interaction.particles ?? []).filter { (0..<count).contains($0) }).sorted()
      // Interactions are told in the coordinates of the simulation.
      self.place = Vector(place[0], place[1], place[2])
      let scale = value["scale"]?.double ?? 1
      self.scale = scale.isFinite ? min(abs(scale), Peptide.mostForce) : 1
    }
  }

  private mutating func computeForces(_ pulls: [Pull]) {
    for index in atoms.indices {
      forces[index] = (atoms[index].site - places[index]) * Self.stiffness
    }
    (self.pulls, pullEnergy) = ([:], 0)
    for pull in pulls {
      for atom in pull.atoms {
        let way = pull.place - places[atom]
        var force = way * pull.scale
        let length = (force * force).sum().squareRoot()
        if length > Self.mostForce { force *= Self.mostForce / length }
        self.pulls[atom, default: .zero] += force
        pullEnergy += pull.scale * (way * way).sum() / 2
        forces[atom] += force
      }
    }
  }

  // MARK: What it says

  /// All that there is to know of it.
  var whole: Frame {
    var frame = news
    let count = atoms.count
    frame[.frameIndex] = 0
    frame[.simulationName] = "17-ala"
    frame[.particleCount] = .int(Int64(count))
    frame[.particleNames] = .array(atoms.map { .string($0.name) })
    frame[.particleElements] = .bytes(atoms.map(\.element))
    frame[.particleResidues] = Frame.packed(atoms.map { UInt32($0.residue) })
    frame[.residueCount] = .int(Int64(Self.residues))
    frame[.residueNames] = .array(Array(repeating: "ALA", count: Self.residues))
    frame[.residueIDs] = .array((1...Self.residues).map { .string("\($0)") })
    frame[.residueChains] = Frame.packed(Array(repeating: UInt32(0), count: Self.residues))
    frame[.chainCount] = 1
    frame[.chainNames] = ["A"]
    frame[.bondPairs] = Frame.packed(bonds.flatMap { [$0.0, $0.1] }.map { UInt32($0) })
    frame[.boxVectors] = Frame.packed([4, 0, 0, 0, 4, 0, 0, 0, 4].map { Float($0) })
    return frame
  }

  /// What changes from one moment to the next.
  var news: Frame {
    let kinetic = zip(atoms, speeds).reduce(0) { $0 + $1.0.mass * ($1.1 * $1.1).sum() / 2 }
    let potential = zip(atoms, places).reduce(0) { sum, pair in
      let way = pair.1 - pair.0.site
      return sum + Self.stiffness * (way * way).sum() / 2
    }
    var frame = Frame()
    frame[.particlePositions] = Frame.packed(
      places.flatMap { [Float($0.x), Float($0.y), Float($0.z)] }
    )
    frame[.simulationTime] = .double(time)
    frame[.simulationCounter] = .int(Int64(counter))
    frame[.kineticEnergy] = .double(kinetic)
    frame[.potentialEnergy] = .double(potential)
    frame[.temperature] = .double(2 * kinetic / Double(3 * atoms.count) / Self.boltzmann)
    frame[.userEnergy] = .double(pullEnergy)
    let pulled = pulls.keys.sorted()
    frame[.userForceIndices] = Frame.packed(pulled.map { UInt32($0) })
    frame[.userForces] = Frame.packed(
      pulled.compactMap { pulls[$0] }.flatMap { [Float($0.x), Float($0.y), Float($0.z)] }
    )
    return frame
  }

  // MARK: The helix

  /// The atoms of an alanine in a helix.
  ///
  /// They are told by how far from its axis they are, by how many degrees ahead of the alpha carbon, and
  /// how much further along. Near to what any textbook has for an alpha helix.
  private static let alanine:
    [(name: String, element: UInt8, radius: Double, degrees: Double, rise: Double)] = [
      ("N", 7, 0.155, -28, -0.088), ("H", 1, 0.148, -30, -0.188), ("CA", 6, 0.229, 0, 0),
      ("HA", 1, 0.300, 16, -0.055), ("CB", 6, 0.330, -19, 0.060), ("HB1", 1, 0.405, -10, 0.005),
      ("HB2", 1, 0.310, -33, 0.130), ("HB3", 1, 0.375, -16, 0.155), ("C", 6, 0.166, 26, 0.112),
      ("O", 8, 0.190, 22, 0.232),
    ]
  private static let masses: [UInt8: Double] = [1: 1.008, 6: 12.011, 7: 14.007, 8: 15.999]

  private static var helix: [Atom] {
    func atom(_ name: String, _ element: UInt8, _ residue: Int, _ place: Vector) -> Atom {
      Atom(name: name, element: element, mass: masses[element] ?? 12, residue: residue, site: place)
    }
    var atoms: [Atom] = []
    for residue in 0..<residues {
      func place(_ radius: Double, _ degrees: Double, _ rise: Double) -> Vector {
        let angle = (Double(residue) * 100 + degrees) * .pi / 180
        let along = (Double(residue) - Double(residues - 1) / 2) * 0.15 + rise
        return Vector(2 + radius * cos(angle), 2 + along, 2 + radius * sin(angle))
      }
      for part in alanine {
        let isFirst = residue == 0 && part.name == "H"
        atoms.append(
          atom(
            isFirst ? "H1" : part.name,
            part.element,
            residue,
            place(part.radius, part.degrees, part.rise)
          )
        )
        guard isFirst else { continue }
        atoms.append(atom("H2", 1, residue, place(0.235, -46, -0.130)))
        atoms.append(atom("H3", 1, residue, place(0.080, -62, -0.130)))
      }
      if residue == residues - 1 { atoms.append(atom("OXT", 8, residue, place(0.075, 50, 0.150))) }
    }
    return atoms
  }

  /// Within a residue each atom is bound to the one that it hangs on, and each residue to the one before.
  private var bonds: [(Int, Int)] {
    let holders = [
      "H": "N", "H1": "N", "H2": "N", "H3": "N", "CA": "N", "HA": "CA", "CB": "CA", "HB1": "CB",
      "HB2": "CB", "HB3": "CB", "C": "CA", "O": "C", "OXT": "C",
    ]
    var (last, bonds): ([String: Int], [(Int, Int)]) = ([:], [])
    for (index, atom) in atoms.enumerated() {
      if atom.name == "N", let before = last["C"] { bonds.append((before, index)) }
      if let holder = holders[atom.name].flatMap({ last[$0] }) { bonds.append((holder, index)) }
      last[atom.name] = index
    }
    return bonds
  }
}
