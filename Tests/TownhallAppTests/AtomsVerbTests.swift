import SharedState
import StateSync
import Testing
import Trajectory

@testable import TownhallApp

@Suite("The verb atoms")
struct AtomsVerbTests {
  private static let simulation = Frame([
    "particle.count": 6, "particle.names": ["N", "CA", "CB", "OW", "HW1", "HW2"],
    "particle.elements": [7, 6, 6, 8, 1, 1], "particle.residues": [0, 0, 0, 1, 1, 1],
    "residue.names": ["ALA", "H\u{1b}[2JOH"], "residue.ids": ["5", "6"],
    "residue.chains": [0, 0], "chain.names": ["A"],
    "particle.positions": .array((0..<18).map { .int(Int64($0 / 3)) }),
  ])

  private static let town: StateDictionary = [
    "selection.abc": ["display_name": "My pair", "particle_ids": [1, 4]],
    "selection.root": ["name": "All", "selected": ["particle_ids": nil], "properties": [:]],
    "interaction.x": ["particles": [2, 99]],
  ]

  private func townhall(
    _ arguments: [String],
    of simulation: Frame? = simulation,
    watched: Bool = false
  ) async -> Console.Result {
    let town = SyncServer(Self.town)
    let console = Console(town, answers: watched ? [] : nil, simulation: simulation)
    return await console.run(["atoms"] + arguments)
  }

  @Test(
    "It prints the atoms that a query means, in a line for each residue",
    arguments: [
      (["name CA or resid 6"], "1  CA of ALA 5 (A)\n3-5  OW HW1 HW2 of H␛[2JOH 6 (A)\n"),
      (["index 0 2 5"], "0 2  N CB of ALA 5 (A)\n5  HW2 of H␛[2JOH 6 (A)\n"),
      (["selection abc", "--json"], "[1,4]\n"), (["selection \"My pair\"", "--count"], "2\n"),
      (["selection root", "--count"], "6\n"), (["interaction x", "--json"], "[2]\n"),
      (["within 2 of index 3", "--json"], "[2,3,4]\n"),
    ]
  )
  func prints(arguments: [String], output: String) async {
    #expect(await townhall(arguments) == .init(status: 0, output: output, told: ""))
  }

  @Test("Who watches is told what it comes to, beside the lines")
  func summary() async {
    let result = await townhall(["all"], watched: true)
    #expect(result.status == 0)
    #expect(result.told == "townhall: 6 atoms: 1 ALA, 1 H␛[2JOH\n")
  }

  @Test(
    "What comes to nothing says why",
    arguments: [
      (["resname HOH"], 1, "no atom of 6 is meant"),
      (["selection nobody"], 1, "column 11: there is no"),
      (["nam CA"], 2, "the query, column 1: expected a part of a query"), ([], 2, "Missing"),
      (["all", "--json", "--count"], 2, "exclude each other"),
    ] as [([String], Int32, String)]
  )
  func nothing(arguments: [String], status: Int32, words: String) async {
    let result = await townhall(arguments)
    #expect(result.status == status && result.told.contains(words), "\(result)")
  }

  @Test("Where nobody simulates it says so in time, and where that is nonsense, what")
  func nobody() async {
    let none = await townhall(["all", "--timeout", "0.1"], of: nil)
    #expect(none.status == 1 && none.told.contains("nobody simulates"), "\(none)")
    let bad = await townhall(["all"], of: Frame(["particle.count": 2, "particle.names": ["C"]]))
    let words = "the simulation there says what cannot be: particle.names: 1 values"
    #expect(bad.status == 1 && bad.told.contains(words), "\(bad)")
  }
}
