import SharedState
import Testing
import TextScreen

@testable import Dashboard

@Suite("What is remembered of a town")
struct MemoryTests {
  private static func scene(_ memory: DashboardMemory = DashboardMemory()) -> Scene {
    Scene(
      options: DashboardOptions(address: "ws://127.0.0.1:38801", memory: memory, seed: 1)
    )
  }

  /// What the last press asked to be remembered.
  private static func remembered(_ scene: Scene) -> DashboardMemory? {
    for case .remember(let memory) in scene.effects { return memory }
    return nil
  }

  @Test("Folds, filter, order, mutes and the cursor are found again by the next dashboard")
  func restart() throws {
    var first = Self.scene()
    first.join(Scene.smallTown)
    first.press("f")
    first.type("!update")
    first.press(.enter, "S", "S", "S")
    first.press("/")
    first.type("9f2")
    first.press(.enter, "h", "h", "/")
    first.type("root")
    first.press(.enter, "x")
    let memory = try #require(Self.remembered(first))
    #expect(DashboardMemory(try StateValue(text: memory.value.text(indent: 2))) == memory)
    var second = Self.scene(memory)
    second.join(Scene.smallTown)
    #expect(second.model.tree.key == "selection.root")
    #expect(second.model.known.index.sort == .size)
    #expect(second.model.known.index.filter == TreeFilter("!update"))
    #expect(second.model.known.index.group("visualiser.")?.isOpen == false)
    #expect(second.model.known.mutes.covers("selection.root"))
    let rows = { (scene: Scene) in
      (0..<scene.model.known.index.rowCount).map { scene.model.known.index.row(at: $0) }
    }
    #expect(rows(first) == rows(second))
    second.press("q")
    #expect(Self.remembered(second) == nil, "nothing has changed")
  }

  @Test("Who wants to hear the street that is muted by itself still hears it after a restart")
  func heard() throws {
    var first = Self.scene()
    first.join(["update.index.U": 1, "update.index.V": 1, "scene.box": 1])
    first.press("O", "G", "x")
    #expect(first.model.tree.cursor == .group("update."))
    let memory = try #require(Self.remembered(first))
    #expect(DashboardMemory(try StateValue(text: memory.value.text(indent: 2))) == memory)
    var second = Self.scene(memory)
    second.join(["update.index.U": 1])
    second.change(["update.index.U": 2])
    #expect(second.model.activity.log.items.last?.key == "update.index.U")
    second.press("x")
    let again = try #require(Self.remembered(second))
    var third = Self.scene(again)
    third.join(["update.index.U": 1])
    third.change(["update.index.U": 2])
    #expect(third.model.known.mutes.count == 1, "and who mutes it again does not")
  }

  @Test("A memory from before there was such a street says nothing against it")
  func olderMemory() {
    let memory = DashboardMemory(["version": 1, "mutedStreets": ["scene."], "mutedHouses": []])
    var scene = Self.scene(memory)
    scene.join(["update.index.U": 1, "scene.box": 1, "a": 1])
    scene.change(["update.index.U": 2, "scene.box": 2])
    #expect(scene.model.known.mutes.count == 2)
  }

  @Test("Folds of fields, pins and held addresses are found again")
  func insides() throws {
    var first = Self.scene()
    first.join(Scene.smallTown)
    first.press("j", "2", "O")
    first.model.watch.pins = ["scene.box", "selection.root"]
    first.model.known.index.hold("nobody.here")
    first.press("q")
    let memory = try #require(Self.remembered(first))
    var second = Self.scene(memory)
    second.join(Scene.smallTown)
    #expect(second.model.detail.lines.count == first.model.detail.lines.count)
    #expect(second.model.watch.pins == ["scene.box", "selection.root"])
    #expect(second.model.known.index.isHeld("nobody.here"))
    second.press("x")
    #expect(Self.remembered(second)?.held == ["nobody.here"])
  }

  @Test("Until the town has come, the cursor that is remembered waits; a key takes it elsewhere")
  func waits() {
    var memory = DashboardMemory()
    memory.cursor = .entry("m.5")
    var scene = Self.scene(memory)
    scene.send(.link(.syncing(received: 1, total: 2)))
    scene.change(["a.1": 1])
    #expect(scene.model.tree.cursor == .group("a."))
    scene.press("q")
    #expect(Self.remembered(scene) == nil, "a town that was not seen is not forgotten")
    scene.change(["m.5": 1, "m.6": 1])
    #expect(scene.model.tree.key == "m.5")
    scene.send(.link(.live(latency: nil)))
    scene.change(["a.0": 1])
    #expect(scene.model.tree.key == "m.5")
    var other = Self.scene(memory)
    other.send(.link(.syncing(received: 1, total: 2)))
    other.change(["a.1": 1])
    other.press("j")
    other.change(["m.5": 1])
    other.send(.link(.live(latency: nil)))
    #expect(other.model.tree.key == "a.1")
  }

  @Test("Where the house is gone, the cursor comes to the one that took its place")
  func heir() {
    var memory = DashboardMemory()
    memory.cursor = .entry("s.b")
    var scene = Self.scene(memory)
    scene.join(["s.a": 1, "s.c": 1, "t.a": 1])
    #expect(scene.model.tree.key == "s.c")
  }

  @Test("Moving about is not written down at every step, a change of folds is")
  func sparing() {
    var scene = Self.scene()
    scene.join(Scene.smallTown)
    scene.press("j")
    scene.uptime += .seconds(6)
    scene.press("j")
    #expect(Self.remembered(scene) != nil)
    for _ in 0..<20 {
      scene.press("j")
      #expect(Self.remembered(scene) == nil)
    }
    scene.press("O")
    #expect(Self.remembered(scene)?.folds.all == false)
    var next = Self.scene(DashboardMemory(Self.remembered(scene)?.value ?? .null))
    next.join(Scene.smallTown)
    #expect(next.model.known.index.groups.allSatisfy { !$0.isOpen })
    scene.change(["new": 1])
    #expect(scene.effects.isEmpty)
    scene.send(.screen(.terminate(signal: 15)))
    #expect(scene.effects.last == .quit)
  }

  @Test("That nothing can be remembered is said, once")
  func complains() {
    var scene = Self.scene()
    scene.join(Scene.smallTown)
    scene.send(.notRemembered("the disk is full"))
    #expect(scene.lines.last?.contains("is not remembered: the disk is full") == true)
    scene.press("j")
    scene.send(.notRemembered("the disk is full"))
    #expect(scene.lines.last?.contains("not remembered") == false)
  }

  @Test(
    "A file that somebody has broken is taken for what it is good for",
    arguments: [
      #"[]"#, #"null"#, #"{"folds": [1], "pins": {"a": 1}, "sort": "colour", "cursor": 7}"#,
      #"{"folds": {"s.": "yes"}, "fields": {"s.": [1]}, "held": [null, 1, {}], "filter": 3}"#,
      #"{"house": [], "street": {}, "allOpen": "no", "mutedStreets": "s.", "version": 99}"#,
    ]
  )
  func broken(_ text: String) throws {
    let memory = DashboardMemory(try StateValue(text: text))
    #expect(memory == DashboardMemory() || memory.fields.fields == ["s.": [:]])
    var scene = Self.scene(memory)
    scene.join(Scene.smallTown)
    #expect(scene.model.tree.cursor == .group("avatar."))
  }

  @Test("A file as large as may be, full of strange keys, is bounded and harms nothing")
  func hostile() {
    let keys =
      (0..<5000).map { "\u{1B}[31m\($0).\u{202E}x" } + [String(repeating: "k", count: 5000)]
    let value: StateValue = [
      "held": .array(keys.map { .string($0) }), "pins": .array(keys.map { .string($0) }),
      "mutedHouses": .array(keys.map { .string($0) }), "filter": .string(keys[5000]),
      "folds": .object(StateObject(keys.map { ($0, .bool(true)) })), "house": .string(keys[5000]),
      "street": "\u{0}",
    ]
    let memory = DashboardMemory(value)
    #expect(memory.held.count == DashboardMemory.most)
    #expect(memory.pins.count == WatchState.mostPins && memory.filter == nil)
    #expect(memory.folds.groups.count == DashboardMemory.most)
    #expect(memory.cursor == .group("\u{0}"))
    var scene = Self.scene(memory)
    scene.join(Scene.smallTown)
    #expect(scene.lines.allSatisfy { !$0.contains("\u{1B}") })
    #expect(DashboardMemory(memory.value) == memory)
  }

  @Test("A dashboard that has no place to remember asks for nothing to be remembered")
  func none() {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.press("O", "q")
    #expect(scene.effects == [.quit])
  }
}
