import Lessons
import SharedState
import Testing
import TextScreen

@testable import Dashboard

@Suite("The strip of a tour")
struct StripTests {
  @Test("It tells the lesson, how far one is, the goal, what is missing, and the keys")
  func doing() throws {
    let scene = TourScene.begun()
    try Golden.expect(scene.picture, "tourDoing")
    try Golden.expect(TourScene.begun(200, 60).picture, "tourDoing200")
    try Golden.expect(TourScene.begun(80, 24, ascii: true).picture, "tourDoingAscii")
    for text in [
      "Lesson 1 of 6", "A visit", "[□]□□□□□", "○ You have kept no snapshot", "F2 hint (0 of 3)",
      "F3 show me", "F4 begin again", "F5 read",
    ] { #expect(scene.picture.contains(text), "\(text)") }
  }

  @Test("A wrong turn is answered behind another sign, not only in another colour")
  func slip() throws {
    var scene = TourScene.begun()
    scene.change(remove: ["selection.x"])
    try Golden.expect(scene.picture, "tourSlip")
    #expect(scene.picture.contains("! selection.x has been removed"))
  }

  @Test("Hints come one after the other, each in full, and the panes give them room")
  func hints() throws {
    var scene = TourScene.begun()
    let before = scene.model.layout.body.rows
    scene.press(.function(2))
    #expect(scene.picture.contains("Hint 1 of 3: Stand on selection.base and press n."))
    #expect(scene.picture.contains("F2 hint (1 of 3)"))
    scene.press(.function(2))
    try Golden.expect(scene.picture, "tourHint")
    #expect(scene.picture.contains("in the house beside the tree."), "the end of a long hint")
    #expect(scene.model.layout.body.rows == before - 2)
    scene.press(.function(2), .function(2))
    #expect(scene.picture.contains("Hint 3 of 3"))
    #expect(scene.lines.last?.contains("F3 shows it") == true)
  }

  @Test("While it is shown, what is done and the key just pressed stand in the strip")
  func showing() throws {
    var scene = TourScene.begun()
    scene.press(.function(3))
    scene.wait(.milliseconds(100))
    let rows = scene.model.layout.lesson.rows
    #expect(scene.picture.contains("Go to the house and keep a visit there."))
    scene.wait(.seconds(5))
    try Golden.expect(scene.picture, "tourShow")
    #expect(scene.picture.contains("any key stops, Space holds"))
    scene.press(.character(" "))
    #expect(scene.picture.contains("held: Space goes on"))
    scene.press(.character(" "))
    scene.wait(.seconds(8))
    #expect(scene.model.layout.lesson.rows == rows, "the panes stay where they are")
    scene.press("x")
    #expect(scene.desk?.show == nil)
    #expect(scene.desk?.stage == .doing)
  }

  @Test("A text that is typed grows behind its cursor, and every key stands reversed")
  func typing() {
    var scene = TourScene.begun()
    scene.press(.function(3))
    var seen: Set<String> = []
    for _ in 0..<900 {
      scene.wait(.milliseconds(10))
      for line in scene.lines where line.contains("any key stops") {
        seen.insert(String(line.drop { $0 == " " }.prefix { $0 != " " }))
      }
    }
    #expect(seen.isSuperset(of: [":", "s▏", "selection.bas▏", "selection.base", "Enter", "K"]))
    let row = scene.lines.firstIndex { $0.contains("any key stops") } ?? 0
    #expect(scene.grid[4, row].style.emphasis.contains(.reverse))
  }

  @Test("A solved lesson is told gladly, and where it goes on; one that was shown asks for more")
  func solved() throws {
    var scene = TourScene()
    scene.solveFirst()
    try Golden.expect(scene.picture, "tourSolved")
    #expect(scene.picture.contains("✓ Solved! F5 goes on to 'Streets, and the traps of a prefix'."))
    #expect(scene.picture.contains("■"))
    var shown = TourScene.begun()
    shown.press(.function(3))
    shown.wait(.seconds(60))
    try Golden.expect(shown.picture, "tourShown")
    #expect(shown.picture.contains("F4 lets you do it yourself"))
    shown.press(.function(5))
    #expect(shown.desk?.lesson.name == "streets")
    #expect(shown.desk?.isReading == true)
  }

  @Test("The keys in it are those of the settings")
  func rebound() {
    var scene = TourScene.begun()
    let choice = KeyChoice("hint", keys: ["F9"], line: 1)
    scene.scene.model.keymap = Keymap<Model>.standard.rebinding([choice]).keymap
    #expect(scene.picture.contains("F9 hint (0 of 3)"))
    scene.press(.function(9))
    #expect(scene.picture.contains("Hint 1 of 3"))
  }

  @Test("A click on a key in it is that key, also while an edit is open")
  func clicks() {
    var scene = TourScene.begun()
    scene.click("F2 hint")
    #expect(scene.desk?.hints == 1)
    scene.click("F3 show")
    #expect(scene.desk?.show != nil)
    scene.click("Lesson 1")
    #expect(scene.desk?.show == nil, "a click stops what is shown")
    scene.click("F5 read")
    #expect(scene.desk?.isReading == true)
    scene.press(.escape)
    scene.type(":set selection.x")
    scene.press(.enter)
    #expect(scene.model.edit != nil)
    scene.click("F2 hint")
    #expect(scene.desk?.hints == 2)
    #expect(scene.model.edit != nil)
    scene.click("F5 lesson")
    #expect(scene.desk?.isReading == true)
    #expect(scene.model.edit != nil, "it waits under the card")
  }

  @Test("An edit has room at 80 × 24 with the lesson above it, and the goal stays in sight")
  func edits() throws {
    var scene = TourScene.begun()
    scene.type(":update selection.base")
    scene.press(.enter)
    try Golden.expect(scene.picture, "tourUpdate")
    #expect(scene.picture.contains("somebody else is about to move in."))
    #expect(scene.model.layout.edit.rows >= 16)
    scene.press(.function(2))
    #expect(scene.model.layout.edit.rows >= 15)
    #expect(scene.picture.contains("Hint 1 of 3"))
  }

  @Test("A paste stops what is shown and runs nothing")
  func pastes() {
    var scene = TourScene.begun()
    scene.press(.function(3))
    scene.send(.paste("K"))
    #expect(scene.desk?.show == nil)
    scene.press(.function(5))
    scene.send(.paste("q"))
    #expect(scene.desk?.isReading == true)
    #expect(scene.scene.effects.isEmpty)
  }

  /// Texts as a careless or hostile author may write them.
  static let hostile: Lesson = {
    let texts = [
      String(repeating: "w", count: 10_000), "\u{1B}[31mred\u{7}\u{0}\u{9B}2J",
      "שלום \u{202E}abc\u{202C} עולם", String(repeating: "漢字", count: 900), "👨‍👩‍👧👍🏽 🇩🇪",
      "e" + String(repeating: "\u{301}", count: 2_000), "", " ", "a\nb\r\tc",
    ]
    var lesson = TourScene.visit
    lesson.title = texts.joined(separator: " ")
    lesson.text = texts + texts.map { "Python: " + $0 }
    lesson.goal = texts.reversed().joined(separator: " ")
    lesson.hints = [texts[0], texts[3], texts[2]]
    lesson.checks = [Lesson.Check(.vacant("selection.x"), missing: texts.joined(separator: " "))]
    lesson.picture = Lesson.Picture(.snapshot, of: texts[1])
    lesson.show = texts.map { .say($0) } + texts[1].map { .letter($0) }
    return lesson
  }()

  @Test("Strip, panes, status and footer fill any screen exactly, whatever the lesson says")
  func sizes() {
    let tour = Tour(name: "x", title: Self.hostile.title, lessons: [Self.hostile])
    var scene = TourScene(tour)
    let stages: [(String, (inout TourScene) -> Void)] = [
      ("card", { _ in }), ("doing", { $0.press(.escape) }), ("hint", { $0.press(.function(2)) }),
      (
        "editing",
        {
          $0.type(":set selection.x"); $0.press(.enter)
        }
      ),
      (
        "map",
        {
          $0.press(.escape, .escape); $0.type("gm")
        }
      ),
      ("show", { $0.press(.function(3)) }),
      (
        "solved",
        {
          $0.press("x", .function(4)); $0.change(remove: ["selection.x"])
        }
      ),
      ("end", { $0.press(.function(5)) }),
    ]
    for (name, go) in stages {
      scene.send(.resized(Size(columns: 80, rows: 24)))
      go(&scene)
      for columns in [20, 35, 70, 80, 100, 160, 250] {
        for rows in [5, 6, 9, 17, 18, 22, 24, 70] {
          let size = Size(columns: columns, rows: rows)
          scene.send(.resized(size))
          let layout = scene.model.layout
          #expect(1 + layout.lesson.rows + layout.body.rows + 1 == rows, "\(name) \(size)")
          #expect(layout.body.rows >= min(2, rows - 3), "\(name) \(size)")
          #expect(layout.lesson.rows > 0, "\(name) \(size)")
          let parts = layout.panes.values.filter { !$0.isEmpty }.map(\.endRow).max() ?? 0
          #expect(parts <= layout.footer.row, "\(name) \(size)")
          #expect(scene.lines.count == rows)
          #expect(
            scene.picture.unicodeScalars.allSatisfy {
              $0 == "\n" || $0.properties.generalCategory != .control
            },
            "\(name) \(size)"
          )
        }
      }
    }
    #expect(scene.desk?.showsEnd == true)
  }

  @Test("A lesson that waits for the learner asks for no waking")
  func idle() {
    var scene = TourScene.begun()
    scene.press(.function(2))
    scene.wait(.seconds(60))
    #expect(scene.model.wakeUp == nil)
    let before = scene.grid
    scene.wait(.seconds(60))
    #expect(scene.grid == before)
    scene.press(.function(5))
    scene.wait(.seconds(20))
    #expect(scene.model.wakeUp == nil)
  }
}
