import SharedState
import Testing
import TextScreen

@testable import Dashboard

@Suite("The filter")
struct FilterTests {
  @Test(
    "Patterns fit whole keys, a plain word any part of them",
    arguments: [
      ("selection.*", "selection.root", true), ("selection.*", "my.selection.root", false),
      ("*.ALICE.*", "avatar.ALICE.0", true), ("*.ALICE.*", "avatar.alice.0", false),
      ("*.alice.*", "avatar.ALICE.0", true), ("avatar.?", "avatar.A", true),
      ("avatar.?", "avatar.AB", false), ("avatar.?", "avatar.é", true),
      ("avatar.??", "avatar.é", false),
      ("root", "selection.root", true), ("Root", "selection.root", false),
      ("!avatar", "avatar.A", false), ("!avatar", "scene", true),
      ("scene avatar.*", "avatar.A", true), ("scene avatar.*", "scene.box", true),
      ("s* !*box", "scene.box", false), ("s* !*box", "scene.bx", true),
      ("a*b*c", "axxbyyc", true), ("a*b*c", "axxbyycz", false), ("*", "", true), ("?", "", false),
      ("**a", "bca", true), ("!", "!", true),
    ]
  )
  func patterns(_ text: String, _ key: String, fits: Bool) {
    #expect((TreeFilter(text)?.shows(key) ?? true) == fits)
  }

  @Test("A hostile pattern on a hostile key comes to an end")
  func slowPattern() throws {
    let filter = try #require(TreeFilter(String(repeating: "a*", count: 100) + "b"))
    #expect(!filter.shows(String(repeating: "a", count: 20_000)))
  }

  @Test("A person's houses are those that name their id as a part, and those named beside it")
  func person() {
    let filter = TreeFilter.person(id: "U", name: "Ada", others: [StateKey("interaction.x")])
    #expect(filter.shows("avatar.U") && filter.shows("selection.U.0"))
    #expect(filter.shows("interaction.x"))
    #expect(!filter.shows("avatar.UV") && !filter.shows("U") && !filter.shows("avatar.u"))
    #expect(!TreeFilter.person(id: "", name: "", others: []).shows("avatar."))
  }

  @Test("f filters as it is typed, Enter keeps it, the status line tells it and F ends it")
  func typing() {
    var scene = Scene(100, 24)
    scene.join(Scene.smallTown)
    scene.press("f")
    scene.type("sel")
    #expect(scene.lines.last?.contains("filter: sel   2 of 8 shown") == true)
    #expect(scene.model.known.index.rowCount == 3)
    scene.press(.enter)
    #expect(scene.lines[0].contains("only sel (6 hidden)"))
    #expect(!scene.picture.contains("visualiser"))
    scene.press("F")
    #expect(scene.model.known.index.rowCount == 14)
    #expect(scene.model.known.index.filter == nil)
    scene.press("F")
    #expect(scene.lines.last?.contains("no filter is on") == true)
  }

  @Test("Esc brings back the filter that was there, and the cursor to where it was")
  func escape() {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.press("f")
    scene.type("sce")
    scene.press(.enter, .end)
    #expect(scene.model.tree.key == "scene.box")
    scene.press("f", .control("u"))
    scene.type("avatar")
    #expect(scene.model.tree.key == Scene.ada)
    scene.press(.escape)
    #expect(scene.model.tree.key == "scene.box")
    #expect(scene.model.known.index.filter == TreeFilter("sce"))
  }

  @Test("A street tells how many of its houses are shown; a filter that fits nothing says so")
  func counts() {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.press("f")
    scene.type("*.root visualiser.*")
    scene.press(.enter, "O")
    #expect(scene.lines.contains { $0.contains("selection") && $0.contains("1 of 2") })
    scene.press("f", .control("u"))
    scene.type("nobody")
    #expect(scene.picture.contains("No house fits"))
    scene.change(["nobody.1": 1])
    #expect(scene.model.known.index.rowCount == 1)
  }

  @Test("Who comes is judged, who changes is not judged again, and letters run no commands")
  func live() {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.press("f")
    scene.type("!sel")
    scene.press("d", .backspace, .enter)
    #expect(scene.model.edit == nil)
    scene.change(["selection.new": 1, "zoo": 2])
    #expect(scene.model.known.index.hiddenCount == 3)
    #expect(scene.model.known.index.isHidden(.entry("selection.new")))
    #expect(scene.model.known.index.position(of: .entry("zoo")) != nil)
    scene.change(remove: ["selection.new"])
    #expect(scene.model.known.index.hiddenCount == 2)
  }

  @Test("A jump to a house that the filter hides clears the filter and says so")
  func jump() {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.change(["selection.root": 1])
    scene.press("f")
    scene.type("avatar")
    scene.press(.enter, "3", .enter)
    #expect(scene.model.tree.key == "selection.root")
    #expect(scene.model.known.index.filter == nil)
    #expect(scene.lines.last?.contains("all houses are shown again") == true)
  }

  @Test("A search finds only what the filter shows")
  func search() {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.press("f")
    scene.type("!*.root")
    scene.press(.enter, "/")
    scene.type("o")
    #expect(scene.model.searchCount == "1/4")
    scene.press(.control("u"))
    scene.type("root")
    #expect(scene.model.searchCount == "no house has that")
  }
}

@Suite("Mutes")
struct MuteTests {
  @Test("A muted street makes no line, no mark and no rate; its changes are counted")
  func group() {
    var scene = Scene(100, 24)
    scene.join(Scene.smallTown)
    scene.press("/")
    scene.type("box")
    scene.press(.enter, .escape, "h", "x")
    #expect(scene.lines.last?.contains("scene. is muted") == true)
    scene.press("j", "j")
    for tick in 0..<30 {
      scene.change(["scene.box": .int(Int64(tick)), "scene": 1])
      scene.wait(.milliseconds(100))
    }
    #expect(scene.model.known.mutes.count == 30)
    #expect(scene.lines[0].contains("1 street muted"))
    #expect(scene.model.activity.log.items.allSatisfy { $0.key != "scene.box" })
    #expect(scene.model.activity.log.items.contains { $0.key == "scene" })
    let row = scene.lines.first { $0.contains(" box ") }
    #expect(row?.contains("muted") == true && row?.contains("/s") == false)
    #expect(row?.contains("29") == true, "the newest value is still shown")
    #expect(scene.lines.contains { $0.contains("●") && $0.contains("scene ") })
    #expect(row?.contains("●") == false)
  }

  @Test(
    "What clients count for themselves is muted from the start: in sight, counted, and not told"
  )
  func byDefault() {
    var scene = Scene(100, 24)
    scene.join(Scene.smallTown)
    #expect(!scene.lines[0].contains("muted"), "nothing was kept from anybody yet")
    scene.change(["update.index.U": 371, "update.index.V": 1, "scene.box": 1])
    #expect(scene.model.activity.log.items.compactMap(\.key) == ["scene.box"])
    #expect(!scene.lines[0].contains("muted"), "nobody has muted it")
    #expect(scene.lines.contains { $0.contains("update ") && $0.contains("muted") })
    #expect(scene.lines.contains { $0.contains("index.U ") && $0.contains("371") })
    scene.press("/")
    scene.type("index.U")
    scene.press(.enter, .escape, "h", "x")
    #expect(scene.lines.last?.contains("update. is heard again") == true)
    scene.change(["update.index.U": 372])
    #expect(scene.model.activity.log.items.last?.key == "update.index.U")
    #expect(!scene.lines[0].contains("muted"))
  }

  @Test("x again has it heard, and a house in a muted street says whose mute it is")
  func unmute() {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.press("x")
    scene.change([Scene.ada: 1])
    scene.press("j", "x")
    #expect(scene.lines.last?.contains("its street is muted") == true)
    scene.press("k", "x")
    #expect(scene.model.known.mutes.words == nil)
    #expect(!scene.lines[0].contains("muted"))
    scene.change([Scene.ada: 2])
    #expect(scene.model.activity.log.items.last?.key == Scene.ada)
  }
}
