import SharedState
import StateSync
import Testing
import Trajectory

@testable import TownhallApp

@Suite("The molecule of the embedded town")
struct PeptideTests {
  @Test("It is what it says: seventeen alanines in chain A, each bound as alanines are")
  func topology() throws {
    var simulation = Simulation()
    simulation.take(Peptide(seed: 1).whole)
    let topology = try #require(simulation.molecule?.topology)
    #expect(topology.atomCount == Int(Studio.atoms) && topology.residueCount == 17)
    func count(_ query: String) throws -> Int {
      try simulation.select(AtomQuery(query), in: [:]).count
    }
    #expect(try count("protein and chain A") == 173 && count("backbone") == 17 * 4)
    #expect(try count("bonded to (resid 5 and name CA)") == 4 && count("element H") == 87)
    // A tree: one bond less than atoms, and everything hangs together.
    #expect(topology.bonds.count == 172)
    #expect(try count("within 10 of index 0") == 173)
    let names = try simulation.select(AtomQuery("resid 1"), in: [:]).map { topology.atom($0).name }
    #expect(names == ["N", "H1", "H2", "H3", "CA", "HA", "CB", "HB1", "HB2", "HB3", "C", "O"])
    for bond in topology.bonds {
      let places = try #require(try simulation.frame.vectors(.particlePositions))
      let way = places[Int(bond.x)] - places[Int(bond.y)]
      #expect((way * way).sum().squareRoot() < 0.4, "\(bond)")
    }
  }

  @Test(
    "The same seed moves in the same way; it stays warm and whole",
    arguments: 0..<3 as Range<UInt64>
  )
  func heat(seed: UInt64) throws {
    var (one, other) = (Peptide(seed: seed), Peptide(seed: seed))
    var temperatures: [Double] = []
    for _ in 0..<100 {
      one.run(steps: 16, pulledBy: [:])
      other.run(steps: 16, pulledBy: [:])
      temperatures.append(try #require(SimulationFacts(one.news).temperature))
    }
    #expect(one.news == other.news && abs(one.time - 3.2) < 1e-6)
    let mean = temperatures.reduce(0, +) / Double(temperatures.count)
    #expect((260...340).contains(mean), "\(mean) K")
  }

  @Test("Who pulls an atom moves it, and what they put in is told; nonsense pulls nothing")
  func pulls() throws {
    func place(_ peptide: Peptide) throws -> SIMD3<Float> {
      try #require(try peptide.news.vectors(.particlePositions))[40]
    }
    var peptide = Peptide(seed: 4)
    let start = try place(peptide)
    let pull: StateValue = [
      "interaction_type": "spring", "particles": [40, 999, -1], "scale": 2000.0,
      "position": [9.0, 2.0, 2.0],
    ]
    let odd: StateValue = [
      "particles": [3], "scale": .double(.nan), "position": [.double(.infinity), 0, 0],
    ]
    for _ in 0..<30 {
      peptide.run(
        steps: 16,
        pulledBy: ["interaction.a": pull, "interaction.b": odd, "interaction.c": 1]
      )
    }
    #expect(try place(peptide).x - start.x > 0.5)
    #expect(try peptide.news.indices(.userForceIndices) == [40])
    #expect((SimulationFacts(peptide.news).userEnergy ?? 0) > 100)
    #expect(try (peptide.news.vectors(.particlePositions) ?? []).allSatisfy { abs($0.x) < 10 })
  }

  @Test(
    "It plays, pauses, steps, begins again and is loaded by the commands that clients expect",
    .timeLimit(.minutes(1))
  )
  func commands() async throws {
    let (town, hub) = (SyncServer(["selection.a": 1, "interaction.b": 1, "scene": 1]), FrameHub())
    let driver = PeptideDriver(in: town, on: hub, seed: 1)
    #expect(town.listCommands().map(\.name).filter { $0.hasPrefix("playback/") }.count == 6)
    _ = try await town.runCommand("playback/pause")
    let running = Task { await driver.run() }
    defer { running.cancel() }
    func time() -> Double? { hub.news(since: 0).flatMap { SimulationFacts($0.frame).time } }
    while hub.version < 1 { try await Task.sleep(for: .milliseconds(5)) }
    #expect(time() == 0)
    _ = try await town.runCommand("playback/step")
    while hub.version < 2 { try await Task.sleep(for: .milliseconds(5)) }
    #expect(abs((time() ?? 0) - 0.032) < 1e-9)
    _ = try await town.runCommand("playback/play")
    while (time() ?? 0) < 0.1 { try await Task.sleep(for: .milliseconds(5)) }
    _ = try await town.runCommand("playback/load", arguments: ["index": 0])
    #expect(
      town.state.keys(withPrefix: "selection.").isEmpty && town.state["simulation.name"] == "17-ala"
    )
    #expect(town.state["scene"] == 1)
    await #expect(throws: CommandFailure.self) {
      try await town.runCommand("playback/load", arguments: ["index": 3])
    }
  }
}
