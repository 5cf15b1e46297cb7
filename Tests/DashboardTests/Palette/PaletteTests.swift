import ScreenKit
import SharedState
import StateEditing
import Testing
import TextScreen

@testable import Dashboard

@Suite("The palette")
struct PaletteTests {
  private static func opened(_ columns: Int = 80, _ rows: Int = 24) -> Scene {
    var scene = Scene(columns, rows)
    scene.join(Scene.smallTown)
    scene.press(":")
    return scene
  }

  @Test("Every command has a line with its name, its keys and what it does")
  func complete() {
    let items = Self.opened().model.chooser?.items ?? []
    #expect(items.count == Keymap<Model>.standard.actions.count)
    for (item, binding) in zip(items, Keymap<Model>.standard.actions) {
      #expect(item.name == binding.name)
      #expect(item.label.text.contains(binding.help.town))
      #expect(item.note == binding.keys.map(\.label).joined(separator: " "))
    }
  }

  @Test("Enter runs the command whose name is typed, also where others hold the same letters")
  func runs() {
    var scene = Self.opened()
    scene.type("zoom")
    scene.press(.enter)
    #expect(scene.model.workbench.isZoomed && scene.model.chooser == nil)
    // "find", "filter" and others speak of adding; the name itself comes first.
    scene.press(":")
    scene.type("help")
    scene.press(.enter)
    #expect(scene.model.chooser?.title == "Keys")
  }

  @Test("A command that does nothing now says why, in the list and when it is run")
  func disabled() {
    var scene = Self.opened()
    scene.press(.escape, "3", ":")
    scene.type("next-match")
    #expect(scene.model.chooser?.current?.reason?.contains("nothing was searched for") == true)
    #expect(scene.lines.last?.contains("not now: nothing was searched for") == true)
    scene.press(.enter)
    #expect(scene.model.notice?.text.contains("nothing was searched for") == true)
    #expect(scene.model.chooser != nil)
  }

  @Test("Tab completes names as far as there is no choice, and then says so")
  func completesNames() {
    var scene = Self.opened()
    scene.type("half")
    scene.press(.tab)
    #expect(scene.model.chooser?.query == "half-page-")
    scene.press(.tab)
    #expect(scene.model.notice?.text.contains("another letter") == true)
    scene.press("d", .tab)
    #expect(scene.model.chooser?.query == "half-page-down")
  }

  @Test("Tab completes streets and the houses in them, also behind a command")
  func completesAddresses() {
    var scene = Self.opened()
    scene.type("visu")
    scene.press(.tab)
    #expect(scene.model.chooser?.query == "visualiser.")
    scene.press(.tab)
    #expect(scene.model.chooser?.query == "visualiser.9f2")
    scene.press(.enter)
    #expect(scene.model.tree.key == "visualiser.9f2")
    scene.press(":")
    scene.type("set selection.h")
    scene.press(.tab)
    #expect(scene.model.chooser?.query == "set selection.hyperballs")
    scene.press(.enter)
    #expect(scene.model.tree.key == "selection.hyperballs")
    #expect(scene.model.edit?.verb == .set)
  }

  @Test("An address where nobody lives is offered last, and gone to")
  func vacant() {
    var scene = Self.opened()
    scene.type("selection.new")
    #expect(scene.model.chooser?.shown.last?.note == "nobody lives there")
    scene.press(.enter)
    #expect(scene.model.tree.key == "selection.new")
  }

  @Test("A house and a street of one name are both offered: as it is typed, the house first")
  func houseAndStreet() {
    var scene = Scene()
    scene.join(["scene": [0, 0, 0], "scene.box": 1, "scene.zoom": 2])
    scene.press(":")
    scene.type("scene")
    #expect(scene.model.chooser?.items.suffix(2).map(\.name) == ["scene", "scene."])
    scene.press(.enter)
    #expect(scene.model.tree.cursor == .entry("scene"))
    scene.press(":")
    scene.type("scene.")
    scene.press(.enter)
    #expect(scene.model.tree.cursor == .group("scene."))
  }

  @Test("A house can be added to a street on which nobody lives yet")
  func newStreet() {
    var scene = Self.opened()
    scene.type("add visualiser.")
    scene.press(.enter)
    #expect(scene.model.edit?.target == .group("visualiser."))
    #expect(scene.model.edit?.verb == .add)
  }

  @Test("What is neither a command nor an address is said to be neither")
  func neither() {
    var scene = Self.opened()
    scene.type("xyzzy")
    scene.press(.enter)
    #expect(scene.model.notice?.text.contains("xyzzy") == true)
    scene.press(":")
    scene.type("zoom much")
    scene.press(.enter)
    #expect(scene.model.notice?.text.contains("takes nothing behind it") == true)
    #expect(!scene.model.workbench.isZoomed)
  }

  @Test("A filter, a search and an order can be typed whole")
  func arguments() {
    var scene = Self.opened()
    scene.type("filter scene*")
    scene.press(.enter)
    #expect(scene.model.known.index.hiddenCount == 6, "\(scene.model.notice?.text ?? "")")
    scene.press("F", ":")
    scene.type("search hyper")
    scene.press(.enter)
    #expect(scene.model.tree.key == "selection.hyperballs" && !scene.model.isTypingSearch)
    scene.press(":")
    scene.type("sort size")
    scene.press(.enter)
    #expect(scene.model.known.index.sort == .size)
    scene.press(":")
    scene.type("sort colour")
    scene.press(.enter)
    #expect(scene.model.notice?.text.contains("name, change, rate, size") == true)
  }

  @Test("A paste lands in the line as text, and runs nothing")
  func paste() {
    var scene = Self.opened()
    scene.send(.screen(.paste("selection.\nroot")))
    #expect(scene.model.chooser?.query == "selection.root")
    #expect(scene.model.chooser?.current?.note == "house")
    #expect(scene.effects.isEmpty)
  }

  @Test("A large street is offered in part, and quickly enough while one types")
  func large() {
    var scene = Scene()
    var houses: [String: StateValue] = [:]
    for number in 0..<20_000 { houses["atom.\(number)"] = 1 }
    scene.join(houses)
    scene.press(":")
    let time = ContinuousClock().measure { scene.type("atom.19999") }
    #expect(time < .seconds(5))
    #expect(scene.model.chooser?.shown.first?.name == "atom.19999")
    #expect((scene.model.chooser?.items.count ?? 0) < 200)
  }
}

@Suite("The help")
struct HelpTests {
  @Test("Each entry runs from there, whatever pane it is for")
  func runs() {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.press("?", "/")
    scene.type("whole screen")
    scene.press(.enter)
    #expect(scene.model.workbench.isZoomed && scene.model.chooser == nil)
  }

  @Test("What does nothing now says why and is not run")
  func disabled() {
    var scene = Scene(options: DashboardOptions(address: "a", readOnly: true))
    scene.join(Scene.smallTown)
    scene.press("j", "?", "/")
    scene.type("whole new value")
    #expect(scene.lines.last?.contains("not now: this dashboard is read only") == true)
    scene.press(.enter)
    #expect(scene.model.edit == nil && scene.model.chooser != nil)
    #expect(scene.model.notice?.text == "this dashboard is read only")
  }

  @Test(
    "All of it can be read: the end comes into sight beyond the last entry",
    arguments: [24, 12]
  )
  func scrolls(rows: Int) {
    var scene = Scene(80, rows)
    scene.join(Scene.smallTown)
    scene.press("?")
    let last = scene.model.helpItems.last?.label.text.trimmingBlanks ?? ""
    var seen = scene.picture
    for _ in 0..<400 {
      scene.press("j")
      seen += scene.picture
    }
    #expect(scene.picture.contains(last))
    for item in scene.model.helpItems where !item.label.isEmpty {
      #expect(seen.contains(item.label.text.trimmingBlanks), "\(item.label.text)")
    }
    scene.press(.home)
    scene.press("k")
    #expect(scene.picture.contains(ActionGroup.move.rawValue))
  }

  @Test(
    "? and F1 open it, and ?, q, F1 and Esc leave it",
    arguments: ["?", "q", .function(1), .escape] as [Key]
  )
  func leaves(key: Key) {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.press(key == "q" ? .function(1) : "?")
    #expect(scene.model.chooser?.title == "Keys")
    scene.press(key)
    #expect(scene.model.chooser == nil && scene.effects.isEmpty)
  }
}

extension String {
  fileprivate var trimmingBlanks: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
