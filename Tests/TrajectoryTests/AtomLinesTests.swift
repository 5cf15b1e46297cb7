import SharedState
import Testing
import Trajectory

@Suite("Atoms in words")
struct AtomLinesTests {
  private func topology(_ values: [String: StateValue]) throws -> Topology {
    try Topology(Frame(values))
  }

  @Test("Each residue has its line, with as much as the simulation tells")
  func lines() throws {
    let whole = try topology([
      "particle.names": ["C", "", "H", "O"], "particle.residues": [0, 0, 1, 0],
      "residue.names": ["ALA", ""], "residue.ids": ["5", "6"], "residue.chains": [0, 0],
      "chain.names": ["A"],
    ])
    #expect(
      Array(whole.lines(of: AtomSet(of: 4, all: true))) == [
        "0-1  C ? of ALA 5 (A)", "2  H of 6 (A)", "3  O of ALA 5 (A)",
      ]
    )
    let bare = try topology(["particle.elements": [6, 1, 1]])
    var ends = AtomSet(of: 3)
    for atom in [0, 2] { ends.insert(atom) }
    #expect(Array(bare.lines(of: ends)) == ["0 2  C H"])
    #expect(Array(bare.lines(of: AtomSet(of: 3))).isEmpty)
    let many = try topology(["particle.elements": .array(Array(repeating: 6, count: 1500))])
    let all = AtomSet(of: 1500, all: true)
    #expect(
      Array(many.lines(of: all)) == ["0-1499  C C C C C C C C C C C C and 1488 more"]
    )
    #expect(many.summary(of: all) == "1,500 atoms")
  }

  @Test("A summary counts residues by name, most of them first")
  func summary() throws {
    let names = ["HOH", "HOH", "NA", "CL", "ALA", "GLY"]
    let topology = try topology([
      "particle.residues": .array((0..<12).map { .int(Int64($0 / 2)) }),
      "residue.names": .array(names.map { .string($0) }),
    ])
    let all = AtomSet(of: 12, all: true)
    #expect(topology.summary(of: all) == "12 atoms: 2 HOH, 1 ALA, 1 CL, 1 GLY, and 1 more kinds")
    var one = AtomSet(of: 12)
    one.insert(9)
    #expect(topology.summary(of: one) == "1 atom: 1 ALA")
    #expect(topology.summary(of: AtomSet(of: 12)) == "0 atoms")
  }

  @Test("An inbox holds what has come as one frame, until somebody takes it")
  func inbox() async {
    let inbox = FrameInbox()
    #expect(inbox.take() == nil)
    inbox.put(Frame(["a": 1, "b": 1]))
    inbox.put(Frame(["b": 2]))
    for await _ in inbox.rings { break }
    #expect(inbox.take() == Frame(["a": 1, "b": 2]))
    #expect(inbox.take() == nil && inbox == inbox && inbox != FrameInbox())
  }
}
