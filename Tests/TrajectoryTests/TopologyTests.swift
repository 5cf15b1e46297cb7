import SharedState
import Testing
import Trajectory

@Suite("Topology")
struct TopologyTests {
  private var water: Frame {
    Frame([
      "particle.count": 4, "particle.names": ["OW", "HW1", "HW2", "CA"],
      "particle.elements": .bytes([8, 1, 1, 6]), "particle.residues": [0, 0, 0, 1],
      "residue.count": 2, "residue.names": ["HOH", "ALA"], "residue.ids": ["17", "5A"],
      "residue.chains": [1, 0], "chain.count": 2, "chain.names": ["A", "W"],
      "bond.pairs": [0, 1, 0, 2], "bond.orders": [1, 1],
    ])
  }

  @Test("It knows the atoms, their residues and chains, and the bonds")
  func reading() throws {
    let topology = try Topology(water)
    #expect(topology.atomCount == 4 && topology.residueCount == 2 && topology.chainCount == 2)
    let hydrogen = topology.atom(2)
    #expect(hydrogen.name == "HW2" && hydrogen.element == 1 && hydrogen.residue == 0)
    let alanine = topology.residue(1)
    #expect(alanine.name == "ALA" && alanine.id == "5A" && alanine.chain == 0)
    #expect(topology.chainName(1) == "W")
    #expect(topology.bonds == [[0, 1], [0, 2]] && topology.bondOrders == [1, 1])
  }

  @Test("What is not told is left open, and an atom without a name has that of its element")
  func sparse() throws {
    let topology = try Topology(Frame(["particle.elements": [6, 0]]))
    #expect(topology.atomCount == 2 && topology.residueCount == 0 && topology.bonds.isEmpty)
    #expect(topology.atom(0).name == "C" && topology.atom(0).residue == nil)
    #expect(topology.atom(1).name == "" && topology.atom(1).element == 0)
    #expect(try Topology(Frame()).atomCount == 0)
    #expect(try Topology(Frame(["particle.count": 3])).atom(2).name == "")
  }

  @Test(
    "What cannot be is told by its name",
    arguments: [
      ("particle.count", 5, "particle.names: 4 values, where particle.count says 5"),
      ("particle.count", -4, "particle.count: -4 is not from 0 to 100"),
      ("particle.count", 4_000_000_000, "particle.count: 4000000000 is not from 0 to 100"),
      ("particle.elements", [1], "particle.elements: 1 values, where particle.count says 4"),
      ("particle.residues", [0, 0, 2, 1], "particle.residues: there is no residue 2 of 2, at 2"),
      ("residue.chains", [0, 9], "residue.chains: there is no chain 9 of 2, at 1"),
      ("residue.count", 5, "residue.count: 5 is not from 0 to 4"),
      ("bond.pairs", [0, 1, 2], "bond.pairs: 3 numbers are no pairs"),
      ("bond.pairs", [0, 4], "bond.pairs: there is no particle 4 of 4, at 1"),
      ("bond.orders", [1], "bond.orders: 1 orders of 2 bonds"),
    ] as [(String, StateValue, String)]
  )
  func errors(key: String, value: StateValue, words: String) {
    var frame = water
    frame[FrameKey(key)] = value
    let error = #expect(throws: FrameError.self) { try Topology(frame, mostAtoms: 100) }
    #expect(error?.description == words)
  }

  @Test("Elements are known by number and symbol")
  func elements() {
    #expect(Element.symbol(1) == "H" && Element.symbol(118) == "Og" && Element.symbol(17) == "Cl")
    #expect(Element.symbol(0) == nil && Element.symbol(119) == nil)
    #expect(Element.number("cl") == 17 && Element.number("CA") == 20 && Element.number("X") == nil)
  }

  @Test("Facts are what a frame says, and nothing where it does not")
  func facts() {
    let facts = SimulationFacts(
      Frame([
        "system.simulation.name": "17-ala", "system.temperature": 300, "energy.potential": "low",
        "particle.count": 3,
      ])
    )
    #expect(facts.name == "17-ala" && facts.temperature == 300 && facts.particleCount == 3)
    #expect(facts.potentialEnergy == nil && facts.exception == nil)
  }
}
