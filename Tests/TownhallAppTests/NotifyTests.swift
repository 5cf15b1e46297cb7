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
    let console = Console(town, answers: [])
    async let watching = console.run([
      "watch", "selection.", "--initial", "--count", "2", "--notify", "scene.box=false",
      "--notify-by", "osc777",
    ])
    // What is so before somebody watches is no news.
    #expect(await eventually { console.output.contains("\n") })
    town.apply(StateChange(updates: ["scene.box": false]))
    #expect(await eventually { console.told.hasSuffix("\u{7}") })
    town.apply(StateChange(updates: ["selection.a": 2]))
    let result = await watching
    #expect(result.status == 0 && result.output.contains(#""key":"selection.a""#))
    #expect(
      result.told
        == "townhall: scene.box is false\n\u{1B}]777;notify;townhall;scene.box is false\u{7}"
    )
  }

  @Test("A simulation that fails is told", .timeLimit(.minutes(1)))
  func fails() async {
    let (town, simulation) = (
      SyncServer(), Frame(["system.simulation.exception": "NaN\u{1B}[2J"])
    )
    let console = Console(town, simulation: simulation)
    async let watching = console.run(["watch", "--count", "1", "--notify", "failed"])
    #expect(await eventually { console.told.hasSuffix("\n") })
    town.apply(StateChange(updates: ["a": 1]))
    let result = await watching
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
