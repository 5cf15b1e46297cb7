import Lessons
import SharedState
import StateEditing
import Testing
import TextScreen
import ScreenKit

@testable import Dashboard

@Suite("Shown to a class")
struct PresentTests {
  private static func scene(_ columns: Int = 120, _ rows: Int = 40, ascii: Bool = false) -> Scene {
    var scene = Scene(
      columns,
      rows,
      options: DashboardOptions(
        address: "ws://127.0.0.1:38801",
        presents: true,
        ascii: ascii,
        seed: 1
      )
    )
    scene.join(Scene.smallTown)
    scene.wait(.seconds(8))
    return scene
  }

  private static func lines(_ scene: Scene, _ columns: Int = 120, _ rows: Int = 40) -> [String] {
    scene.model.view(Size(columns: columns, rows: rows)).lines
  }

  @Test("At 120 by 40 rows stand apart, frames are whole, and the keys are above the footer")
  func picture() throws {
    var scene = Self.scene()
    scene.press("G", "k", "k", "k", "g", "d", "K")
    try Golden.expect(Self.lines(scene).joined(separator: "\n"), "present120")
  }

  @Test("Every second row is the picture of half as many rows, and nothing but frames is between")
  func spacing() {
    for (columns, rows) in [(120, 40), (80, 36), (200, 61)] {
      for ascii in [false, true] {
        let scene = Self.scene(columns, rows, ascii: ascii)
        let lines = Self.lines(scene, columns, rows)
        let half = scene.model.picture(Size(columns: columns, rows: rows / 2)).lines
        #expect(lines.count == rows)
        for row in 0..<rows / 2 { #expect(lines[2 * row] == half[row]) }
        let between = (0..<rows / 2).map { lines[2 * $0 + 1] }
        #expect(between.allSatisfy { $0.allSatisfy { " │|".contains($0) } })
        #expect(between.count { $0.contains { $0 != " " } } > rows / 2 - 5, "most lie in frames")
      }
    }
  }

  @Test("A smaller terminal keeps its rows, and shows the keys in the row above the footer")
  func small() {
    var scene = Self.scene(80, 24)
    let quiet = Self.lines(scene, 80, 24)
    #expect(quiet == scene.model.picture(Size(columns: 80, rows: 24)).lines)
    scene.press("g", "h")
    let lines = Self.lines(scene, 80, 24)
    #expect(lines[22].contains("─  gh  departed  ─") && lines[..<22] == quiet[..<22])
  }

  @Test("A click goes to the row under it, also in the empty row below")
  func pointer() {
    for extra in [0, 1] {
      var scene = Self.scene()
      let lines = Self.lines(scene)
      guard let row = lines.firstIndex(where: { $0.contains("hyperballs     ") }) else {
        Issue.record("no row to click on")
        return
      }
      scene.send(.screen(.mouse(Mouse(.press, at: Point(column: 8, row: row + extra)))))
      #expect(scene.model.tree.key == "selection.hyperballs")
    }
  }

  @Test("Keys only look: each that would write says why not, and nothing is sent")
  func readOnly() {
    for key in ["s", "u", "m", "a", "d", "c", "z", "+", "~", "L", "."] {
      var scene = Self.scene()
      scene.press("G", .character(Character(key)), .enter, "y")
      #expect(scene.model.edit == nil && scene.model.outbox.pending.isEmpty, "\(key)")
    }
    let scene = Self.scene()
    #expect(scene.lines.first?.contains("read only") == true)
  }

  @Test("An edit that a stopped tour leaves open closes at the first key, and nothing is sent")
  func leftOpen() {
    var scene = Self.scene()
    scene.press("j")
    scene.model.beginEdit(.remove)
    #expect(scene.model.edit != nil)
    scene.press("y")
    #expect(scene.model.edit == nil && scene.requests.isEmpty && scene.model.outbox.pending.isEmpty)
    #expect(scene.lines.last?.contains("read only") == true)
    scene.submit(.remove, [.init(key: "scene", base: 1, mine: nil)])
    #expect(scene.requests.isEmpty && scene.model.outbox.pending.isEmpty)
  }

  @Test("Each key is shown with what it does for two and a half seconds; then nothing wakes")
  func keys() throws {
    var scene = Self.scene()
    #expect(scene.model.wakeUp == nil)
    scene.press("g")
    #expect(scene.model.stage.keys.strokes.map(\.keys) == ["g"])
    scene.press("d", "j", "j", "j", "7", "2", "j", "J")
    let shown = scene.model.stage.keys.strokes.map { "\($0.keys) \($0.words) \($0.times)" }
    #expect(shown == ["gd follow 1", "j down 3", "72  1", "j down 1", "J  1"])
    #expect(Self.lines(scene).contains { $0.contains("  gd  follow  ──  j ×3  down  ──") })
    #expect(try #require(scene.model.wakeUp) <= scene.uptime + KeyStrip.time)
    scene.wait(.milliseconds(2400))
    #expect(scene.model.stage.keys.strokes.count == 5)
    scene.wait(.milliseconds(200))
    #expect(scene.model.stage.keys.strokes.isEmpty)
    scene.wait(.seconds(20))
    #expect(scene.model.wakeUp == nil)
  }

  @Test("What is typed is shown as text, bounded, and cannot command a terminal")
  func text() {
    var scene = Self.scene()
    scene.press("/")
    scene.type("root\u{9B}2J" + String(repeating: "x", count: 300) + "end")
    let strokes = scene.model.stage.keys.strokes
    #expect(strokes.map(\.keys.count) == [1, KeyStrip.mostLetters])
    #expect(strokes[0].words == "search" && strokes[1].keys.hasSuffix("xxxend"))
    scene.press(.enter)
    #expect(scene.model.stage.keys.strokes.last?.keys == "Enter")
    scene.press(":")
    scene.type("\u{1B}[31m")
    let grid = scene.model.view(Size(columns: 120, rows: 40))
    for row in grid.lines { #expect(TextWidth.safe(row) == row) }
    for number in 0..<2000 { scene.press(.function(number % 20 + 5)) }
    #expect(scene.model.stage.keys.strokes.count <= KeyStrip.most)
  }

  @Test("In an edit the keys say what the footer says of them")
  func edit() {
    var scene = Scene(120, 40, options: DashboardOptions(address: "a", presents: true, seed: 1))
    scene.join(Scene.smallTown)
    scene.press("j")
    scene.model.beginEdit(.set)
    let stroke = scene.model.stroke(for: .escape)
    #expect(stroke.keys == "Esc" && stroke.words == "cancel")
    #expect(scene.model.stroke(for: .character("4")).isText)
  }

  @Test("A tour may do what it shows, with its keys in sight; who stops it may not go on by hand")
  func tour() {
    func begun() -> Scene {
      let base: StateObject = ["selection.base": ["display_name": "Base"]]
      let lesson = Lesson(
        name: "one",
        title: "One",
        text: ["Read this."],
        goal: "Do it.",
        hints: ["1", "2", "3"],
        start: base,
        checks: [.init(.vacant("selection."), missing: "not yet")],
        slips: [],
        neighbour: [],
        show: ["j", "d", "y"].map { .key(.character($0)) }
      )
      let tour = Tour(name: "test", title: "Test", lessons: [lesson])
      var scene = Scene(
        120,
        40,
        options: DashboardOptions(
          address: "paper:",
          presents: true,
          tour: TourOptions(tour),
          seed: 1
        )
      )
      scene.join(["selection.base": ["display_name": "Base"]])
      scene.press(.escape, .function(3))
      return scene
    }
    /// Goes on to the next thing that happens by itself.
    func goOn(_ scene: inout Scene) {
      guard let next = scene.model.wakeUp else { return }
      scene.uptime = max(next, scene.uptime)
      scene.send(.wake)
      scene.settleEdits()
    }
    var shown = begun()
    var strokes: Set<String> = []
    for _ in 0..<100 where shown.model.tour?.stage != .solved {
      goOn(&shown)
      strokes.formUnion(shown.model.stage.keys.strokes.map { "\($0.keys) \($0.words)" })
    }
    #expect(shown.model.tour?.stage == .solved && shown.town.isEmpty)
    #expect(strokes.isSuperset(of: ["F3 show-me", "j down", "d remove", "y remove it"]))
    var stopped = begun()
    for _ in 0..<100 where stopped.model.edit == nil { goOn(&stopped) }
    #expect(stopped.model.edit != nil)
    stopped.act("x", "y")
    #expect(stopped.model.tour?.show == nil && stopped.model.edit == nil)
    #expect(stopped.town["selection.base"] != nil && stopped.model.outbox.pending.isEmpty)
    #expect(stopped.model.isReadOnly)
  }

  @Test("The words that were chosen stay when a lesson clears the table")
  func words() {
    var scene = Self.scene()
    scene.press("g", "v")
    scene.model.tidyUp()
    #expect(scene.model.known.words == .dict)
  }

  @Test("Without a class nothing is kept of the keys")
  func usual() {
    var scene = Scene(120, 40)
    scene.join(Scene.smallTown)
    scene.press("j", "g", "d")
    #expect(scene.model.stage.keys.strokes.isEmpty)
    #expect(scene.model.view(scene.model.size) == scene.model.picture(scene.model.size))
  }
}
