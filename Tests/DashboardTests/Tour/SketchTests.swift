import ScreenKit
import SharedState
import Testing
import TextScreen

@testable import Dashboard

@Suite("Drawings of the concepts")
struct SketchTests {
  private func text(_ sketch: Sketch, _ columns: Int, _ glyphs: Glyphs) -> String {
    sketch.framed(columns: columns, glyphs: glyphs).map(\.text).joined(separator: "\n")
  }

  @Test("Each drawing is drawn from the town as it is, in two sizes, and in ASCII")
  func pictures() throws {
    var all = ""
    for ascii in [false, true] {
      var scene = TourScene.begun(ascii: ascii)
      scene.type(":selection.base")
      scene.press(.enter, "K")
      scene.type(":selection.new")
      scene.press(.enter)
      for columns in [36, 56] {
        let model = scene.model
        for sketch in [
          model.referenceCard("selection.base", columns),
          model.referenceCard("selection.new", columns),
          model.referenceCard("scene", columns), model.snapshotCard(of: "selection.base", columns),
          model.snapshotCard(of: "scene", columns), model.groupSign("selection.", columns),
          model.groupSign("some.", columns), model.stateSketch(columns),
        ] { all += text(sketch, columns, model.glyphs) + "\n\n" }
      }
      if ascii {
        #expect(text(scene.model.referenceCard("a.b", 40), 40, .ascii).allSatisfy { $0.isASCII })
      }
    }
    try Golden.expect(all, "tourSketches")
  }

  @Test("An address card tells whether somebody lives there, and never who")
  func address() {
    var scene = TourScene.begun()
    func card() -> String { text(scene.model.referenceCard("selection.new", 40), 40, .unicode) }
    #expect(card().contains("○ Nobody lives there now."))
    scene.type(":selection.new")
    scene.press(.enter)
    #expect(card().contains("○ Nobody lives there now."))
    scene.change(["selection.new": ["display_name": "Secret"]])
    #expect(card().contains("● Somebody lives there now."))
    #expect(!card().contains("Secret"))
    scene.change(remove: ["selection.new"])
    #expect(card().contains("✗ Moved out just now"))
  }

  @Test("A snapshot keeps what was seen and its time, and tells what is not so any more")
  func snapshot() {
    var scene = TourScene.begun()
    func photo() -> String {
      text(scene.model.snapshotCard(of: "selection.base", 40), 40, .unicode)
    }
    #expect(photo().contains("No snapshot of selection.base"))
    scene.type(":selection.base")
    scene.press(.enter, "K")
    #expect(photo().contains("12:00:00") && photo().contains("✓ It still is so."))
    scene.wait(.seconds(7))
    scene.change(["selection.base": ["display_name": "Protein", "particle_ids": [0, 4]]])
    #expect(photo().contains("12:00:00"), "the time stays")
    #expect(photo().contains("~ display_name \"Base\"") && photo().contains("! Stale"))
    #expect(!photo().contains("~ particle_ids"))
    scene.change(remove: ["selection.base"])
    #expect(photo().contains("Stale: nobody lives there"))
    scene.press("K")
    #expect(photo().contains("(nobody)") && photo().contains("Still nobody"))
  }

  @Test("A sign counts the houses, and resolves a short name and a whole key")
  func sign() {
    var scene = TourScene.begun()
    func sign() -> String { text(scene.model.groupSign("selection.", 50), 50, .unicode) }
    #expect(sign().contains("2 houses"))
    #expect(sign().contains("selections['abc'] → selection.abc"))
    #expect(sign().contains("selections['selection.abc'] → selection.abc"))
    scene.change(remove: ["selection.x"])
    #expect(sign().contains("1 house") && !sign().contains("1 houses"))
    let other = text(scene.model.groupSign("some.", 60), 60, .unicode)
    #expect(other.contains("shared_state.collection('some.')"))
    #expect(other.contains("nobody lives here"))
  }

  @Test("In a tour the map draws what one stands at, and nothing is under the drawing")
  func map() throws {
    var scene = TourScene.begun()
    scene.type(":selection.new")
    scene.press(.enter)
    scene.type("gm")
    try Golden.expect(scene.picture, "tourMap")
    #expect(scene.picture.contains("┌ Reference ") && scene.picture.contains("Nobody lives there"))
    scene.press(.escape)
    scene.type(":selection.base")
    scene.press(.enter, "K")
    scene.type("gm")
    #expect(scene.picture.contains("┌ Snapshot "))
    scene.press("l")
    #expect(scene.picture.contains("┌ Reference "))
    let row = try #require(scene.lines.firstIndex { $0.hasPrefix("│selection ") })
    let column = try #require(Array(scene.lines[row]).firstIndex(of: "□"))
    scene.send(.mouse(Mouse(.press, at: Point(column: column, row: row))))
    #expect(scene.model.map?.cursor == .entry("selection.base"))
    scene.press("l")
    scene.send(.resized(Size(columns: 200, rows: 60)))
    try Golden.expect(scene.picture, "tourMap200")
    #expect(scene.picture.contains("┌ Street ") && scene.picture.contains("┌ Reference "))
    var plain = Scene()
    plain.join(Scene.smallTown)
    plain.type("gm")
    #expect(!plain.picture.contains("Reference"), "without a tour the map has all of the room")
  }

  @Test("Walking and every size of the map hold with a drawing beside it")
  func mapSizes() {
    var scene = TourScene.begun()
    let keys = (0..<300).map { "street\($0 % 45).\($0)" }
    scene.change(Dictionary(keys.map { ($0, StateValue.int(1)) }) { $1 })
    scene.change(Scene.strangeTown)
    scene.type("gm")
    for columns in [1, 5, 20, 60, 69, 70, 80, 120, 250] {
      for rows in [1, 5, 9, 12, 18, 24, 31, 70] {
        scene.send(.resized(Size(columns: columns, rows: rows)))
        scene.type("jlkhGgg")
        #expect(scene.lines.count == rows)
      }
    }
  }

  @Test("Keys and values of hostile peers stay inside their drawings")
  func hostile() {
    var scene = TourScene.begun()
    scene.change(Scene.strangeTown)
    let long = String(repeating: "k", count: 9_000)
    scene.change(["s.\(long)": .string(String(repeating: "v", count: 9_000))])
    for key in Array(Scene.strangeTown.keys) + ["s.\(long)", long] {
      for columns in [1, 4, 5, 8, 36, 56] {
        let model = scene.model
        for sketch in [
          model.referenceCard(key, columns), model.snapshotCard(of: key, columns),
          model.groupSign(key, columns), model.stateSketch(columns),
        ] {
          let lines = sketch.framed(columns: columns, glyphs: .unicode)
          #expect(lines.count < 40)
          #expect(lines.allSatisfy { $0.columns == columns })
        }
      }
    }
  }
}
