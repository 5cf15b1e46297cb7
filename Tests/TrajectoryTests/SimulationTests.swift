import SharedState
import Testing
import Trajectory

@Suite("A simulation that is listened to")
struct SimulationTests {
  private static let first: [String: StateValue] = [
    "frame.index": 0, "particle.count": 6, "particle.names": ["N", "CA", "CB", "O", "H1", "H2"],
    "particle.residues": [0, 0, 0, 1, 1, 1], "residue.names": ["ALA", "HOH"],
    "residue.ids": ["5", "6"], "residue.chains": [0, 0], "chain.names": ["A"],
    "particle.positions": .array((0..<18).map { .int(Int64($0 / 3)) }), "system.temperature": 300,
  ]

  @Test("The molecule is made anew when it is another, and only then")
  func molecule() {
    var simulation = Simulation()
    #expect(simulation.molecule == nil && simulation.version == 0)
    simulation.take(Frame(Self.first))
    let molecule = simulation.molecule
    #expect(molecule?.topology.atomCount == 6 && simulation.facts.temperature == 300)
    // Many simulations say with each frame how many particles they have, and a joiner is told all again.
    simulation.take(Frame(["particle.count": 6, "system.temperature": 301]))
    simulation.take(Frame(Self.first))
    #expect(simulation.molecule === molecule && simulation.version == 1)
    simulation.take(Frame(["particle.names": ["N", "CA", "CB", "O", "H1", "HX"]]))
    #expect(simulation.molecule !== molecule && simulation.version == 2)
    simulation.take(Frame(["particle.count": 7]))
    #expect(
      simulation.molecule == nil && simulation.trouble?.description.contains("particle") == true
    )
    simulation.take(Frame(["frame.index": 0, "system.temperature": 5]))
    #expect(simulation.molecule == nil && simulation.trouble == nil && simulation.version == 4)
  }

  @Test("A query is answered where everybody is, and as the shared state names atoms")
  func select() throws {
    var simulation = Simulation()
    let state: StateDictionary = [
      "selection.a": ["display_name": "My pair", "particle_ids": [1, 4, 99]],
      "interaction.x": ["particles": [2]],
    ]
    func atoms(_ text: String) throws -> [Int] {
      Array(try simulation.select(AtomQuery(text), in: state))
    }
    #expect(try atoms("all") == [])
    simulation.take(Frame(Self.first))
    #expect(try atoms("within 1.8 of interaction x") == [1, 2, 3])
    simulation.take(Frame(["particle.positions": .array(Array(repeating: 0, count: 18))]))
    #expect(try atoms("within 1.8 of interaction x") == [0, 1, 2, 3, 4, 5])
    #expect(try atoms("selection a") == [1, 4] && atoms("selection \"My pair\"") == [1, 4])
    #expect(throws: AtomQueryError.self) { try atoms("selection b") }
    simulation.take(Frame(["particle.positions": ["x"]]))
    #expect(throws: FrameError.self) { try atoms("within 1 of index 0") }
  }

  @Test("Molecules know what is in what")
  func members() throws {
    let molecule = Molecule(
      try Topology(
        Frame([
          "particle.residues": [2, 0, 2, 0, 1], "residue.chains": [1, 0, 1], "chain.count": 3,
          "residue.count": 3,
        ])
      )
    )
    #expect((0..<3).map { Array(molecule.atoms(ofResidue: $0)) } == [[1, 3], [4], [0, 2]])
    #expect((0..<3).map { Array(molecule.residues(ofChain: $0)) } == [[1], [0, 2], []])
    #expect(molecule.hasChains && molecule.hasResidues)
    let bare = Molecule(try Topology(Frame(["particle.count": 3])))
    #expect(!bare.hasChains && !bare.hasResidues)
  }

  @Test(
    "Atoms in a few words",
    arguments: [
      ([], "no atoms"), ([1], "CA of ALA 5 (A)"), ([0, 2], "N CB of ALA 5 (A)"),
      ([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], "chain A, residues 5-7"),
      ([3, 4, 5, 6, 7, 8, 9, 10], "chain A, residues 6-7"),
      ([3, 4, 5], "O H1 H2 of HOH 6 (A)"), ([4, 11], "2 atoms: 1 HOH, 1 NA"),
      ([6, 7, 8, 9, 10, 11, 12], "all 7 atoms of BIG 1 (B)"),
      ([6, 7, 8, 9, 10, 11], "X X X X X X of BIG 1 (B)"),
    ] as [([Int], String)]
  )
  func phrases(atoms: [Int], words: String) throws {
    let isBig = words.contains("BIG")
    let values: [String: StateValue] =
      isBig
      ? [
        "particle.names": .array(Array(repeating: "X", count: 14)),
        "particle.residues": .array((0..<14).map { .int($0 / 6 == 0 ? 0 : $0 == 13 ? 2 : 1) }),
        "residue.names": ["A", "BIG", "C"], "residue.ids": ["0", "1", "2"],
        "residue.chains": [0, 0, 0], "chain.names": ["B"],
      ]
      : [
        "particle.names": ["N", "CA", "CB", "O", "H1", "H2", "N", "CA", "C", "O", "H", "NA"],
        "particle.residues": [0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2, 3],
        "residue.names": ["ALA", "HOH", "GLY", "NA"], "residue.ids": ["5", "6", "7", "9"],
        "residue.chains": [0, 0, 0, 0], "chain.names": ["A"],
      ]
    let topology = try Topology(Frame(values))
    var set = AtomSet(of: topology.atomCount)
    for atom in atoms { set.insert(atom) }
    #expect(topology.phrase(of: set) == words)
    #expect(
      topology.phrase(of: AtomSet(of: topology.atomCount, all: true))
        == "all \(topology.atomCount) atoms"
    )
  }

  @Test("Where no residues are told, names are counted")
  func bareNames() throws {
    let topology = try Topology(Frame(["particle.elements": [6, 6, 1, 1, 1, 1, 1, 8, 0]]))
    var atoms = AtomSet(of: 9)
    for atom in 0..<8 { atoms.insert(atom) }
    #expect(topology.phrase(of: atoms) == "8 atoms: 5 H, 2 C, 1 O")
  }

  @Test(
    "A selection keeps the query that it was chosen by, wherever such things stand in its layout"
  )
  func kept() throws {
    let (query, atoms) = (try AtomQuery("index 1 3"), AtomSet(of: 5, all: true))
    var plain = try ParticleSelection(stateValue: ["display_name": "P", "other": 1])
    plain.choose(atoms, by: query)
    #expect(
      plain.stateValue == [
        "display_name": "P", "other": 1, "particle_ids": [0, 1, 2, 3, 4],
        "townhall.query": "index 1 3",
      ]
    )
    var own = ParticleSelection(id: "selection.n", name: "N", particleIDs: nil)
    own.choose(atoms, by: query)
    #expect(
      own.stateValue["properties"] == ["townhall.query": "index 1 3"] && own.query == "index 1 3"
    )
    own.query = nil
    #expect(own.stateValue["properties"] == [:] && own.particleIDs?.count == 5)
  }
}
