import SharedState
import TestSupport
import Testing
import TextScreen

@testable import Dashboard

@Suite("Snapshots")
struct KeptSnapshotTests {
  private func scene(_ value: StateValue, _ columns: Int = 120, _ rows: Int = 30) -> Scene {
    var scene = Scene(columns, rows)
    scene.join(["s.a": value, "s.b": ["other": 1]])
    scene.press("j")
    return scene
  }

  private func snapshots(_ scene: Scene) -> Int { scene.model.watch.book.all.count }

  /// The line of the screen that tells of a field.
  private func row(_ field: String, _ scene: Scene) -> String {
    let left = scene.model.layout.panes[.detail]?.column ?? 0
    return scene.lines.map { String($0.dropFirst(left)) }.first { $0.contains(" \(field) ") } ?? ""
  }

  @Test(
    "A snapshot stays as it was while the live house runs on, and each field that differs is marked"
  )
  func frozen() {
    var scene = scene(["x": 1, "y": 2, "old": "gone"])
    scene.wait(.seconds(5))
    scene.press("K")
    #expect(scene.picture.contains("snapshot 12:00:05"))
    #expect(scene.picture.contains("the same"))
    scene.wait(.seconds(1))
    scene.change(["s.a": ["x": 7, "y": 2, "new": true]])
    scene.wait(.seconds(3))
    #expect(row("x", scene).contains("~   x    7"))
    #expect(row("x", scene).contains("3 s") && row("x", scene).contains("│ 1 "))
    #expect(!row("y", scene).contains("~"))
    #expect(
      row("old", scene).contains("-   old  (none)") && row("old", scene).contains("│ \"gone\"")
    )
    #expect(row("new", scene).contains("+   new  true") && row("new", scene).contains("│ (none)"))
    #expect(scene.picture.contains("3 fields differ"))
  }

  @Test("The age of a difference is that of its beginning, and it goes when both are equal again")
  func ages() {
    var scene = scene(["x": 1, "y": 1])
    scene.press("K")
    scene.wait(.seconds(1))
    scene.change(["s.a": ["x": 2, "y": 1]])
    scene.wait(.seconds(4))
    scene.change(["s.a": ["x": 3, "y": 2]])
    #expect(row("x", scene).contains("4 s") && row("y", scene).contains("now"))
    scene.change(["s.a": ["x": 3, "y": 1]])
    #expect(!row("y", scene).contains("~"))
    scene.press("j", "k")
    #expect(row("x", scene).contains("4 s"), "found again in the past of the house")
  }

  @Test("Sixty snapshots of one house: < and > step through them, D drops them one by one")
  func many() {
    var scene = scene(["x": 0])
    for number in 1...60 {
      scene.change(["s.a": ["x": .int(Int64(number))]])
      scene.press("K")
    }
    #expect(scene.picture.contains("60 of 60"))
    for _ in 0..<59 { scene.press("<") }
    #expect(scene.picture.contains("1 of 60") && row("x", scene).contains("│ 1 "))
    scene.press("<")
    #expect(scene.lines.last == " <: this is the first snapshot")
    scene.press(">")
    #expect(row("x", scene).contains("│ 2 "))
    for _ in 0..<60 { scene.press("D") }
    #expect(snapshots(scene) == 0 && scene.model.detail.beside == nil)
    scene.press("D")
    #expect(scene.lines.last?.contains("no snapshot stands beside this house; K keeps one") == true)
  }

  @Test(
    "A snapshot survives the removal of its house, a lost connection, and is found again from gk"
  )
  func survives() {
    var scene = scene(["x": 1])
    scene.press("K")
    scene.change(remove: ["s.a"])
    #expect(scene.picture.contains("nobody lives here now") && row("x", scene).contains("(none)"))
    scene.press("j")
    scene.wait(.seconds(20))
    #expect(!scene.model.known.index.isGhost("s.a"))
    scene.lose()
    scene.send(.link(.live(latency: nil)))
    scene.type("gk")
    #expect(scene.picture.contains("s.a  - nobody lives here now"))
    scene.press(.enter)
    #expect(scene.model.tree.key == "s.a" && row("x", scene).contains("│ 1 "))
    scene.change(["s.a": ["x": 1]])
    #expect(scene.picture.contains("the same"))
  }

  @Test(
    "gk tells of each snapshot when it was and how many fields differ now, only for those that are seen"
  )
  func list() {
    var scene = scene(["x": 1, "y": 1])
    scene.press("K", "j", "K")
    scene.change(["s.a": ["x": 2, "y": 3]])
    scene.type("gk")
    #expect(scene.picture.contains("s.b  the same"))
    #expect(scene.picture.contains("s.a  ~ 2 fields differ"))
    #expect(scene.picture.contains("snapshot 12:00:00"))
    var many = self.scene(["x": 1])
    for _ in 0..<200 { many.press("K") }
    many.type("gk")
    #expect(many.model.chooser?.items.count { $0.later == nil } ?? 0 < 40)
  }

  @Test("A long text and a long list show the place where they differ, on both sides")
  func longValues() {
    let text = String(repeating: "same ", count: 60)
    let list = (0..<300).map { StateValue.double(Double($0)) }
    var scene = scene(["text": .string(text + "old"), "list": .array(list)])
    scene.press("K")
    scene.change(["s.a": ["text": .string(text + "new"), "list": .array(list + [7.5])]])
    #expect(row("text", scene).contains("new\"") && row("text", scene).contains("old\""))
    #expect(row("list", scene).contains("7.5"))
  }

  @Test("A position that moved is told as a person reads it, and an open list only by its length")
  func positions() {
    let old: StateValue = [
      "at": [-1.0786286592, 0.1234567, 1.5, 2.123456789], "in": [["x": 1], 2],
    ]
    let new: StateValue = [
      "at": [-1.2560948133, 0.1234567, 1.5, 2.123456789], "in": [["x": 2], 2],
    ]
    var scene = scene(old)
    scene.press("K")
    scene.change(["s.a": new])
    #expect(
      row("at", scene).contains("[-1.256 0.123") && row("at", scene).contains("│ [-1.079 0.1")
    )
    #expect(row("in", scene).contains("2 elements") && !row("in", scene).contains("["))
  }

  @Test("In a narrow pane a field that differs tells both values, and others only one")
  func narrow() {
    var scene = Scene()
    scene.join(["s.a": ["x": 1, "y": 2]])
    scene.press("j", "K")
    scene.change(["s.a": ["x": 7, "y": 2]])
    #expect(row("x", scene).contains("~   x  7 was 1"))
    #expect(row("y", scene).contains("2") && !row("y", scene).contains("was"))
    scene.press("2", "0")
    #expect(row("x", scene).contains("│ 1"))
  }

  @Test("Every place where two values differ has a row, and it or what it is in is marked")
  func everyDifference() {
    for seed in 0..<300 {
      var random = SeededGenerator(seed: UInt64(seed))
      let (old, new) = (Self.value(3, using: &random), Self.value(3, using: &random))
      var scene = scene(old)
      scene.press("K")
      scene.change(["s.a": new])
      scene.press("2", "o")
      let pane = scene.model.detail
      for difference in ValueDiff(from: old, to: new).differences {
        let path = difference.path
        let rows = pane.lines.filter { path.contains($0.id.path) }
        #expect(!rows.isEmpty, "\(seed): no row for \(path)")
        let marked = rows.contains { row in
          pane.beside?.mark(at: row.id.path, live: pane.live) != nil
        }
        #expect(marked, "\(seed): \(path) is not marked")
      }
      if old == new { #expect(pane.beside?.marks.isEmpty == true) }
      for row in pane.lines where row.fold == .leaf {
        let isDifferent = old.value(at: row.id.path) != new.value(at: row.id.path)
        let mark = pane.beside?.mark(at: row.id.path, live: pane.live)
        #expect((mark != nil) == isDifferent, "\(seed): \(row.id.path)")
      }
    }
  }

  private static func value(_ depth: Int, using random: inout SeededGenerator) -> StateValue {
    func small(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }
    switch small(depth > 0 ? 6 : 3) {
    case 0: return .int(Int64(small(3)))
    case 1: return .bool(small(2) == 0)
    case 2: return .null
    case 3:
      return .array((0..<small(4)).map { _ in value(depth - 1, using: &random) })
    default:
      var object = StateObject()
      for name in ["a", "b", "c", "d"] where small(3) > 0 {
        object[name] = value(depth - 1, using: &random)
      }
      return .object(object)
    }
  }
}
