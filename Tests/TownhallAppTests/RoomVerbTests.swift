import SharedState
import StateEditing
import StateSync
import TestSupport
import Testing
import Trajectory

@testable import TownhallApp

@Suite("The verb room")
struct RoomVerbTests {
  private static let state: StateDictionary = [
    "avatar.ada": ["name": "Ada", "components": [["name": "headset"]]],
    "report.connection.health.ada": ["rtt": 41.0], "suggested.passthrough": 0.5,
    "suggested.box.locked": true, "selection.a": ["name": "A"], "scene": 1,
  ]

  private func townhall(
    _ arguments: String...,
    on town: SyncServer,
    folder: String? = nil,
    simulation: Frame? = nil
  ) async -> Console.Result {
    await Console(town, folder: folder, simulation: simulation).run(arguments)
  }

  @Test("Without more it tells who is here and what is asked, with --json in one line")
  func show() async throws {
    let town = SyncServer(Self.state)
    let said = await townhall("room", on: town)
    #expect(said.status == 0)
    for words in ["Ada  headset  41 ms  ada", "pass-through       0.5", "box-hidden         none"] {
      #expect(said.output.contains(words), "\(said.output)")
    }
    let json = try StateValue(text: await townhall("room", "show", "--json", on: town).output)
    #expect(json["people"] == [["id": "ada", "device": "headset", "name": "Ada", "rtt": 41.0]])
    #expect(json["controls"] == ["pass-through": 0.5, "box-locked": true])
  }

  @Test("What is asked is set, taken away, and refused where it makes no sense")
  func set() async {
    let town = SyncServer(Self.state)
    #expect(await townhall("room", "set", "interaction-scale", "100", on: town).status == 0)
    #expect(town.state["suggested.interaction.scale"] == 100.0)
    #expect(await townhall("room", "set", "pass-through", "none", on: town).status == 0)
    #expect(!town.state.contains("suggested.passthrough"))
    let before = town.state
    let odd = await townhall("room", "set", "box-locked", "perhaps", on: town)
    #expect(odd.status == 2 && odd.told.contains("box-locked is yes or no, or none"))
    let unknown = await townhall("room", "set", "gravity", "1", on: town)
    #expect(unknown.status == 2 && unknown.told.contains("none of pass-through, box-locked"))
    let dry = await townhall("room", "set", "box-hidden", "yes", "--dry-run", on: town)
    #expect(dry.status == 0 && dry.output.contains(#""key":"suggested.box.hidden""#))
    #expect(town.state == before)
  }

  @Test("A set-up is saved, listed, applied in part and whole, and forgotten")
  func setups() async throws {
    let scratch = ScratchFolder()
    let folder = scratch.path
    let town = SyncServer(Self.state)
    let saved = await townhall("room", "save", "monday", on: town, folder: folder)
    #expect(saved.status == 0 && saved.output.hasSuffix("/rooms/monday.json\n"))
    #expect(saved.told.contains("the scene, 1 selection, 2 suggestions"), "\(saved.told)")
    #expect(await townhall("room", "list", on: town, folder: folder).output == "monday\n")
    let other = SyncServer(["selection.b": 1, "avatar.bob": ["name": "Bob"]])
    let part = await townhall(
      "room",
      "apply",
      "monday",
      "--only",
      "suggestions",
      on: other,
      folder: folder
    )
    #expect(part.status == 0 && part.told.contains("2 houses are as in monday"), "\(part.told)")
    #expect(other.state["suggested.box.locked"] == true && !other.state.contains("scene"))
    #expect(await townhall("room", "apply", "monday", on: other, folder: folder).status == 0)
    #expect(other.state["selection.a"] == ["name": "A"] && other.state["selection.b"] == 1)
    let exactly = await townhall(
      "room",
      "apply",
      "monday",
      "--exactly",
      on: other,
      folder: folder
    )
    #expect(exactly.status == 0 && !other.state.contains("selection.b"))
    #expect(other.state["avatar.bob"] == ["name": "Bob"])
    #expect(await townhall("room", "forget", "monday", on: town, folder: folder).status == 0)
    let gone = await townhall("room", "apply", "monday", on: town, folder: folder)
    #expect(gone.status == 1 && gone.told.contains("none is saved yet"))
    let path = await townhall("room", "save", "../x", on: town, folder: folder)
    #expect(path.status == 2 && path.told.contains("without /"))
    let file = await townhall("room", "save", "x.json", on: town, folder: folder)
    #expect(file.status == 2 && file.told.contains("not ending in .json"))
  }

  @Test("Selections get the atoms that their query means in the molecule that is there now")
  func query() async throws {
    let scratch = ScratchFolder()
    let folder = scratch.path
    let made: StateDictionary = [
      "selection.q": [
        "id": "selection.q", "name": "carbon", "selected": ["particle_ids": [0]],
        "properties": ["townhall.query": "name C"],
      ]
    ]
    #expect(
      await townhall("room", "save", "c", on: SyncServer(made), folder: folder).status == 0
    )
    let town = SyncServer()
    let molecule = Frame(["particle.count": 3, "particle.names": ["O", "C", "C"]])
    let applied = await townhall(
      "room",
      "apply",
      "c",
      on: town,
      folder: folder,
      simulation: molecule
    )
    #expect(applied.status == 0, "\(applied.told)")
    #expect(town.state["selection.q"]?["selected"]?["particle_ids"] == [1, 2])
  }

  @Test("Who stirs stays, whoever does not is swept away, and what they have made stays")
  func sweep() async {
    let town = SyncServer([
      "avatar.gone": ["name": "G"], "cursor.gone.left": 1, "selection.gone.0": 1, "avatar.here": 0,
    ])
    let stirring = Task {
      var height: Int64 = 0
      while !Task.isCancelled {
        height += 1
        town.apply(StateChange(updates: ["avatar.here": .int(height)]))
        try? await Task.sleep(for: .milliseconds(20))
      }
    }
    let dry = await townhall("room", "sweep", "--silent", "1", "--dry-run", on: town)
    #expect(dry.status == 0 && dry.output == "avatar.gone\ncursor.gone.left\n", "\(dry)")
    #expect(town.state.contains("avatar.gone"))
    let swept = await townhall("room", "sweep", "--silent", "1", on: town)
    #expect(swept.output == dry.output && !town.state.contains("avatar.gone"))
    #expect(town.state.contains("selection.gone.0") && town.state.contains("avatar.here"))
    let none = await townhall("room", "sweep", "--silent", "1", on: town)
    #expect(none.status == 1)
    stirring.cancel()
    await stirring.value
  }
}
