import SharedState
import Testing
import TextScreen

@testable import Dashboard

@Suite("Selections: finding in the pane")
struct SelectionsSearchTests {
  private func scene() -> Scene {
    var scene = Scene()
    scene.join(SelectionsPaneTests.studio)
    scene.press("4")
    return scene
  }

  @Test("A search stays in the pane, and finds by name, by what the row says and by key")
  func finds() {
    for (query, key) in [
      ("Helix", "selection.P.0"), ("liquorice", "visualiser.base"), ("60", "selection.P.0"),
      ("priority 1.5", "visualiser.pair"), ("hidden", "selection.P.0"),
      ("selection.em", "selection.empty"),
    ] {
      var scene = scene()
      scene.press("/")
      scene.type(query)
      #expect(scene.model.focus == .selections)
      #expect(scene.model.selections.cursor == key, "\(query)")
      scene.press(.enter)
      #expect(scene.model.focus == .selections)
      #expect(scene.model.paneKey == key, "\(query)")
    }
  }

  @Test("What is not in the pane is not found there, and in the tree it is")
  func onlyItsOwn() {
    var scene = scene()
    let before = scene.model.selections.cursor
    scene.press("/")
    scene.type("box")
    #expect(scene.model.searchCount.contains("no house has that"))
    #expect(scene.model.selections.cursor == before)
    scene.press(.escape, "1", "/")
    scene.type("box")
    #expect(scene.model.tree.cursor == .entry("scene.box"))
  }

  @Test("Next goes down the pane, and around; Esc goes back to where it began")
  func order() {
    var scene = scene()
    let rows = scene.model.selections.keys(height: 20)
    let origin = scene.model.selections.cursor
    scene.press("/")
    scene.type("pair")
    let pair = rows.filter { $0.hasSuffix("pair") }
    #expect(pair.count == 2)
    #expect(scene.model.selections.cursor == pair[0])
    #expect(scene.model.searchCount == "1/2")
    scene.press(.down)
    #expect(scene.model.selections.cursor == pair[1])
    #expect(scene.model.searchCount == "2/2")
    scene.press(.down)
    #expect(scene.model.selections.cursor == pair[0])
    scene.press(.escape)
    #expect(scene.model.selections.cursor == origin)
    #expect(scene.model.finder.search == nil)
  }

  @Test("In the tree the same search goes on there")
  func changesPane() {
    var scene = scene()
    scene.press("/")
    scene.type("pair")
    scene.press(.enter, "1", "n")
    #expect(scene.model.focus == .tree)
    #expect(scene.model.tree.cursor?.key?.hasSuffix("pair") == true)
    scene.press("4", "n", "n")
    #expect(scene.model.focus == .selections)
    #expect(scene.model.selections.cursor?.hasSuffix("pair") == true)
  }

  @Test("Where much is found, and where little is, the next is found all the same")
  func large() {
    var state: [String: StateValue] = [:]
    for number in 0..<5_000 {
      state["visualiser.v\(number)"] = [
        "visualiser": number % 4_000 == 17 ? "rare" : "common", "layer": 0,
        "priority": .int(Int64(number)),
      ]
    }
    var scene = Scene()
    scene.join(state)
    scene.press("4")
    while scene.model.selections.unreadCount > 0 { scene.wait(.milliseconds(10)) }
    scene.press("g", "g", "/")
    scene.type("rare")
    for _ in 0..<200 where scene.model.finder.hunt?.isDone == false {
      scene.wait(.milliseconds(10))
    }
    #expect(scene.model.selections.cursor == "visualiser.v4017")
    scene.press(.down)
    #expect(scene.model.selections.cursor == "visualiser.v17")
    scene.press(.down)
    #expect(scene.model.selections.cursor == "visualiser.v4017")
    scene.press(.up)
    #expect(scene.model.selections.cursor == "visualiser.v17")
    scene.press(.escape, "/")
    scene.type("common")
    for _ in 0..<200 where scene.model.finder.hunt?.isDone == false {
      scene.wait(.milliseconds(10))
    }
    let row = scene.model.selections.cursorNumber
    scene.press(.down)
    #expect(scene.model.selections.cursorNumber == row + 1)
  }
}
