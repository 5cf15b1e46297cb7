import SharedState
import Testing
import TextScreen

@testable import Dashboard

@Suite("DetailPane")
struct DetailPaneTests {
  private func scene(_ value: StateValue) -> Scene {
    var scene = Scene()
    scene.join(["s.a": value, "s.b": ["other": 1]])
    scene.press("j")
    return scene
  }

  @Test("A change marks the fields that changed and no others, with the time")
  func marks() {
    var scene = scene(["x": 1, "y": ["z": 2, "w": 3], "old": 4])
    scene.wait(.seconds(1))
    scene.change(["s.a": ["x": 1, "y": ["z": 9, "w": 3], "new": 5]])
    let marks = scene.model.detail.marks
    #expect(marks.mapValues(\.kind) == [["y", "z"]: .changed, ["new"]: .added, ["old"]: .removed])
    #expect(marks[["new"]]?.at.clockText == "12:00:01")
    #expect(scene.picture.contains("changed just now by others  -old"))
  }

  @Test("A house that changed before one looked at it shows what changed in it")
  func recalled() {
    var scene = scene(["x": 1])
    scene.change(["s.b": ["other": 2]])
    scene.press("j")
    #expect(scene.model.detail.marks.mapValues(\.kind) == [["other"]: .changed])
    scene.press("k")
    #expect(scene.model.detail.marks.isEmpty)
  }

  @Test("The cursor stays on its field while others come before it, and near it when it goes")
  func cursor() {
    var scene = scene(["b": 1, "c": 2, "d": 3])
    scene.press("2", "j")
    #expect(scene.model.detail.path == ["c"])
    scene.change(["s.a": ["a": 0, "b": 1, "c": 2, "d": 3]])
    #expect(scene.model.detail.path == ["c"])
    scene.change(["s.a": ["a": 0, "b": 1, "d": 3]])
    #expect(scene.model.detail.path == ["d"])
    scene.change(["s.a": 5])
    #expect(scene.model.detail.path == .root)
  }

  @Test("Folds are remembered for the street, not for one house")
  func folds() {
    var scene = Scene()
    scene.join(["s.a": ["in": ["x": 1]], "s.b": ["in": ["x": 2]], "t.a": ["in": ["x": 3]]])
    scene.press("j", "2", "h", "1", "j")
    #expect(scene.model.detail.lines.map(\.name) == ["in"])
    scene.press("G")
    #expect(scene.model.detail.lines.map(\.name) == ["in", "x"])
  }

  @Test("A colour has a block of it beside what it is, and nothing else has")
  func swatches() throws {
    var scene = Scene(120, 30)
    scene.join([
      "avatar.a": [
        "color": [1.0, 0.0, 0.0, 1.0], "position": [1.0, 0.0, 0.0],
        "renderer": ["render": "goodsell", "color": "blue"], "name": "red",
      ]
    ])
    scene.press("j")
    let grid = scene.model.view(scene.model.size)
    let swatches = (0..<grid.size.area).compactMap { place -> UInt8? in
      let style = grid[place % grid.size.columns, place / grid.size.columns].style
      guard case .swatch(let index) = style.role else { return nil }
      return index
    }
    #expect(swatches == [196, 21])
    #expect(scene.picture.contains("■ [1") && scene.picture.contains("■ \"blue\""))
    #expect(scene.picture.contains(" \"red\"") && !scene.picture.contains("■ \"red\""))
    scene.change(["avatar.a": ["color": "by the moon"]])
    #expect(scene.picture.contains(" \"by the moon\"") && !scene.picture.contains("■"))
  }

  @Test("A house that moved out shows its last value and says so")
  func ghost() {
    var scene = scene(["x": 41])
    scene.change(remove: ["s.a"])
    #expect(scene.picture.contains("moved out just now; its last"))
    #expect(scene.model.detail.value == ["x": 41])
    scene.change(["s.a": ["x": 42]])
    #expect(scene.model.detail.value == ["x": 42])
    #expect(scene.picture.contains("moved in just now by others"))
  }
}
