import SharedState
import StateEditing
import Testing
import TextScreen

@testable import Dashboard

@Suite("Selections: the pane")
struct SelectionsPaneTests {
  @Test("Steps pressed faster than the town answers each count")
  func fastSteps() {
    var scene = Scene()
    scene.join(["n": 5])
    var wants: [StateValue?] = []
    for key in ["+", "+", "+", "-"] {
      scene.type(key)
      for case .edit(let request) in scene.effects { wants.append(request.entries.first?.mine) }
    }
    #expect(wants == [6, 7, 8, 7])
  }

  /// A town with both schemas, joined, hidden, coloured, lost and broken.
  static let studio: [String: StateValue] = [
    "selection.root": [
      "id": "selection.root", "name": "Root Selection", "selected": ["particle_ids": .null],
      "properties": ["nanover.rendering.renderer": "ball and stick"],
    ],
    "selection.P.0": [
      "id": "selection.P.0", "name": "Helix A",
      "selected": ["particle_ids": [43, 44, 45, 60]],
      "properties": [
        "narupa.rendering.renderer": ["render": "hyperballs", "color": "red", "scale": 0.1],
        "narupa.rendering.hide": true,
      ],
    ],
    "selection.pair": ["display_name": "Pair", "particle_ids": [0, 4]],
    "selection.empty": ["display_name": "Nothing", "particle_ids": []],
    "selection.broken": [1, 2],
    "visualiser.base": [
      "display_name": "Base", "visualiser": "liquorice", "layer": 0, "priority": 0,
    ],
    "visualiser.pair": [
      "selection": "selection.pair", "layer": 0, "priority": 1.5,
      "renderer": ["render": "goodsell", "color": [0.0, 0.5, 1.0], "scale": 0.6],
    ],
    "visualiser.lost": ["selection": "selection.nowhere", "visualiser": "cartoon", "layer": 0],
    "scene.box": true,
  ]

  @Test("At 80 × 24 it takes the place of the town")
  func small() throws {
    var scene = Scene()
    scene.join(Self.studio)
    scene.press("4", "j", "j")
    scene.change(["selection.pair": ["display_name": "Pair", "particle_ids": [0, 4, 5]]])
    try Golden.expect(scene.picture, "selections80")
  }

  @Test("At 200 × 60 it stands beside the house")
  func large() throws {
    var scene = Scene(200, 60)
    scene.join(Self.studio)
    scene.press("4")
    scene.change(remove: ["selection.empty"])
    scene.wait(.seconds(2))
    try Golden.expect(scene.picture, "selections200")
  }

  @Test("Without colour and with nothing but ASCII it says the same")
  func ascii() throws {
    var scene = Scene(
      options: DashboardOptions(title: "lab-3", address: "ws://h:1", ascii: true, seed: 1)
    )
    scene.join(Self.studio)
    scene.press("4", "0")
    #expect(!scene.picture.contains { !$0.isASCII })
    try Golden.expect(scene.picture, "selectionsASCII")
  }

  @Test("A house with findings carries a mark in its row, until it is mended")
  func troubled() throws {
    var scene = Scene()
    scene.join([
      "selection.a": InspectCommandTests.right,
      "visualiser.lost": ["selection": "selection.nowhere", "visualiser": "liquorice"],
    ])
    scene.press("4")
    func isMarked(_ name: String) throws -> Bool {
      try #require(scene.lines.first { $0.contains(" \(name) ") }).dropFirst(2).hasPrefix("!")
    }
    #expect(try isMarked("lost"))
    scene.change(["visualiser.lost": ["selection": "selection.a", "visualiser": "liquorice"]])
    #expect(try !isMarked("lost"))
    scene.change(["visualiser.lost": ["selection": "selection.b", "visualiser": "liquorice"]])
    #expect(try isMarked("lost"))
    // What it points at moves in, though the house itself is as it was.
    scene.change(["selection.b": InspectCommandTests.right])
    #expect(try !isMarked("lost"))
  }

  @Test("What just happened and what is wrong stand beside each other in a row")
  func bothMarks() throws {
    var scene = Scene()
    scene.join(Self.studio)
    scene.press("4")
    scene.change(["selection.broken": [1]])
    let row = try #require(scene.lines.first { $0.contains("!broken") })
    #expect(row.hasPrefix("│●!"))
  }

  @Test("Empty, it says what will stand here, and a adds one")
  func empty() {
    var scene = Scene()
    scene.join(["scene": 1])
    scene.press("4")
    #expect(scene.picture.contains("No selections yet."))
    scene.press("a")
    #expect(scene.model.edit?.title.hasPrefix("add selection.") == true)
  }

  @Test("The house under its cursor is shown, edited and removed; Enter goes there, h goes back")
  func verbs() {
    var scene = Scene()
    scene.join(Self.studio)
    scene.press("4", "j")
    let key = scene.model.selections.cursor
    #expect(key == "visualiser.pair")
    #expect(scene.model.currentKey == key)
    #expect(scene.model.detail.key == key)
    scene.press("u")
    #expect(scene.model.edit?.title == "update visualiser.pair")
    scene.press(.escape)
    scene.press("d")
    #expect(scene.model.edit?.title == "remove visualiser.pair")
    scene.press(.escape, .enter)
    #expect(scene.model.focus == .detail)
    #expect(scene.model.detail.key == key)
    scene.press("m")
    #expect(scene.model.edit?.title == "modify visualiser.pair")
    scene.press(.escape, "h", "h")
    #expect(scene.model.focus == .selections)
    #expect(scene.model.selections.cursor == "selection.pair")
    scene.press("h")
    #expect(scene.model.focus == .tree)
    #expect(scene.model.tree.key == "selection.pair")
  }

  @Test("A click chooses, a click on what is chosen goes there, the wheel scrolls")
  func mouse() {
    var scene = Scene()
    var town = Self.studio
    for number in 0..<40 { town["selection.q\(number)"] = ["display_name": "Q"] }
    scene.join(town)
    scene.press("4")
    func mouse(_ kind: Mouse.Kind, _ row: Int) -> Message {
      .screen(.mouse(Mouse(kind, at: Point(column: 5, row: row))))
    }
    scene.send(mouse(.press, 5))
    #expect(scene.model.selections.cursor == scene.model.selections.index.key(at: 3))
    scene.send(mouse(.press, 5))
    #expect(scene.model.focus == .detail)
    scene.press("4")
    scene.send(mouse(.wheelDown, 5))
    #expect(scene.model.selections.top(height: scene.model.layout.listRows(.selections)) == 3)
    scene.press("G")
    #expect(scene.model.selections.cursor == "selection.root")
    scene.press("g", "g")
    #expect(scene.model.selections.cursor == scene.model.selections.index.key(at: 0))
  }

  @Test("10,000 random changes and reorderings leave the cursor on its house")
  func cursor() {
    var generator = SplitMix(seed: 7)
    var scene = Scene()
    scene.join(Self.studio)
    scene.press("4", "j", "j", "j")
    var chosen = scene.model.selections.cursor
    for step in 0..<10_000 {
      switch Int.random(in: 0..<100, using: &generator) {
      case 0:
        scene.press("j")
        chosen = scene.model.selections.cursor
      case 1:
        scene.press("k", "k")
        chosen = scene.model.selections.cursor
      case 2:
        scene.lose()
        scene.wait(.seconds(3))
        scene.send(.link(.live(latency: nil)))
      case 3: scene.wait(.seconds(7))
      default:
        let number = Int.random(in: 0..<15, using: &generator)
        let priority = Double.random(in: -2...2, using: &generator)
        let target = "selection.\(Int.random(in: 0..<15, using: &generator))"
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: scene.change(["selection.\(number)": ["display_name": "S", "particle_ids": [1]]])
        case 1:
          scene.change([
            "visualiser.\(number)": BoardOrderTests.drawing(.string(target), 0, .double(priority))
          ])
        case 2: scene.change(remove: ["selection.\(number)"])
        default: scene.change(remove: ["visualiser.\(number)"])
        }
      }
      // Not even a house that moves out goes from under the cursor while one looks at it.
      guard scene.model.selections.cursor == chosen else {
        Issue.record(
          "step \(step): on \(scene.model.selections.cursor ?? "nothing"), not on \(chosen ?? "")"
        )
        return
      }
    }
  }

  @Test("A town of 100,000 is read in slices, and only while the list is seen")
  func slices() {
    var scene = Scene()
    var town: [String: StateValue] = [:]
    for number in 0..<20_000 {
      town["visualiser.\(number)"] = BoardOrderTests.drawing(.null, 0, .int(Int64(number)))
    }
    scene.join(town)
    scene.wait(.seconds(20))
    #expect(scene.model.selections.index.count == 0)
    #expect(scene.model.wakeUp == nil)
    scene.press("4")
    #expect(scene.model.selections.index.count == SelectionsPane.slice)
    #expect(scene.picture.contains("18,000 still to be read"))
    scene.wait(.seconds(1))
    #expect(scene.model.selections.index.count == 20_000)
    #expect(scene.model.selections.cursor == "visualiser.19999")
    #expect(scene.model.wakeUp == nil)
  }
}
