import SharedState
import StateEditing
import Testing
import TextScreen

@testable import Dashboard

@Suite("Marks, and the last edit again")
struct RepetitionTests {
  private func scene() -> Scene {
    var scene = Scene()
    scene.join([
      "note.a": ["name": "A", "in": ["x": 1]], "note.b": ["name": "B", "in": ["x": 2]],
      "note.c": ["name": "C"], "note.d": 4,
    ])
    return scene
  }

  private func edit(_ scene: inout Scene, _ verb: EditVerb, _ mine: StateValue?) {
    scene.submit(verb, [.init(key: "note.a", base: scene.town["note.a"], mine: mine)])
  }

  private func go(to key: String, _ scene: inout Scene) {
    scene.press("/")
    scene.type(key)
    scene.press(.enter, .escape)
  }

  private func mark(_ keys: [String], _ scene: inout Scene) {
    for key in keys {
      go(to: key, &scene)
      scene.press("v")
    }
  }

  @Test("v marks with a sign in the tree and a count above, v again unmarks, V unmarks all")
  func marks() {
    var scene = scene()
    mark(["note.b", "note.c"], &scene)
    #expect(scene.lines[0].contains("2 marked"))
    #expect(scene.lines.filter { $0.contains("✓   b ") || $0.contains("✓   c ") }.count == 2)
    scene.press("v")
    #expect(scene.lines[0].contains("1 marked"))
    scene.press("V")
    #expect(!scene.lines[0].contains("marked"))
    scene.press("V")
    #expect(scene.lines.last == " V: no house is marked; v marks one")
  }

  @Test("A marked house that moves out is not marked any more")
  func gone() {
    var scene = scene()
    mark(["note.b", "note.c"], &scene)
    scene.change(remove: ["note.b"])
    #expect(scene.model.undo.markedKeys == ["note.c"])
  }

  @Test("update puts the same values into the same fields, in one message that one undo takes back")
  func update() {
    var scene = scene()
    edit(&scene, .update, ["name": "New", "in": ["x": 1]])
    let before = scene.wholeTown
    mark(["note.b", "note.c", "note.d"], &scene)
    scene.press(".")
    #expect(scene.requests.isEmpty)
    #expect(scene.picture.contains(#"Enter: update name = "New", on 2 houses"#))
    #expect(scene.picture.contains("has no name") && scene.picture.contains("now "))
    scene.press(.enter)
    #expect(scene.requests.count == 1 && scene.requests.first?.entries.count == 2)
    scene.settleEdits()
    #expect(scene.town["note.b"] == ["name": "New", "in": ["x": 2]])
    #expect(scene.town["note.c"] == ["name": "New"] && scene.town["note.d"] == 4)
    scene.act("z")
    #expect(scene.wholeTown == before)
  }

  @Test("modify makes the same differences, and leaves a house alone that has no such place")
  func modify() {
    var scene = scene()
    edit(&scene, .modify, ["in": ["x": 9]])
    mark(["note.b", "note.c"], &scene)
    scene.act(".", .enter)
    #expect(scene.town["note.b"] == ["in": ["x": 9]])
    #expect(scene.town["note.c"] == ["name": "C"])
  }

  @Test("set gives the same value, also to the one house under the cursor")
  func set() {
    var scene = scene()
    edit(&scene, .set, 7)
    go(to: "note.d", &scene)
    scene.act(".", .enter)
    #expect(scene.town["note.d"] == 7)
    scene.press(".")
    #expect(scene.lines.last == " nothing to do: 1 house, is so already")
  }

  @Test("remove asks with the count, Enter removes nothing, and the second answer removes all")
  func remove() {
    var scene = scene()
    edit(&scene, .remove, nil)
    mark(["note.b", "note.c"], &scene)
    scene.act(".")
    #expect(scene.picture.contains("Remove 2 houses?"))
    scene.act(.enter)
    #expect(scene.town.count == 3 && scene.model.chooser == nil)
    scene.act(".", .down, .enter)
    #expect(scene.town.keys == ["note.d"])
    scene.act("z")
    #expect(scene.town.count == 3)
  }

  @Test("A repetition is not the pattern of the next: . again does the same edit")
  func again() {
    var scene = scene()
    edit(&scene, .set, 7)
    mark(["note.b", "note.c"], &scene)
    scene.act(".", .enter)
    scene.press("V")
    go(to: "note.d", &scene)
    scene.act(".", .enter)
    #expect(scene.town["note.d"] == 7)
  }

  @Test("A house that somebody changes while the list is shown keeps what they changed")
  func merged() {
    var scene = scene()
    edit(&scene, .update, ["name": "New", "in": ["x": 1]])
    mark(["note.b"], &scene)
    scene.press(".")
    scene.change(["note.b": ["name": "B", "in": ["x": 5]]])
    scene.act(.enter)
    #expect(scene.town["note.b"] == ["name": "New", "in": ["x": 5]])
  }

  @Test("What cannot be done again says why")
  func refusals() {
    var scene = scene()
    scene.press(".")
    #expect(scene.lines.last == " .: no edit of yours has reached the town yet")
    scene.submit(.add, [.init(key: "note.new", base: nil, mine: 1)])
    scene.press(".")
    #expect(scene.lines.last?.contains("add makes a house each time") == true)
    scene.submit(.clear, [.init(key: "note.new", base: 1, mine: nil)])
    scene.press(".")
    #expect(scene.lines.last?.contains("clear is done to a street") == true)
  }
}
