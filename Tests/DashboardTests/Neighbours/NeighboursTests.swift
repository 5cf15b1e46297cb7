import SharedState
import Testing
import TextScreen

@testable import Dashboard

@Suite("Other houses below the one under the cursor")
struct NeighboursTests {
  private static let heading = "│elsewhere "

  private static func street(_ count: Int) -> [String: StateValue] {
    Dictionary(uniqueKeysWithValues: (0..<count).map { ("s.\(100 + $0)", ["n": 0]) })
  }

  private func scene(_ values: [String: StateValue], _ columns: Int = 200, _ rows: Int = 60)
    -> Scene
  {
    var scene = Scene(columns, rows)
    scene.join(values)
    scene.press("j")
    return scene
  }

  @Test("One house of each street, side by side, without the one that is shown already")
  func quiet() throws {
    let scene = scene(Scene.smallTown)
    #expect(scene.model.paneKey == Scene.ada)
    #expect(
      scene.model.neighbours.shown == [
        "selection.root", "interaction.web-1", "scene", "scene.box", "selection.hyperballs",
        "visualiser.9f2",
      ]
    )
    let row = try #require(scene.lines.firstIndex { $0.contains(Self.heading) })
    let heads = scene.lines[row + 1]
    #expect(heads.contains("selection.root ──") && heads.contains("interaction.web-1 ──"))
    #expect(scene.lines[row + 2].contains("\"Root\" all atoms"))
    #expect(scene.lines[row + 2].contains("spring  on 1 atom"))
  }

  @Test("A house that changes has the first place of one that does not, with marks, and keeps it")
  func fresh() throws {
    var scene = scene(Scene.smallTown.merging(Self.street(30)) { old, _ in old })
    let before = scene.model.neighbours.shown
    scene.change(["s.120": ["n": 1]])
    #expect(scene.model.neighbours.shown == ["s.120"] + before.dropFirst())
    #expect(scene.lines.contains { $0.contains("● s.120 ──") })
    #expect(scene.lines.contains { $0.contains("~   n  1") })
    scene.wait(.seconds(60))
    #expect(scene.model.neighbours.shown.first == "s.120")
    scene.change(["s.121": ["n": 1]])
    #expect(scene.model.neighbours.shown.first == "s.121")
    scene.change(["s.122": ["n": 1]])
    #expect(scene.model.neighbours.shown == ["s.121", "s.122"] + before.dropFirst(2))
  }

  @Test("However much changes, no card leaves its place while it changes too")
  func flood() {
    var scene = scene(Self.street(60))
    var random = 7
    for tick in 0..<30 {
      scene.change(["s.\(110 + tick % 12)": ["n": .int(Int64(tick))]])
    }
    let before = scene.model.neighbours.shown
    #expect(before.count >= 8 && before.allSatisfy { $0 >= "s.110" && $0 <= "s.121" })
    for tick in 0..<300 {
      scene.wait(.milliseconds(33))
      var change: [String: StateValue] = [:]
      for key in before { change[key] = ["n": .int(Int64(tick))] }
      for _ in 0..<20 {
        random = (random * 1_103_515_245 + 12345) % 2_147_483_648
        change["s.\(100 + random / 65536 % 60)"] = ["n": .int(Int64(tick))]
      }
      scene.change(change)
      #expect(scene.model.neighbours.shown == before)
    }
    #expect(scene.lines.contains { $0.contains("30/s") })
  }

  @Test("The place of the house under the cursor is lent, and nothing else moves")
  func lent() {
    var scene = scene(Self.street(30))
    scene.press("G")
    let before = scene.model.neighbours.shown
    scene.press("g", "g")
    for _ in 0..<12 {
      scene.press("j")
      let key = scene.model.paneKey ?? ""
      let shown = scene.model.neighbours.shown
      #expect(!shown.contains(key) && shown.count == before.count)
      #expect(zip(shown, before).count { $0 != $1 } <= 1)
    }
    #expect(scene.model.neighbours.shown == before)
  }

  @Test("What has gone makes room for one that waited; what is muted is not shown; pins come first")
  func comings() {
    var scene = scene(Self.street(30))
    scene.press("G")
    let before = scene.model.neighbours.shown
    scene.change(remove: [before[2]])
    #expect(scene.model.neighbours.shown == before)
    #expect(scene.lines.contains { $0.contains("\(before[2]) ──") && $0.contains("moved out") })
    scene.wait(.seconds(8))
    let after = scene.model.neighbours.shown
    #expect(after[..<2] == before[..<2] && after[3...] == before[3...] && after[2] != before[2])

    scene.change(remove: [after[1]])
    scene.change(["s.127": ["n": 1]])
    scene.change(["s.128": ["n": 1]])
    #expect(scene.model.neighbours.shown[..<3] == ["s.127", "s.128", after[2]])

    scene.change(["update.index.x": 1, "update.index.y": 2])
    #expect(!scene.model.neighbours.shown.contains { $0.hasPrefix("update.") })

    scene.press("/")
    scene.type("s.125")
    scene.press(.enter, .escape, "p")
    scene.press("g", "g", "j")
    #expect(scene.model.neighbours.shown.first == "s.125")
    for tick in 0..<20 {
      let value: StateValue = ["n": .int(Int64(tick))]
      scene.change(Self.street(20).mapValues { _ in value })
      scene.wait(.seconds(1))
    }
    #expect(scene.model.neighbours.shown.first == "s.125")
  }

  @Test("A house too large to be read beside others says how large it is")
  func large() {
    enum Refusing: StateValueCodec {
      static func decode(_ checkedBytes: RawSpan) -> StateValue {
        Issue.record("decoded")
        return nil
      }
    }
    var scene = scene(["a": 1, "b": 2])
    scene.press("g", "g")
    let bytes = [UInt8](repeating: 0, count: 300_000)
    let packed = StateEntry(packed: PackedStateValue(checked: bytes, codec: Refusing.self))
    let change = StateChange(entries: ["z": packed], removals: ["b"])
    scene.town.apply(change)
    scene.send(.state(scene.town, change))
    scene.wait(.seconds(8))
    #expect(scene.model.neighbours.shown == ["z"] && scene.model.neighbours.pane(of: "z") == nil)
    #expect(scene.lines.contains { $0.contains("open it to look inside") })
  }

  @Test("They stand only where there is much room", arguments: [(80, 24), (120, 30), (100, 60)])
  func small(columns: Int, rows: Int) {
    var scene = scene(Self.street(30), columns, rows)
    scene.change(["s.120": ["n": 1]])
    #expect(!scene.picture.contains(Self.heading))
    #expect(scene.model.neighbours.shown == [])
  }

  @Test("An idle town is not drawn again for them")
  func idle() {
    var scene = scene(Self.street(30))
    scene.change(["s.120": ["n": 1]])
    scene.wait(.seconds(30))
    #expect(scene.model.wakeUp == nil)
  }

  @Test("At every larger size frames stand, whatever a town holds", arguments: [false, true])
  func sizes(ascii: Bool) {
    for columns in stride(from: 60, through: 240, by: 15) {
      for rows in stride(from: 18, through: 90, by: 12) {
        var scene = Scene(
          columns,
          rows,
          options: DashboardOptions(address: "ws://x:1", ascii: ascii, seed: 1)
        )
        scene.join(Scene.strangeTown)
        scene.change(["avatar.\u{1B}[2J": ["name": "\u{202E}x\n日本", "components": []]])
        scene.press("o", "j", "j")
        let grid = scene.model.view(scene.model.size)
        let edge = ascii ? "|" : "│"
        for frame in scene.model.layout.panes.values {
          for row in frame.row + 1..<frame.endRow - 1 {
            #expect(grid[frame.column, row].text == edge, "\(columns) × \(rows)")
            #expect(grid[frame.endColumn - 1, row].text == edge, "\(columns) × \(rows)")
          }
        }
      }
    }
  }
}
