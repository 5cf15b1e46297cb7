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
    #expect(scene.model.chooser?.shown.prefix(2).map(\.name) == ["scene", "scene."])
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

  @Test("Letters in their order find commands and keys, best first, and stand out")
  func loose() throws {
    var scene = Self.opened()
    scene.type("cpv")
    #expect(scene.model.chooser?.current?.name == "copy-value")
    scene.press(.escape, ":")
    scene.type("shyp")
    #expect(scene.model.chooser?.current?.name == "selection.hyperballs")
    let row = try #require(scene.lines.firstIndex { $0.contains("selection.hyperballs") })
    let grid = scene.model.view(scene.model.size)
    let cells = (0..<80).map { grid[$0, row] }
    let marked = cells.filter { $0.style.emphasis.contains(.underline) }.map(\.text)
    #expect(marked == ["s", "h", "y", "p"])
    scene.press(.enter)
    #expect(scene.model.tree.key == "selection.hyperballs")
  }

  @Test("What was chosen lately comes first, and among what fits equally well; it is remembered")
  func recent() {
    var scene = Self.opened()
    scene.type("zoom")
    scene.press(.enter, ":")
    scene.type("selection.root")
    scene.press(.enter, ":")
    #expect(scene.model.chooser?.items.first?.name == "zoom", "a key is offered once it is typed")
    scene.type("sel")
    #expect(scene.model.chooser?.items.first?.name == "selection.root")
    let memory = DashboardMemory(scene.model.memory.value)
    #expect(memory.recent.count == 2)
    var other = Scene(
      80,
      24,
      options: DashboardOptions(address: "ws://x:1", memory: memory, seed: 1)
    )
    other.join(Scene.smallTown)
    other.press(":")
    #expect(other.model.chooser?.items.first?.name == "zoom")
  }

  @Test("A large street is offered in part while one types")
  func large() {
    var scene = Scene()
    var houses: [String: StateValue] = [:]
    for number in 0..<20_000 { houses["atom.\(number)"] = 1 }
    scene.join(houses)
    scene.press(":")
    scene.type("atom.19999")
    #expect(scene.model.chooser?.shown.first?.name == "atom.19999")
    #expect((scene.model.chooser?.items.count ?? 0) < 200)
  }
}

@Suite("Edits that are typed whole")
struct TypedEditTests {
  private static func scene(readOnly: Bool = false) -> Scene {
    var scene = Scene(
      100,
      24,
      options: DashboardOptions(address: "ws://x:1", readOnly: readOnly, seed: 1)
    )
    scene.join(Scene.smallTown)
    return scene
  }

  private static func enter(_ line: String, in scene: inout Scene) -> EditRequest? {
    scene.press(":")
    scene.type(line)
    scene.press(.enter)
    for case .edit(let request) in scene.effects { return request }
    return nil
  }

  private static let hyperballs = Scene.smallTown["selection.hyperballs"]

  /// What is typed, and the edit that it is.
  struct Case: Sendable {
    let line: String
    let verb: EditVerb
    let key: String
    let value: StateValue

    init(_ line: String, _ verb: EditVerb, _ key: String, _ value: StateValue) {
      (self.line, self.verb, self.key, self.value) = (line, verb, key, value)
    }
  }

  static let whole = [
    Case("set scene.box [1, 2]", .set, "scene.box", [1, 2]),
    Case("set new.house '{\"a\": 1}'", .set, "new.house", ["a": 1]),
    Case("set \"a key\" 5", .set, "a key", 5),
    Case(
      "update selection.hyperballs display_name=\"New Pair\" particle_ids=[1, 2]",
      .update,
      "selection.hyperballs",
      ["display_name": "New Pair", "particle_ids": [1, 2]]
    ),
    Case(
      "update selection.hyperballs 'display_name=\"a b\"' particle_ids=null",
      .update,
      "selection.hyperballs",
      ["display_name": "a b", "particle_ids": .null]
    ),
  ]

  @Test(
    "set and update are sent as they stand, with or without the quotes of a shell",
    arguments: whole
  )
  func sent(edit: Case) throws {
    var scene = Self.scene()
    let request = try #require(
      Self.enter(edit.line, in: &scene),
      "\(scene.model.notice?.text ?? "")"
    )
    #expect(request.verb == edit.verb)
    #expect(
      request.entries
        == [.init(key: edit.key, base: Scene.smallTown[edit.key], mine: edit.value)]
    )
    #expect(scene.model.known.index.heldKeys.isEmpty && scene.model.edit == nil)
  }

  @Test("A field is named by its path, as on the shell")
  func nested() throws {
    var scene = Self.scene()
    scene.change(["s.a": ["selected": ["ids": [1]], "b": 1]])
    let request = try #require(Self.enter("update s.a selected.ids=[2]", in: &scene))
    #expect(request.entries.first?.mine == ["selected": ["ids": [2]], "b": 1])
  }

  @Test("add with an address begins the house there, under that name")
  func addNamed() {
    for (key, title) in [("scene.new", "add scene.new"), ("nobody.here", "add nobody.here")] {
      var scene = Self.scene()
      scene.press(":")
      scene.type("add \(key)")
      scene.press(.enter)
      #expect(scene.model.edit?.title == title)
      #expect(scene.model.known.index.heldKeys.isEmpty)
    }
  }

  @Test("add makes a fresh key on the street, and wants the street's dot")
  func add() throws {
    var scene = Self.scene()
    let request = try #require(Self.enter("add selection. {\"a\": 1}", in: &scene))
    let entry = try #require(request.entries.first)
    #expect(request.verb == .add && entry.base == nil && entry.mine == ["a": 1])
    #expect(entry.key.hasPrefix("selection.") && entry.key.count > 20)
    #expect(Self.enter("add selection {}", in: &scene) == nil)
    #expect(scene.model.notice?.text.contains("ends with a dot: selection.") == true)
  }

  @Test("What was typed is taken back with z")
  func undone() throws {
    var scene = Self.scene()
    let request = try #require(Self.enter("set scene.box 3", in: &scene))
    let change = StateChange(updates: ["scene.box": 3])
    let inverse = StateChange(updates: ["scene.box": true])
    scene.send(.sent(request.id, change, inverse: inverse))
    scene.change(["scene.box": 3])
    scene.send(.outcome(request.id, .sent(.accepted(latency: .milliseconds(4)))))
    scene.press("z")
    let back = scene.effects.compactMap { effect -> EditRequest? in
      if case .edit(let request) = effect { request } else { nil }
    }
    #expect(back.first?.entries == [.init(key: "scene.box", base: 3, mine: true)])
  }

  @Test("remove of several asks once, and no is what Enter means; of one it asks as d does")
  func remove() throws {
    var scene = Self.scene()
    #expect(Self.enter("remove scene.box selection.root", in: &scene) == nil)
    #expect(scene.model.chooser?.title == "Remove 2 houses?")
    scene.press(.enter)
    #expect(scene.effects.isEmpty && scene.model.chooser == nil)
    _ = Self.enter("remove scene.box selection.root", in: &scene)
    scene.press("j", .enter)
    guard case .edit(let request)? = scene.effects.first else {
      Issue.record("nothing was sent")
      return
    }
    #expect(
      request.verb == .remove && request.entries.map(\.key) == ["scene.box", "selection.root"]
    )
    #expect(request.entries.allSatisfy { $0.base != nil && $0.mine == nil })
    #expect(Self.enter("remove scene.box nobody.here", in: &scene) == nil)
    #expect(scene.model.notice?.text.contains("nobody lives at nobody.here") == true)
    #expect(scene.model.chooser?.query == "remove scene.box nobody.here")
    #expect(scene.lines.last?.contains("nobody lives at nobody.here") == true)
    #expect(scene.model.known.index.heldKeys.isEmpty)
    scene.press(.escape)
    #expect(Self.enter("set  scene.box hello", in: &scene) == nil)
    #expect(scene.model.chooser?.query == "set  scene.box hello")
    var single = Self.scene()
    _ = Self.enter("remove scene.box", in: &single)
    #expect(single.model.edit?.verb == .remove && single.effects.isEmpty)
  }

  @Test("clear wants the street's name, as c does")
  func clear() {
    var scene = Self.scene()
    #expect(Self.enter("clear selection.", in: &scene) == nil)
    #expect(scene.model.edit?.verb == .clear && scene.effects.isEmpty)
    var two = Self.scene()
    _ = Self.enter("clear selection. scene.", in: &two)
    #expect(two.model.edit == nil && two.model.chooser != nil)
  }

  @Test(
    "What makes no sense is said while it is typed, stays to be mended, and holds no address",
    arguments: [
      ("set scene.box hello", "text needs quotes"), ("set scene.box {\"a\":", "is not a value"),
      ("set scene.box true", "holds exactly this"),
      ("update selection.root x", "FIELD=VALUE"), ("update scene.box x=1", "update changes fields"),
      ("update nobody.here x=1", "nobody lives at nobody.here"),
      ("modify scene.box 3", "nothing more"), ("lock scene.box 3", "nothing more"),
    ]
  )
  func flaws(line: String, says: String) {
    var scene = Self.scene()
    #expect(Self.enter(line, in: &scene) == nil)
    #expect(scene.model.notice?.text.contains(says) == true, "\(scene.model.notice?.text ?? "")")
    #expect(scene.model.chooser?.query == line && scene.lines.last?.contains(says) == true)
    #expect(scene.model.known.index.heldKeys.isEmpty)
  }

  @Test("Read only, or without a connection, nothing is sent and the line says why")
  func refused() {
    var readOnly = Self.scene(readOnly: true)
    #expect(Self.enter("set scene.box 3", in: &readOnly) == nil)
    #expect(readOnly.model.notice?.text == "this dashboard is read only")
    var lost = Self.scene()
    lost.lose()
    for line in ["set scene.box 3", "add selection. 1", "remove scene.box selection.root"] {
      #expect(Self.enter(line, in: &lost) == nil)
      #expect(lost.model.notice?.text.contains("not connected") == true)
      lost.press(.escape)
    }
  }

  @Test("An address with a blank in it is not held unless it stands in quotes")
  func blanks() {
    var scene = Self.scene()
    _ = Self.enter("selection.new house", in: &scene)
    #expect(scene.model.known.index.heldKeys.isEmpty)
    #expect(scene.model.notice?.text.contains("stands in quotes") == true)
    _ = Self.enter("\"selection.new house\"", in: &scene)
    #expect(scene.model.tree.key == "selection.new house")
  }

  @Test(
    "A house whose key has blanks is offered, completed and gone to, and stands in quotes before a value"
  )
  func keysWithBlanks() {
    var scene = Self.scene()
    scene.change(["selection.my own": ["x": 1]])
    scene.press(":")
    scene.type("set selection.my")
    scene.press(.tab)
    #expect(scene.model.chooser?.query == "set selection.my own")
    scene.press(.enter)
    #expect(scene.model.edit?.verb == .set && scene.model.edit?.key == "selection.my own")
    var update = Self.scene()
    update.change(["selection.my own": ["x": 1]])
    #expect(
      Self.enter("update \"selection.my own\" x=2", in: &update)?.entries.first?.mine == ["x": 2]
    )
  }

  @Test("Tab completes each of the keys behind remove")
  func completes() {
    var scene = Self.scene()
    scene.press(":")
    scene.type("remove scene.box selection.r")
    scene.press(.tab)
    #expect(scene.model.chooser?.query == "remove scene.box selection.root")
  }

  @Test("Behind a key the line says what may follow, and its end stays in sight")
  func usage() {
    var scene = Self.scene()
    scene.press(":")
    scene.type("update selection.root ")
    #expect(scene.picture.contains("update selection.root FIELD=VALUE"))
    scene.type("display_name=\"" + String(repeating: "long ", count: 40) + "end")
    #expect(scene.lines.contains { $0.contains("long end") })
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
    #expect(scene.picture.contains("Most used in Town"))
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
