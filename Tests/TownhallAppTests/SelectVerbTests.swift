import SharedState
import StateSync
import Testing
import Trajectory

@testable import TownhallApp

@Suite("The verbs select and get --atoms")
struct SelectVerbTests {
  private static let simulation = Frame([
    "particle.count": 6, "particle.names": ["N", "CA", "CB", "OW", "HW1", "HW2"],
    "particle.residues": [0, 0, 0, 1, 1, 1], "residue.names": ["ALA", "HOH"],
    "residue.ids": ["5", "6"], "residue.chains": [0, 0], "chain.names": ["A"],
  ])

  private static let state: StateDictionary = [
    "selection.abc": ["display_name": "My pair", "particle_ids": [1, 9], "hide": true],
    "selection.nano": [
      "id": "selection.nano", "name": "N", "selected": ["particle_ids": [0]],
      "properties": ["townhall.query": "name C*"],
    ],
    "scene": [1, 2],
  ]

  private func townhall(
    _ arguments: [String],
    in town: SyncServer = SyncServer(state),
    of simulation: Frame? = simulation
  ) async -> (Console.Result, StateDictionary) {
    let console = Console(town, simulation: simulation)
    return (await console.run(arguments), town.state)
  }

  @Test("A new selection is laid out as NanoVer's clients read it, and holds its query")
  func new() async {
    let (result, state) = await townhall(["select", "water", "resname HOH"])
    #expect(result == .init(status: 0, output: "selection.water\n", told: ""))
    #expect(
      state["selection.water"] == [
        "id": "selection.water", "name": "water", "selected": ["particle_ids": [3, 4, 5]],
        "properties": ["townhall.query": "resname HOH"],
      ]
    )
  }

  @Test("One that is there keeps all but its atoms, found by its key or by what it is called")
  func old() async {
    for name in ["abc", "selection.abc", "My pair"] {
      let (result, state) = await townhall(["select", name, "name N"])
      #expect(result.output == "selection.abc\n")
      #expect(
        state["selection.abc"] == [
          "display_name": "My pair", "particle_ids": [0], "hide": true, "townhall.query": "name N",
        ]
      )
    }
    // Its own query again, in another molecule.
    let (_, state) = await townhall(["select", "nano"])
    #expect(state["selection.nano"]?["selected"]?["particle_ids"] == [1, 2])
  }

  @Test("A trial writes nothing, and neither does a query that comes to nothing")
  func nothing() async {
    let cases: [([String], Int32, String)] = [
      (["select", "water", "resname HOH", "--dry-run"], 0, ""),
      (["select", "water", "resname XYZ"], 1, "no atom of 6 is meant"),
      (["select", "water", "resname"], 2, "the query, column 8"),
      (["select", "water"], 1, "no house \"selection.water\""),
      (["select", "abc"], 1, "was not made by a query"), (["select", ""], 2, "needs a name"),
    ]
    for (arguments, status, words) in cases {
      let (result, state) = await townhall(arguments)
      #expect(result.status == status && result.told.contains(words), "\(arguments) \(result)")
      #expect(state == Self.state)
      if status == 0 { #expect(result.output.contains("selection.water")) }
    }
    let (none, _) = await townhall(["select", "a", "all", "--timeout", "0.1"], of: nil)
    #expect(none.status == 1 && none.told.contains("nobody simulates"))
  }

  @Test("The atoms of a house are printed with what they are, and what is not there too")
  func atoms() async {
    let cases: [([String], Int32, String)] = [
      (["selection.abc"], 0, "1  CA of ALA 5 (A)\n9  not one of the 6 atoms of this molecule\n"),
      (["selection.nano"], 0, "0  N of ALA 5 (A)\n"),
      (["selection.nano", "--field", "selected.particle_ids"], 0, "0  N of ALA 5 (A)\n"),
      (["selection.none"], 1, ""), (["selection.nano", "--field", "name"], 1, ""),
      (["scene", "--pretty"], 2, ""),
    ]
    for (arguments, status, output) in cases {
      let (result, _) = await townhall(["get", "--atoms"] + arguments)
      #expect(result.status == status && result.output == output, "\(arguments) \(result)")
    }
  }
}
