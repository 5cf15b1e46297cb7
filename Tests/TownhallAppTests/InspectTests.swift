import SharedState
import StateSync
import Testing
import Trajectory

@testable import TownhallApp

@Suite("inspect")
struct InspectTests {
  private static let good: StateValue = [
    "id": "selection.good", "name": "Good", "selected": ["particle_ids": [1]], "properties": [:],
  ]

  private static func town() -> SyncServer {
    SyncServer([
      "selection.solvent": ["id": "selection.solvent", "selected": [3, 3], "properties": [:]],
      "selection.good": good, "suggested.passthrough": 1, "scene": [1, 2, 3],
      "selection.tutorial": ["display_name": "T", "particle_ids": [1]],
    ])
  }

  @Test("Each finding is a line that says what, whom it troubles and what to do; the status is 1")
  func tells() async {
    let result = await townhall("inspect", on: Self.town())
    #expect(result.status == 1)
    let lines = result.output.split(separator: "\n").map(String.init)
    #expect(lines.allSatisfy { $0.contains(": ") && $0.contains("; ") })
    #expect(lines.first?.hasPrefix("error scene: the scene is no list of 10 numbers: ") == true)
    let name = lines.first { $0.hasPrefix("error selection.solvent: there is no name") }
    #expect(name?.hasSuffix(#"[--repair: name = "solvent"]"#) == true)
    #expect(lines.count { $0.hasPrefix("note selection.tutorial: ") } == 2)
    #expect(result.told.contains("5 findings in 3 houses would trouble somebody's program"))
  }

  @Test("A house, a street or several narrow it down; one that is not there is said")
  func narrows() async {
    let town = Self.town()
    let one = await townhall("inspect", "selection.good", on: town)
    #expect(one == .init(status: 0, output: "", told: ""))
    let notes = await townhall("inspect", "selection.tutorial", on: town)
    #expect(notes.status == 0 && notes.output.split(separator: "\n").count == 2)
    let two = await townhall("inspect", "suggested.", "scene", on: town)
    #expect(two.output.split(separator: "\n").count == 2)
    let none = await townhall("inspect", "selection.goo", "selection.nobody", on: town)
    #expect(none.status == 1 && none.output == "")
    #expect(none.told.contains(#"no house "selection.nobody" in this town"#))
  }

  @Test("With --json each line is an object with field and check")
  func json() async throws {
    let result = await townhall("inspect", "--json", "selection.solvent", on: Self.town())
    let lines = try result.output.split(separator: "\n").map { try StateValue(text: String($0)) }
    #expect(lines.map { $0["severity"] } == ["error", "error", "warning"])
    let name = lines.first { $0["check"] == "selection-name" }
    #expect(name?["key"] == "selection.solvent" && name?["field"] == "name")
    #expect(name?["repair"] == #"name = "solvent""#)
  }

  @Test("With --atoms it tells which atoms the molecule does not have, and waits for one")
  func atoms() async {
    let town = SyncServer([
      "selection.gone": ["display_name": "Gone", "particle_ids": [7, 8]],
      "selection.good": Self.good,
      "interaction.a": ["particles": [1, 2], "position": [0.0, 0.0, 0.0], "type": "spring"],
    ])
    let molecule = Frame(["particle.count": 2, "particle.names": ["N", "CA"]])
    let some = await Console(town, simulation: molecule).run(["inspect", "--atoms"])
    let absent = some.output.split(separator: "\n").filter { $0.contains("in this molecule") }
    #expect(absent.count == 2 && some.status == 1, "\(some)")
    #expect(
      absent.first?.hasPrefix("warning interaction.a: 1 atom is not in this molecule") == true
    )
    #expect(absent.last?.hasPrefix("error selection.gone: none of its 2 atoms is in") == true)
    let unasked = await Console(town, simulation: molecule).run(["inspect"])
    #expect(!unasked.output.contains("in this molecule"))
    let nobody = await Console(town, simulation: nil)
      .run(["inspect", "--atoms", "--timeout", "0.1"])
    #expect(nobody.status == 1 && nobody.told.contains("nobody simulates"), "\(nobody)")
  }

  @Test("--dry-run says what --repair writes, and --repair writes it, once and no more")
  func repairs() async {
    let town = Self.town()
    let before = town.state
    let dry = await townhall("inspect", "--dry-run", "--repair", "selection.solvent", on: town)
    #expect(dry.status == 0)
    #expect(
      dry.output.contains(#""value":{"id":"selection.solvent","selected":{"particle_ids":[3]}"#)
    )
    #expect(town.state == before)
    let repair = await townhall("inspect", "--repair", "selection.solvent", on: town)
    #expect(repair == .init(status: 0, output: "", told: "townhall: repaired 1 house\n"))
    #expect(
      town.state["selection.solvent"] == [
        "id": "selection.solvent", "name": "solvent", "selected": ["particle_ids": [3]],
        "properties": [:],
      ]
    )
    let all = await townhall("inspect", "--repair", on: town)
    #expect(all.status == 1 && all.output.split(separator: "\n").count == 1)
    #expect(all.told.contains("repaired 2 houses"))
    #expect(town.state["suggested.passthrough"] == 1.0)
    #expect(town.state["selection.good"] == Self.good && town.state["scene"] == [1, 2, 3])
  }

  @Test("Nothing that a peer writes reaches the terminal as an order")
  func hostile() async {
    let town = SyncServer([
      "interaction.\u{1B}[2J": [
        "interaction_type": "\u{1B}[31m", "particles": [1], "position": ["\u{9B}": .null],
      ],
      "selection.\u{202E}": ["id": "\u{7}"],
    ])
    let result = await townhall("inspect", on: town)
    #expect(result.status == 1)
    let isPlain = result.output.unicodeScalars.allSatisfy { scalar in
      let category = scalar.properties.generalCategory
      return scalar == "\n" || (category != .control && category != .format)
    }
    #expect(isPlain, "\(result.output)")
  }

  @Test("--checks lists each check with its fact, and needs no town")
  func checks() async {
    let call = Console(SyncServer())
    let result = await call.run(["inspect", "--checks", "--town", "ws://elsewhere:1"])
    #expect(result.status == 0)
    #expect(result.output.split(separator: "\n").count >= 12)
    #expect(result.output.contains("selection-name: nanover.app.RenderingSelection"))
  }
}
