import SharedState
import StateSync
import Testing
import Trajectory

@testable import TownhallApp

@Suite("watch --notify")
struct NotifyTests {
  @Test(
    "What was asked for is told on standard error, and by the terminal where there is one",
    .timeLimit(.minutes(1))
  )
  func tells() async throws {
    let town = SyncServer(["scene.box": true, "selection.a": 1])
    let watching = Task {
      await Console(town, answers: []).run([
        "watch", "selection.", "--count", "1", "--notify", "scene.box=false", "--notify-by",
        "osc777",
      ])
    }
    while town.sessionCount == 0 { try await Task.sleep(for: .milliseconds(5)) }
    try await town.write { _ in StateChange(updates: ["scene.box": false]) }
    try await Task.sleep(for: .milliseconds(200))
    try await town.write { _ in StateChange(updates: ["selection.a": 2]) }
    let result = await watching.value
    #expect(result.status == 0 && result.output.contains(#""key":"selection.a""#))
    #expect(
      result.told
        == "townhall: scene.box is false\n\u{1B}]777;notify;townhall;scene.box is false\u{7}"
    )
  }

  @Test("A simulation that fails is told")
  func fails() async {
    let simulation = Frame(["system.simulation.exception": "NaN\u{1B}[2J"])
    let console = Console(SyncServer(), simulation: simulation)
    let result = await console.run(["watch", "--timeout", "0.5", "--notify", "failed"])
    #expect(result.status == 0)
    #expect(result.told == "townhall: the simulation failed: \"NaN\\u001b[2J\"\n")
  }

  @Test(
    "What cannot be asked for is refused",
    arguments: [["--notify", "loud"], ["--notify", "failed", "--notify-by", "horn"]]
  )
  func refuses(arguments: [String]) async {
    let result = await Console(SyncServer()).run(["watch"] + arguments)
    #expect(result.status == 2 && result.output.isEmpty)
  }
}
