import SharedState
import Testing
import TextScreen

@testable import Dashboard

@Suite("Pins")
struct PinTests {
  private func scene(_ columns: Int = 140, _ rows: Int = 30) -> Scene {
    var scene = Scene(columns, rows)
    scene.join([
      "s.a": ["x": 1, "y": "left"], "t.b": ["x": 2, "z": true], "u.c": 3,
    ])
    scene.press("j", "p", "j", "j", "p")
    return scene
  }

  private func row(_ field: String, _ scene: Scene) -> String {
    scene.lines.first { $0.contains("    \(field) ") && $0.contains("│") } ?? ""
  }

  @Test("Houses from different streets stand side by side, a row for each field of any")
  func together() {
    var scene = scene()
    #expect(scene.model.watch.pins == ["s.a", "t.b"])
    #expect(scene.lines.filter { $0.contains("◆") }.count == 2)
    scene.type("gp")
    #expect(scene.picture.contains("Pinned houses"))
    #expect(scene.model.detail.lines.map(\.name) == ["x", "y", "z"])
    #expect(row("y", scene).contains("\"left\"") && row("y", scene).contains("(none)"))
    scene.change(["t.b": ["x": 5, "z": true]])
    #expect(row("x", scene).contains("│ 1") && row("x", scene).contains("│~5"))
    scene.type("gp")
    #expect(scene.model.detail.pins.isEmpty)
  }

  @Test("Esc leaves the pinned houses, and p on one of them unpins it")
  func leaves() {
    var scene = scene()
    scene.type("gp")
    scene.press(.escape)
    #expect(scene.model.detail.pins.isEmpty && scene.model.detail.key == "t.b")
    scene.press("p")
    #expect(scene.model.watch.pins == ["s.a"])
    scene.press("k", "k", "p")
    scene.type("gp")
    #expect(scene.lines.last?.contains("no house is pinned yet") == true)
  }

  @Test("A pinned house that left is told, and lights up when somebody moves in")
  func gone() {
    var scene = scene()
    scene.type("gp")
    scene.change(remove: ["s.a"])
    #expect(scene.lines.contains { $0.contains("✗ a") })
    scene.wait(.seconds(30))
    scene.change(["s.a": ["x": 9]])
    #expect(!scene.lines.contains { $0.contains("✗ a") })
    #expect(row("x", scene).contains("9"))
  }

  @Test("Pins are bounded, and an edit in the table is refused in words")
  func bounds() {
    var scene = Scene()
    scene.join(Dictionary(uniqueKeysWithValues: (10..<30).map { ("s.\($0)", ["x": 1]) }))
    for _ in 0..<14 { scene.press("j", "p") }
    #expect(scene.model.watch.pins.count == WatchState.mostPins)
    scene.press("p")
    #expect(scene.lines.last?.contains("12 houses are pinned") == true)
    scene.type("gp")
    scene.press("2", "u")
    #expect(scene.model.edit == nil && scene.lines.last?.contains("these are several") == true)
    scene.press(.enter)
    #expect(scene.model.edit == nil)
    #expect(scene.picture.contains("out of sight"))
  }
}
