import SharedState
import Testing
import TextScreen

@testable import Dashboard

@Suite("Who is here")
struct PresenceTests {
  private static let adaID = String(Scene.ada.dropFirst(7))

  private static func hold(_ atoms: [StateValue], _ owner: String) -> StateValue {
    ["interaction_type": "spring", "particles": .array(atoms), "owner.id": .string(owner)]
  }

  private func scene(_ columns: Int = 200, _ rows: Int = 60) -> Scene {
    var scene = Scene(columns, rows)
    scene.join(Scene.smallTown)
    return scene
  }

  /// The rows of the one who is called so.
  private func rows(_ name: String, in scene: Scene) throws -> [String] {
    let head = try #require(scene.lines.firstIndex { $0.contains("Who is here ──") })
    let row = try #require(
      scene.lines[head...].firstIndex { $0.contains(name) },
      "\(scene.picture)"
    )
    return Array(scene.lines[row...row + 1])
  }

  @Test("Where their head is, what they hold, how much they change, and when they last did")
  func doing() throws {
    var scene = scene()
    var rows = try rows("Ada  ", in: scene)
    #expect(rows[0].contains("nothing since you came") && rows[1].contains("head 0.5 1.4 -0.3"))
    scene.change(["interaction.0": Self.hold([1, 2], Self.adaID)])
    rows = try self.rows("Ada  ", in: scene)
    #expect(rows[0].contains("● Ada") && rows[0].contains("just now"))
    #expect(rows[1].contains("holds 2 atoms  spring"))
    for tick in 0..<120 {
      scene.wait(.milliseconds(33))
      scene.change([Scene.ada: Scene.avatar(height: Double(tick) / 100), "update.index.U": 1])
    }
    #expect(try self.rows("Ada  ", in: scene)[0].contains("30/s"))
    scene.change(remove: ["interaction.0"])
    scene.wait(.seconds(20))
    rows = try self.rows("Ada  ", in: scene)
    #expect(rows[0].contains("at 12:00:03") && !rows[1].contains("holds"))
    #expect(scene.model.wakeUp == nil)
  }

  @Test("What a message changes of theirs counts once, muted or not, and others' not at all")
  func counting() {
    var scene = scene()
    scene.change(["avatar.bea": ["name": "Bea"]])
    scene.wait(.seconds(1))
    for tick in 0..<40 {
      scene.change([
        "update.index.\(Self.adaID)": .int(Int64(tick)), "note.\(Self.adaID)": .int(Int64(tick)),
        "selection.root": ["n": .int(Int64(tick))],
      ])
      scene.wait(.milliseconds(100))
    }
    let presence = scene.model.presence
    #expect(presence[Self.adaID]?.rate.perSecond(at: scene.uptime) == 10)
    #expect(presence["bea"]?.rate.perSecond(at: scene.uptime) == 0)
  }

  @Test("Whoever comes stands below, whoever leaves is gone, and nobody else moves")
  func order() throws {
    var scene = scene()
    for id in ["z", "b", "k"] { scene.change(["avatar.\(id)": ["name": .string("N\(id)")]]) }
    #expect(scene.model.presence.ids == [Self.adaID, "z", "b", "k"])
    for tick in 0..<50 { scene.change(["avatar.k": ["name": "Nk", "n": .int(Int64(tick))]]) }
    #expect(scene.model.presence.ids == [Self.adaID, "z", "b", "k"])
    scene.change(["interaction.1": Self.hold([1], "b")], remove: ["avatar.z"])
    #expect(scene.model.presence.ids == [Self.adaID, "b", "k"])
    #expect(scene.model.presence.holdings(of: "b") == ["interaction.1"])
    #expect(try rows("Nb ", in: scene)[1].contains("holds 1 atom"))
    scene.change(["avatar.z": ["name": "Nz"]], remove: ["interaction.1"])
    #expect(scene.model.presence.ids == [Self.adaID, "b", "k", "z"])
    #expect(scene.model.presence.holdings(of: "b") == [])
  }

  @Test("Many are counted; an odd name or value shifts nothing, and one without a name has an id")
  func odd() throws {
    var scene = scene()
    var people: [String: StateValue] = ["avatar.929680e7-0000": ["components": 1]]
    people["avatar.e"] = ["name": "\u{1B}[31m\u{202E}evil\n"]
    people["interaction.e"] = ["owner.id": "e", "particles": 5, "interaction_type": [1]]
    scene.change(people)
    #expect(try rows("929680e7-0000", in: scene)[0].contains("just now"))
    #expect(try rows("evil", in: scene)[1].contains("holds 0 atoms"))
    for number in 0..<100 { scene.change(["avatar.n\(number)": ["name": "N"]]) }
    #expect(scene.lines.contains { $0.contains("Who is here ──") && $0.contains("─ 103") })
    #expect(scene.lines.contains { $0.contains(" more  ") })
  }

  @Test("It stands only where there is room", arguments: [(80, 24), (120, 30), (200, 30)])
  func small(columns: Int, rows: Int) {
    var scene = scene(columns, rows)
    scene.press("4")
    #expect(!scene.picture.contains("Who is here"))
  }
}
