import SharedState
import Testing
import TextScreen

@testable import Dashboard

@Suite("The order of the tree")
struct SortTests {
  private func rows(_ scene: Scene) -> [String] {
    (0..<scene.model.known.index.rowCount).compactMap { scene.model.known.index.row(at: $0)?.text }
  }

  private func scene(_ sort: TreeSort) -> Scene {
    var scene = Scene()
    scene.join([
      "a.1": 1, "a.2": "a rather long text", "b.1": 1, "b.2": [1, 2, 3],
      "c": .string(String(repeating: "x", count: 500)),
    ])
    while scene.model.known.index.sort != sort { scene.press("S") }
    return scene
  }

  @Test("By size the largest is first, in streets too, and what grows moves up")
  func size() {
    var scene = scene(.size)
    #expect(rows(scene) == ["c", "b.", "b.2", "b.1", "a.", "a.2", "a.1"])
    #expect(scene.picture.contains("Town by size"))
    scene.change(["a.1": .string(String(repeating: "y", count: 900))])
    scene.wait(.seconds(1))
    #expect(rows(scene) == ["a.", "a.1", "a.2", "c", "b.", "b.2", "b.1"])
    scene.change(remove: ["a.1"])
    scene.wait(.seconds(30))
    #expect(rows(scene) == ["c", "b.", "b.2", "b.1", "a.", "a.2"])
  }

  @Test("By last change the newest is first, at most once a second and never without a change")
  func change() {
    var scene = scene(.change)
    #expect(rows(scene) == ["a.", "a.1", "a.2", "b.", "b.1", "b.2", "c"])
    scene.wait(.seconds(2))
    scene.change(["b.2": 5])
    #expect(rows(scene) == ["b.", "b.2", "b.1", "a.", "a.1", "a.2", "c"])
    scene.wait(.milliseconds(300))
    scene.change(["c": 6])
    #expect(rows(scene).first == "b.")
    scene.wait(.milliseconds(600))
    #expect(rows(scene).first == "b.")
    scene.wait(.milliseconds(200))
    #expect(rows(scene).first == "c")
    let order = rows(scene)
    scene.wait(.seconds(100))
    #expect(rows(scene) == order)
    #expect(scene.model.wakeUp == nil)
  }

  @Test("By rate the busiest is first, and one that has calmed down gives way to one that has not")
  func rate() {
    var scene = scene(.rate)
    for _ in 0..<40 {
      scene.change(["b.2": .int(Int64(scene.uptime.components.seconds))])
      scene.wait(.milliseconds(100))
    }
    #expect(rows(scene) == ["b.", "b.2", "b.1", "a.", "a.1", "a.2", "c"])
    for _ in 0..<60 {
      scene.change(["a.2": .int(Int64(scene.uptime.components.seconds))])
      scene.wait(.milliseconds(100))
    }
    #expect(rows(scene) == ["a.", "a.2", "a.1", "b.", "b.1", "b.2", "c"])
  }

  @Test("The cursor stays on its row through every order, and by name is where it began")
  func cursor() {
    var scene = scene(.name)
    let before = rows(scene)
    scene.press("j", "j")
    for _ in TreeSort.allCases {
      scene.press("S")
      #expect(scene.model.tree.key == "a.2")
    }
    #expect(rows(scene) == before)
  }

  @Test("A muted house keeps its place")
  func muted() {
    var scene = scene(.change)
    scene.press("j", "j", "x")
    #expect(scene.model.known.mutes.covers("a.2"))
    scene.wait(.seconds(5))
    scene.change(["a.2": 7])
    scene.wait(.seconds(5))
    #expect(rows(scene) == ["a.", "a.1", "a.2", "b.", "b.1", "b.2", "c"])
  }
}
