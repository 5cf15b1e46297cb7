import ScreenKit
import SharedState
import StateEditing
import Testing
import TextScreen

@testable import Dashboard

@Suite("Following")
struct FollowTests {
  private func scene(_ more: [String: StateValue] = [:], at key: String) -> Scene {
    var scene = Scene()
    scene.join(Scene.smallTown.merging(more) { $1 })
    scene.model.goTree(to: .entry(key))
    scene.send(.wake)
    return scene
  }

  private var footer: (Scene) -> String { { $0.lines.last ?? "" } }

  @Test(
    "gd goes to the selection that a visualiser draws, gr comes back, [ and ] walk the way again"
  )
  func thereAndBack() {
    var scene = scene(at: "visualiser.9f2")
    scene.type("gd")
    #expect(scene.model.tree.key == "selection.hyperballs" && scene.model.focus == .tree)
    scene.type("gr")
    #expect(scene.model.tree.key == "visualiser.9f2")
    scene.type("[[")
    #expect(scene.model.tree.key == "visualiser.9f2" && scene.model.focus == .tree)
    scene.type("]")
    #expect(scene.model.tree.key == "selection.hyperballs")
    scene.type("]")
    #expect(scene.model.tree.key == "visualiser.9f2")
    #expect(scene.model.detail.path == ["selection"])
    scene.type("]")
    #expect(footer(scene).contains("no place ahead"))
  }

  @Test("A house that points nowhere says so, and one to which nothing points")
  func nowhere() {
    var scene = scene(at: "scene.box")
    scene.type("gd")
    #expect(footer(scene).contains("scene.box points at no other house; gr lists"))
    scene.type("gr")
    #expect(footer(scene).contains("nothing points at scene.box"))
    scene.type("[")
    #expect(footer(scene).contains("no place to go back to"))
  }

  @Test(
    "Where several point, a list is shown and the chosen one is gone to, at the field that points"
  )
  func several() {
    var scene = scene(
      ["visualiser.a": ["renderer": "cartoon", "selection": "hyperballs"]],
      at: "selection.hyperballs"
    )
    scene.type("gr")
    #expect(scene.model.chooser?.items.count == 2)
    #expect(scene.picture.contains("visualiser.a  cartoon"))
    scene.press("j", .enter)
    #expect(scene.model.tree.key == "visualiser.a" && scene.model.focus == .detail)
    #expect(scene.model.detail.path == ["selection"])
  }

  @Test("In the House pane the field under the cursor is followed, an address in any text too")
  func field() {
    let panel: StateValue = [
      "elements": [
        ["variable": "scene.box"], ["variable": "selection.root"], ["label": "scene"],
      ]
    ]
    var scene = scene(["panel.p": panel], at: "panel.p")
    scene.type("gd")
    #expect(scene.model.chooser?.items.count == 2)
    scene.press(.escape, "2")
    scene.model.detail.go(to: ["elements", 1, "variable"], height: 10)
    scene.type("gd")
    #expect(scene.model.tree.key == "selection.root" && scene.model.focus == .detail)
    scene.type("[")
    #expect(scene.model.detail.path == ["elements", 1, "variable"])
    scene.model.detail.go(to: ["elements", 2, "label"], height: 10)
    scene.type("gd")
    #expect(scene.model.tree.key == "scene")
  }

  @Test("gb lists references that lead nowhere, and says so when there is none")
  func dangling() {
    var scene = scene(at: "scene")
    scene.type("gb")
    #expect(footer(scene).contains("none is dangling"))
    scene.change(["visualiser.b": ["selection": "selection.gone"]])
    scene.type("gb")
    #expect(scene.picture.contains("visualiser.b  draws selection.gone"))
    scene.press(.enter)
    #expect(scene.model.tree.key == "visualiser.b")
  }

  @Test(
    "In a large town the list opens at once and fills in slices; a key between them is answered"
  )
  func fills() {
    var values: [String: StateValue] = ["selection.s": 1]
    for number in 0..<3000 { values["visualiser.\(10_000 + number)"] = ["selection": "s"] }
    var scene = Scene()
    scene.join(values)
    scene.model.goTree(to: .entry("selection.s"))
    scene.send(.wake)
    scene.type("gr")
    #expect(scene.picture.contains("What points at selection.s"))
    #expect(scene.model.chooser?.items.last?.label.text.hasPrefix("looking: ") == true)
    #expect(scene.model.wakeUp != nil)
    scene.press("j", "j")
    let current = scene.model.chooser?.current?.label
    scene.wait(.seconds(1))
    #expect(scene.model.chooser?.current?.label == current)
    #expect(scene.model.chooser?.items.last?.label.text == "and 2,500 more")
    scene.press(.escape)
    scene.wait(.seconds(10))
    #expect(scene.model.wakeUp == nil)
  }

  @Test("The house tells what draws it and what it points at, and keeps up with the town")
  func lines() {
    var scene = scene(at: "selection.hyperballs")
    #expect(scene.picture.contains("drawn by visualiser.9f2 hyperballs"))
    scene.change(["visualiser.a": ["renderer": "cartoon", "selection": "hyperballs"]])
    #expect(scene.picture.contains("drawn by 2 (gr): visualiser.9f2 "))
    scene.change(remove: ["visualiser.9f2"])
    #expect(scene.picture.contains("drawn by visualiser.a cartoon"))
    scene.model.goTree(to: .entry("visualiser.a"))
    scene.send(.wake)
    #expect(scene.picture.contains("draws selection.hyperballs"))
    #expect(!scene.picture.contains("(vacant)"))
    scene.change(remove: ["selection.hyperballs"])
    #expect(scene.picture.contains("draws selection.hyperballs (vacant"))
  }

  @Test("A jump to a house that a filter keeps out of sight shows all houses again")
  func filtered() {
    var scene = scene(at: "visualiser.9f2")
    scene.model.known.index.setFilter(TreeFilter("visualiser.*"))
    scene.type("gd")
    #expect(scene.model.tree.key == "selection.hyperballs")
    #expect(scene.model.known.index.filter == nil)
    #expect(footer(scene).contains("all houses are shown again"))
  }

  @Test("A search, a line of Activity and a click far away are jumps; a step is none")
  func jumps() {
    var scene = scene(at: "scene.box")
    scene.type("/9f2")
    scene.press(.enter)
    #expect(scene.model.tree.key == "visualiser.9f2")
    scene.press("k", "[")
    #expect(scene.model.tree.key == "scene.box")
    scene.change(["selection.root": ["display_name": "R"]])
    scene.press("3", .enter)
    #expect(scene.model.tree.key == "selection.root")
    scene.type("[")
    #expect(scene.model.tree.key == "scene.box")
    scene.type("f9f2")
    scene.press(.enter)
    #expect(scene.model.tree.cursor == .group("visualiser."))
    scene.type("[")
    #expect(scene.model.tree.key == "scene.box" && scene.model.known.index.filter == nil)
    scene.press(.home)
    scene.send(.screen(.mouse(Mouse(.press, at: Point(column: 6, row: 13)))))
    #expect(scene.model.tree.cursor != .group("avatar."))
    scene.type("[")
    #expect(scene.model.tree.cursor == .group("avatar."))
  }
}

@Suite("Going to an address")
struct KeyPartsTests {
  private func scene() -> Scene {
    var scene = Scene()
    scene.join(Scene.smallTown)
    return scene
  }

  @Test("A key and a street are gone to, with or without the dot")
  func known() {
    var scene = scene()
    _ = scene.model.goTo(typed: "selection.root")
    #expect(scene.model.tree.key == "selection.root")
    for text in ["update", "update."] {
      _ = scene.model.goTo(typed: text)
      #expect(scene.model.tree.cursor == .group("update."))
    }
    #expect(scene.model.known.index.heldKeys == [])
  }

  @Test("A word that is neither is taken for a slip", arguments: ["selektion", "", ".", "new."])
  func slip(text: String) {
    var scene = scene()
    _ = scene.model.goTo(typed: text)
    #expect(scene.lines.last?.contains("is no command and no address") == true)
    #expect(scene.model.known.index.heldKeys == [])
  }

  @Test("A vacant address waits, lights up when somebody moves in, and is kept when they leave")
  func waits() throws {
    var scene = scene()
    _ = scene.model.goTo(typed: "selection.later")
    scene.send(.wake)
    #expect(scene.model.tree.key == "selection.later")
    #expect(scene.lines.last?.contains("nobody lives at selection.later yet") == true)
    scene.wait(.seconds(7))
    try Golden.expect(scene.picture, "vacancy")
    scene.change(["selection.later": ["display_name": "New", "particle_ids": .null]])
    #expect(scene.picture.contains("somebody moved in at selection.later, which you hold"))
    #expect(scene.picture.contains(#"+     later"#))
    scene.press("j")
    scene.change(remove: ["selection.later"])
    #expect(scene.picture.contains("gone just now"))
    scene.wait(.seconds(20))
    #expect(scene.picture.contains("○     later"))
    #expect(scene.model.wakeUp == nil)
  }

  @Test("d lets go of a vacant address and sends nothing, also where nothing may be written")
  func letGo() {
    for readOnly in [false, true] {
      var scene = Scene(options: DashboardOptions(address: "ws://x", readOnly: readOnly))
      scene.join(Scene.smallTown)
      _ = scene.model.goTo(typed: "new.one")
      scene.send(.wake)
      #expect(scene.picture.contains("1 vacant held"))
      scene.press("d")
      #expect(scene.effects.isEmpty && scene.model.edit == nil)
      #expect(scene.model.known.index.group("new.") == nil)
      #expect(scene.lines.last?.contains("is not held any more") == true)
    }
  }

  @Test("A held address can be let go of while the cursor is still on what moved out")
  func letGoAtOnce() {
    var scene = scene()
    _ = scene.model.goTo(typed: "scene.box")
    scene.model.known.index.hold("scene.box")
    scene.change(remove: ["scene.box"])
    scene.press("d")
    #expect(scene.effects.isEmpty && scene.model.edit == nil)
    #expect(!scene.model.known.index.isThere(.entry("scene.box")))
  }

  @Test("s builds a house at a vacant address")
  func build() {
    var scene = scene()
    _ = scene.model.goTo(typed: "new.one")
    scene.send(.wake)
    scene.press("s")
    scene.press(.control("s"), .enter)
    guard case .edit(let request)? = scene.effects.first else {
      Issue.record("nothing was sent:\n\(scene.picture)")
      return
    }
    #expect(request.verb == .set && request.entries.map(\.key) == ["new.one"])
  }

  @Test("gd to a vacant address holds it")
  func danglingTarget() {
    var scene = scene()
    scene.change(["visualiser.b": ["selection": "gone"]])
    _ = scene.model.goTo(typed: "visualiser.b")
    scene.type("gd")
    #expect(scene.model.tree.key == "selection.gone")
    #expect(scene.model.known.isVacancy("selection.gone"))
    scene.send(.wake)
    #expect(scene.picture.contains("drawn by visualiser.b"))
  }

  @Test("No more addresses are held than may be")
  func bounded() {
    var scene = scene()
    for number in 0...Model.mostHeld { _ = scene.model.goTo(typed: "a.\(number)") }
    #expect(scene.model.known.index.heldKeys.count == Model.mostHeld)
    #expect(scene.lines.last?.contains("are held already") == true)
  }
}
