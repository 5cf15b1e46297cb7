import SharedState
import Testing
import TextScreen

@testable import Dashboard

@Suite("The houses of a person")
struct PersonTests {
  private static let id = "929680e7-1b7f-4a53-9d67-0a4e0d2a6a11"

  private func scene(at key: String) -> Scene {
    var scene = Scene()
    scene.join(
      Scene.smallTown.merging(
        [
          "selection.\(Self.id).0": ["particle_ids": [1]], "user-origin.\(Self.id)": 1,
          "cursor.\(Self.id).left": 1, "interaction.a": ["owner.id": .string(Self.id)],
          "interaction.b": ["owner.id": "somebody"], "selection.P.0": 1, "selection.P.1": 1,
          "odd.x\(Self.id)": 1,
        ]
      ) { $1 }
    )
    scene.model.goTree(to: .entry(key))
    scene.send(.wake)
    return scene
  }

  private func houses(_ scene: Scene) -> [String] {
    let index = scene.model.known.index
    return (0..<index.rowCount).compactMap { row in
      guard case .entry(let key)? = index.row(at: row) else { return nil }
      return key
    }
  }

  private static let hers = [
    Scene.ada, "cursor.\(id).left", "interaction.a", "selection.\(id).0", "user-origin.\(id)",
  ]

  @Test(
    "go shows all that is somebody's, in whatever street, from any of their houses",
    arguments: hers
  )
  func shows(key: String) {
    var scene = scene(at: key)
    scene.type("go")
    #expect(houses(scene) == Self.hers)
    #expect(scene.model.tree.key == key)
    #expect(scene.lines.last?.contains("all houses of Ada 929680e7…") == true)
    scene.press(.escape)
    #expect(houses(scene).count == 16)
    #expect(scene.model.tree.key == key)
  }

  @Test("One Esc shows the others again, though a search is on")
  func search() {
    var scene = scene(at: Scene.ada)
    let all = houses(scene).count
    scene.type("/Ada")
    scene.press(.enter)
    scene.type("go")
    #expect(houses(scene).count < all)
    scene.press(.escape)
    #expect(houses(scene).count == all && scene.model.finder.search != nil)
  }

  @Test("A Python client has no avatar, but its selections bear its id")
  func python() {
    var scene = scene(at: "selection.P.0")
    scene.type("go")
    #expect(houses(scene) == ["selection.P.0", "selection.P.1"])
  }

  @Test(
    "From a house that is nobody's, and from a street, go lists who is here",
    arguments: [TreeRow.entry("scene.box"), .entry("selection.root"), .group("avatar.")]
  )
  func nobody(row: TreeRow) {
    var scene = scene(at: "scene.box")
    scene.change(["avatar.bo": ["name": "Bo"], "avatar.c": [:]])
    scene.change(remove: ["avatar.c"])
    scene.model.goTree(to: row)
    scene.send(.wake)
    scene.type("go")
    #expect(scene.lines.contains { $0.contains("Who is here: 2") })
    #expect(scene.model.known.index.filter == nil)
    scene.press(.down)
    scene.press(.enter)
    #expect(houses(scene) == ["avatar.bo"])
    scene.press(.escape)
    scene.model.goTree(to: row)
    scene.type("go")
    scene.press(.enter)
    #expect(houses(scene) == Self.hers)
  }

  @Test("Who leaves while they are being chosen is said to have left")
  func leaves() {
    var scene = scene(at: "scene.box")
    scene.type("go")
    scene.change(remove: [Scene.ada])
    scene.press(.enter)
    #expect(scene.lines.last?.contains("has left") == true)
    #expect(scene.model.known.index.filter == nil)
  }

  @Test("Where nobody is, go says so")
  func empty() {
    var scene = Scene()
    scene.join(["scene.box": 1])
    scene.type("go")
    #expect(scene.lines.last?.contains("no avatar is here") == true)
  }

  @Test("The street of the avatars says what it is")
  func street() {
    let scene = scene(at: Scene.ada)
    #expect(scene.lines.contains { $0.contains("avatar") && $0.contains("1 \u{B7} who is here") })
  }

  @Test("What the person takes into hand meanwhile is shown too, and what others do is not")
  func live() {
    var scene = scene(at: Scene.ada)
    scene.type("go")
    scene.change([
      "interaction.new": ["owner.id": .string(Self.id)], "interaction.c": ["owner.id": "V"],
      "interaction.b": ["owner.id": .string(Self.id)],
    ])
    #expect(
      houses(scene).filter { $0.hasPrefix("interaction.") }.map { $0.suffix(3) } == [
        "n.a", "n.b", "new",
      ]
    )
    scene.change(remove: ["interaction.new"])
    scene.wait(.seconds(20))
    #expect(houses(scene).filter { $0.hasPrefix("interaction.") }.count == 2)
    #expect(scene.model.known.index.entryCount == 17)
  }

  @Test("In a large town the person's houses come in slices")
  func slices() {
    var values: [String: StateValue] = ["avatar.U": ["name": "Uma"]]
    for number in 0..<3000 {
      values["interaction.\(number)"] = ["owner.id": number % 100 == 0 ? "U" : "V"]
    }
    var scene = Scene()
    scene.join(values)
    scene.model.goTree(to: .entry("avatar.U"))
    scene.send(.wake)
    scene.type("go")
    let index = { scene.model.known.index }
    #expect(index().entryCount - index().hiddenCount < 31)
    scene.wait(.seconds(1))
    #expect(index().entryCount - index().hiddenCount == 31)
    #expect(scene.model.known.index.rowCount == 33 || scene.model.known.index.rowCount == 3)
  }
}
