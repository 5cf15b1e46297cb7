import SharedState
package import Trajectory

extension Lesson {
  /// Some atoms of the molecule that a lesson shows, in a town where nobody simulates.
  public struct Residue: Hashable, Sendable {
    /// What it is called, such as "ALA".
    public var name: String
    /// Its number, such as "12".
    public var id: String
    /// The chain that it is in; residues of one chain stand side by side.
    public var chain: String
    /// What its atoms are called, such as "CA".
    public var atoms: [String]

    /// Makes a residue.
    public init(name: String, id: String, chain: String, atoms: [String]) {
      (self.name, self.id, self.chain, self.atoms) = (name, id, chain, atoms)
    }

    /// Reads one as files write it: `ALA 12 A: N CA C O CB`; nil if the text is none.
    init?(_ text: String) {
      let parts = text.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { return nil }
      let (head, atoms) = (parts[0].split(separator: " "), parts[1].split(separator: " "))
      guard head.count == 3, !atoms.isEmpty else { return nil }
      self.init(
        name: String(head[0]),
        id: String(head[1]),
        chain: String(head[2]),
        atoms: atoms.map(String.init)
      )
    }
  }

  /// What somebody sees of the lesson's molecule: names of atoms, residues and chains, and nothing that moves.
  ///
  /// - Complexity: O(*n*) in atoms.
  package var simulation: Simulation {
    var simulation = Simulation()
    if !molecule.isEmpty { simulation.take(frame) }
    return simulation
  }

  private var frame: Frame {
    var (residuesOfAtoms, chainsOfResidues): ([UInt32], [UInt32]) = ([], [])
    var chains: [String] = []
    for (index, residue) in molecule.enumerated() {
      if chains.last != residue.chain { chains.append(residue.chain) }
      chainsOfResidues.append(UInt32(chains.count - 1))
      residuesOfAtoms += Array(repeating: UInt32(index), count: residue.atoms.count)
    }
    var frame = Frame()
    frame[.frameIndex] = 0
    frame[.particleCount] = .int(Int64(residuesOfAtoms.count))
    frame[.particleNames] = .array(molecule.flatMap(\.atoms).map { .string($0) })
    frame[.particleResidues] = Frame.packed(residuesOfAtoms)
    frame[.residueCount] = .int(Int64(molecule.count))
    frame[.residueNames] = .array(molecule.map { .string($0.name) })
    frame[.residueIDs] = .array(molecule.map { .string($0.id) })
    frame[.residueChains] = Frame.packed(chainsOfResidues)
    frame[.chainCount] = .int(Int64(chains.count))
    frame[.chainNames] = .array(chains.map { .string($0) })
    return frame
  }
}
