import SharedState
import StateEditing
import StateInspection
import Testing
import TextScreen

@testable import Dashboard

@Suite("Inspecting from the keyboard")
struct InspectCommandTests {
  static let troubled: StateValue = [
    "id": "selection.a", "selected": ["particle_ids": [1, 1, 2]],
    "properties": ["nanover.rendering.renderer": "cartoon"],
  ]

  static let right: StateValue = [
    "id": "selection.b", "name": "B", "selected": ["particle_ids": [1]], "properties": [:],
  ]

  private func scene(_ more: [String: StateValue] = [:]) -> Scene {
    var scene = Scene()
    scene.join(["selection.a": Self.troubled, "selection.b": Self.right].merging(more) { $1 })
    scene.press("j")
    return scene
  }

  private func edits(_ scene: Scene) -> [EditRequest] {
    scene.effects.compactMap { if case .edit(let request) = $0 { request } else { nil } }
  }

  @Test("A house with findings carries a mark in its row, in its pane and at the field")
  func marks() {
    let scene = scene()
    #expect(scene.lines[3].contains("│ !    a ") && !scene.lines[4].contains("!"))
    #expect(scene.picture.contains("! there is no name"))
    let field = scene.lines.first { $0.contains("nanover.re") }
    #expect(field?.contains("│ ! ") == true, "\(field ?? "")")
  }

  @Test("A mark goes when the house is mended, and one that points nowhere when somebody moves in")
  func marksFollow() {
    var scene = scene(["visualiser.9": ["selection": "selection.c", "renderer": "liquorice"]])
    func isMarked(_ name: String) -> Bool {
      scene.lines.contains { $0.contains("!    \(name) ") }
    }
    #expect(isMarked("a") && isMarked("9"))
    scene.change(["selection.a": Self.right])
    scene.change(["selection.c": Self.right])
    #expect(!isMarked("9"))
    // Its id is now another house's.
    #expect(isMarked("a"))
    var good = Self.right.object ?? [:]
    good["id"] = "selection.a"
    scene.change(["selection.a": .object(good)])
    #expect(!isMarked("a"))
    scene.change([:], remove: ["selection.c"])
    #expect(isMarked("9"))
  }

  @Test(
    "! lists what is wrong, Enter repairs it by one edit, and nothing else of the house changes"
  )
  func repair() throws {
    var scene = scene()
    scene.press("!")
    #expect(scene.model.chooser?.title == "What is wrong with selection.a")
    #expect(scene.picture.contains("repair: name = \"a\""))
    #expect(scene.picture.contains("cannot list any selection"))
    scene.press(.enter)
    let request = try #require(edits(scene).first)
    #expect(request.entries.count == 1 && edits(scene).count == 1)
    let entry = request.entries[0]
    #expect(entry.key == "selection.a" && entry.base == Self.troubled)
    #expect(ValueDiff(from: entry.base, to: entry.mine).differences.map(\.path) == [["name"]])
    #expect(scene.model.chooser == nil)
  }

  @Test("The last line repairs all that can be, and leaves what a person must decide")
  func repairAll() throws {
    var scene = scene()
    scene.press("!", .end, .enter)
    let mine = try #require(edits(scene).first?.entries.first?.mine)
    #expect(mine["name"] == "a" && mine["selected"]?["particle_ids"] == [1, 2])
    #expect(mine["properties"]?["nanover.rendering.renderer"] == "cartoon")
    scene.change(["selection.a": mine])
    #expect(scene.picture.contains(#"! "cartoon" fails"#))
  }

  @Test("Enter on what cannot be repaired goes to its field")
  func goes() {
    var scene = scene()
    scene.press("!", "j", .enter)
    #expect(edits(scene).isEmpty == false || scene.model.focus == .detail)
    scene.press("!", "j", "j", .enter)
    #expect(scene.model.focus == .detail)
    #expect(scene.model.detail.path == ["properties", "nanover.rendering.renderer"])
  }

  @Test("A repair is worked out on the house as it is then, and says so if nothing is left")
  func meanwhile() throws {
    var scene = scene()
    scene.press("!")
    var object = Self.troubled.object ?? [:]
    object["note"] = "theirs"
    scene.change(["selection.a": .object(object)])
    scene.press(.enter)
    #expect(edits(scene).first?.entries.first?.mine?["note"] == "theirs")
    scene.press("!")
    object["name"] = "Theirs"
    scene.change(["selection.a": .object(object)])
    scene.press(.enter)
    #expect(edits(scene).isEmpty)
    #expect(scene.lines.last?.contains("mended meanwhile") == true)
  }

  @Test("Where there is nothing to tell, ! says so")
  func reasons() {
    var scene = scene()
    scene.press("j", "!")
    #expect(scene.lines.last == " !: nothing is wrong with selection.b")
    scene.press("g", "g", "!")
    #expect(scene.lines.last == " !: choose a house first; g! looks into all of them")
    var looking = Scene(options: DashboardOptions(address: "ws://x:1", readOnly: true, seed: 1))
    looking.join(["selection.a": Self.troubled])
    looking.press("j", "!", .enter)
    #expect(looking.effects.isEmpty)
    #expect(looking.lines.last?.contains("read only") == true)
  }

  @Test("g! walks the town in slices, groups by check with counts, and Enter goes to the house")
  func town() {
    var scene = Scene()
    var houses: [String: StateValue] = ["scene": [1, 2, 3]]
    for number in 0..<3000 {
      houses["selection.\(10_000 + number)"] = [
        "id": .string("selection.\(10_000 + number)"), "selected": ["particle_ids": [1]],
      ]
    }
    scene.join(houses)
    scene.press("g", "!")
    #expect(scene.picture.contains("looked into 0 of 3,001 houses"))
    scene.uptime += InspectionRound.pause
    scene.send(.wake)
    #expect(scene.picture.contains("looked into 400 of 3,001 houses"))
    scene.wait(.seconds(2))
    #expect(scene.model.inspector.round == nil && scene.model.wakeUp == nil)
    #expect(scene.picture.contains("3,001 of 3,001 houses would trouble somebody's program"))
    #expect(scene.picture.contains("selection-name"))
    #expect(scene.picture.contains("3,000 houses"))
    scene.press("j", "j", .enter)
    #expect(scene.model.chooser == nil)
    #expect(scene.model.tree.key == "selection.10002")
  }

  @Test("Esc ends the walk, and an idle screen asks for no more waking")
  func leaving() {
    var scene = Scene()
    scene.join(Dictionary(uniqueKeysWithValues: (0..<2000).map { ("s.\($0)", 1) }))
    scene.press("g", "!", .escape)
    scene.send(.wake)
    #expect(scene.model.inspector.round == nil)
    scene.wait(.seconds(12))
    #expect(scene.model.wakeUp == nil)
    scene.press("g", "!")
    scene.wait(.seconds(2))
    #expect(scene.picture.contains("nothing is wrong in any of 2,000 houses"))
  }

  @Test("Picture: what is wrong with a house, in the tree, the house and the list")
  func picture() throws {
    var scene = scene()
    try Golden.expect(scene.picture, "inspectMarks")
    scene.press("!")
    try Golden.expect(scene.picture, "inspectHouse")
    var plain = Scene(
      120,
      30,
      options: DashboardOptions(address: "ws://x:1", ascii: true, seed: 1)
    )
    plain.join(["selection.a": Self.troubled, "scene": [1, 2], "suggested.passthrough": 1])
    plain.press("g", "!")
    plain.wait(.seconds(1))
    try Golden.expect(plain.picture, "inspectTown")
  }

  @Test("In the town of the tutorial nothing is marked")
  func tutorial() {
    for (key, value) in Scene.smallTown {
      let found = EntryInspector.findings(in: key, value) { Scene.smallTown[$0] != nil }
      #expect(found.allSatisfy { !$0.isMarked }, "\(key): \(found.map(\.words))")
    }
  }
}
