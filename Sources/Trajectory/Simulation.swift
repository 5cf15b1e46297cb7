internal import SharedState

/// What somebody sees who listens to a simulation: the newest frame, and the molecule that it is of.
///
/// The molecule is built once after each load, wherever ``take(_:)`` is called, so that whoever draws gets it whole.
///
/// ```swift
/// var simulation = Simulation()
/// simulation.take(frame)
/// simulation.facts.temperature                       // 300.2
/// simulation.molecule?.topology.atomCount            // 65
/// ```
public struct Simulation: Sendable {
  private var current = CurrentFrame()
  /// The molecule, or nil while there is none that makes sense.
  public private(set) var molecule: Molecule?
  /// Why there is no molecule, if what the simulation says of it makes no sense.
  public private(set) var trouble: FrameError?
  /// What a person wants to know at one glance.
  public private(set) var facts = SimulationFacts(Frame())

  /// Begins with nothing.
  public init() {}

  /// All that is known, as one frame.
  public var frame: Frame { current.frame }

  /// Another number for each molecule: whoever keeps something of one, such as numbers of atoms, compares it.
  public var version: Int { current.topologyVersion }

  /// About how many bytes it takes to keep this beside an older one, with which it shares the molecule unless it is another.
  ///
  /// - Complexity: O(*k*) in the names of the frame.
  package func size(beside older: Simulation?) -> Int {
    let isShared = older?.version == version
    return frame.entries.reduce(0) { sum, entry in
      let size = entry.key.utf8.count + entry.value.approximateSize
      guard CurrentFrame.topology.contains(where: { $0.name == entry.key }) else {
        return sum + size
      }
      // The molecule that is made of it takes about as much again.
      return isShared ? sum : sum + 2 * size
    }
  }

  /// Takes in another frame.
  ///
  /// - Complexity: O(*k*) in the names of the frame, and O(*n*) in atoms and bonds after a load.
  public mutating func take(_ frame: Frame) {
    let before = version
    current.take(frame)
    facts = SimulationFacts(self.frame)
    guard version != before else { return }
    do throws(FrameError) {
      let topology = try Topology(self.frame)
      (molecule, trouble) = (topology.atomCount > 0 ? Molecule(topology) : nil, nil)
    } catch {
      (molecule, trouble) = (nil, error)
    }
  }
}

/// A topology that many look at, kept once, and what is in what.
public final class Molecule: Sendable {
  /// What it is made of.
  public let topology: Topology
  private let atomsOfResidues: Members
  private let residuesOfChains: Members

  /// Keeps a topology.
  ///
  /// - Complexity: O(*n*) in atoms and residues.
  public init(_ topology: Topology) {
    self.topology = topology
    atomsOfResidues = Members(topology.atomResidues, sizes: topology.residueSizes)
    residuesOfChains = Members(topology.residueChains, sizes: topology.chainSizes)
  }

  /// Whether it is told in which residue each atom is.
  public var hasResidues: Bool { !topology.atomResidues.isEmpty }

  /// Whether it is told in which chain each residue is.
  public var hasChains: Bool { hasResidues && !topology.residueChains.isEmpty }

  /// The atoms of a residue, in order.
  ///
  /// - Precondition: There is a residue of that number, and it is told in which each atom is.
  public func atoms(ofResidue residue: Int) -> ArraySlice<UInt32> { atomsOfResidues[residue] }

  /// The residues of a chain, in order.
  ///
  /// - Precondition: There is a chain of that number, and it is told in which each residue is.
  public func residues(ofChain chain: Int) -> ArraySlice<UInt32> { residuesOfChains[chain] }

  /// What belongs to each of some holders, one after the other.
  private struct Members: Sendable {
    private var starts: [Int] = [0]
    private var members: [UInt32]

    init(_ holders: [UInt32], sizes: [UInt32]) {
      starts.reserveCapacity(sizes.count + 1)
      for size in sizes { starts.append(starts[starts.count - 1] + Int(size)) }
      members = Array(repeating: 0, count: holders.count)
      var next = starts
      for (member, holder) in holders.enumerated() {
        members[next[Int(holder)]] = UInt32(member)
        next[Int(holder)] += 1
      }
    }

    subscript(holder: Int) -> ArraySlice<UInt32> { members[starts[holder]..<starts[holder + 1]] }
  }
}
