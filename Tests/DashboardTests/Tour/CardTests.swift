import Lessons
import SharedState
import Testing
import TextScreen

@testable import Dashboard

@Suite("The card of a lesson")
struct CardTests {
  @Test("It tells the text, lines of code apart, the goal, how far one is, and its own keys")
  func card() throws {
    try Golden.expect(TourScene().picture, "tourCard")
    let progress = TourScene.progress(solved: ["streets"], shown: ["missing"])
    let wide = TourScene(TourScene.tour, 200, 60, progress: progress, lesson: "visit")
    try Golden.expect(wide.picture, "tourCard200")
    let ascii = TourScene(TourScene.tour, 80, 24, ascii: true, progress: progress, lesson: "visit")
    try Golden.expect(ascii.picture, "tourCardAscii")
    #expect(wide.picture.contains("[□]■□▣□□  1 of 6 solved, 1 shown"))
    #expect(wide.picture.contains("python> value = reference.snapshot()"))
    #expect(ascii.picture.unicodeScalars.allSatisfy { $0.isASCII })
  }

  @Test("What has no room is scrolled to, and never beyond its ends")
  func scrolls() {
    var scene = TourScene()
    #expect(!scene.picture.contains("No snapshot of selection.base"))
    #expect(scene.picture.contains("more rows: j or PgDn"))
    var seen = scene.picture
    for _ in 0..<100 {
      scene.press("j")
      seen += scene.picture
    }
    #expect(seen.contains("No snapshot of selection.base"))
    let end = scene.picture
    #expect(end.contains("Goal: Take a snapshot"), "the goal stays in sight")
    scene.press(.pageDown, "G")
    #expect(scene.picture == end)
    scene.press("k")
    #expect(scene.picture != end, "one row back is one key")
    for _ in 0..<100 { scene.press("k") }
    #expect(scene.desk?.cardTop == 0)
    scene.press(" ")
    #expect(scene.desk?.isReading == true, "Space reads on first")
    for _ in 0..<5 { scene.press(" ") }
    #expect(scene.desk?.isReading == false)
    scene.press(.function(5))
    #expect(scene.desk?.cardTop == 0)
    scene.send(.mouse(Mouse(.wheelDown, at: Point(column: 5, row: 5))))
    #expect(scene.desk?.cardTop ?? 0 > 0)
  }

  @Test("Its keys give a hint, show, begin again, and go to other lessons; none is silent")
  func keys() {
    var scene = TourScene()
    scene.press("<")
    #expect(scene.lines.last?.contains("this is the first lesson") == true)
    scene.press(">")
    #expect(scene.desk?.lesson.name == "streets")
    scene.press("<", "h")
    #expect(scene.desk?.isReading == false && scene.desk?.hints == 1)
    scene.press(.function(5), "s")
    #expect(scene.desk?.show != nil)
    scene.press("?", .function(5), "x")
    #expect(scene.desk?.isReading == false && scene.desk?.show == nil)
    scene.press(.function(5), "z")
    #expect(scene.lines.last?.contains("z does nothing on the card") == true)
    #expect(scene.model.edit == nil)
    scene.press(.function(5))
    #expect(scene.desk?.isReading == false, "F5 closes it, too")
    scene.press(.function(5), "q")
    #expect(scene.scene.effects == [.quit])
  }

  @Test("The list goes to any lesson, tells which are solved or shown, and Esc is back on the card")
  func list() throws {
    let progress = TourScene.progress(solved: ["streets"], shown: ["missing"])
    var scene = TourScene(TourScene.tour, 80, 24, progress: progress, lesson: "visit")
    scene.press("l")
    try Golden.expect(scene.picture, "tourLessons")
    scene.press(.escape)
    #expect(scene.desk?.isReading == true && scene.model.chooser == nil)
    scene.press("l", "j", .enter)
    #expect(scene.desk?.lesson.name == "streets")
    #expect(scene.desk?.isReading == true)
    #expect(scene.picture.contains("✓ solved"))
    scene.press(.escape)
    scene.type(":lessons")
    scene.press(.enter)
    #expect(scene.model.chooser?.items.count == 6)
  }

  @Test("A list that is opened while the town of the lesson is put up stays open")
  func early() {
    var scene = TourScene()
    scene.press(">", "l")
    #expect(scene.model.chooser != nil)
    scene.wait(.seconds(4))
    #expect(scene.desk?.stage == .doing)
    #expect(scene.model.chooser != nil)
    var slow = TourScene(TourScene.tour, answers: false)
    slow.scene.press("l")
    #expect(slow.desk?.isPreparing == true)
    slow.wait(.seconds(4))
    #expect(slow.desk?.stage == .doing && slow.model.chooser != nil)
  }

  @Test(
    "How many lessons are solved is said once, however wide the card",
    arguments: [40, 60, 120]
  )
  func progress(columns: Int) {
    let progress = TourScene.progress(solved: ["streets"])
    let scene = TourScene(TourScene.tour, columns, 30, progress: progress, lesson: "visit")
    #expect(scene.desk?.isReading == true)
    #expect(scene.picture.ranges(of: "1 of 6 solved").count == 1, "\(scene.picture)")
  }

  @Test("Code on a card joins the town that is on the screen")
  func address() throws {
    var tour = TourScene.tour
    tour.lessons[0].text = ["Python: client = from_url(\"{address}\")"]
    let scene = TourScene(tour)
    #expect(scene.picture.contains("from_url(\"practice town\")"))
    #expect(scene.model.spokenTour.joined().contains("from_url(\"practice town\")"))
    let text = try #require(BuiltInTour.text.split(separator: "[[lesson]]").dropFirst().first)
    #expect(text.contains("{address}") && !text.contains("lab-3"))
  }

  @Test("When the last window is lit the tour celebrates, once by itself and again whenever asked")
  func celebrates() throws {
    let others = ["streets", "references", "missing", "set", "add"]
    func finished(_ columns: Int, _ rows: Int, ascii: Bool = false) -> TourScene {
      var scene = TourScene(
        TourScene.tour,
        columns,
        rows,
        ascii: ascii,
        progress: TourScene.progress(solved: others, hints: 3),
        lesson: "visit"
      )
      scene.solveFirst()
      #expect(scene.picture.contains("All windows are lit! F5 celebrates."))
      scene.press(.function(5))
      return scene
    }
    var scene = finished(80, 24)
    try Golden.expect(scene.picture, "tourEnd")
    try Golden.expect(finished(200, 60).picture, "tourEnd200")
    let ascii = finished(80, 24, ascii: true).picture
    try Golden.expect(ascii, "tourEndAscii")
    #expect(ascii.unicodeScalars.allSatisfy { $0.isASCII })
    #expect(finished(200, 60).picture.contains("6 lessons solved, with 3 hints."))
    #expect(scene.model.wakeUp == nil || scene.model.wakeUp ?? .zero > scene.scene.uptime)
    scene.press(.enter)
    #expect(scene.desk?.isReading == false)
    scene.press(.function(5))
    #expect(scene.desk?.lesson.name == "streets", "then on to any other")
    scene.press("l", "G", .enter)
    #expect(scene.picture.contains("ALL WINDOWS ARE LIT"))
  }

  @Test("A town with one window dark does not celebrate")
  func notYet() {
    let progress = TourScene.progress(solved: ["streets", "references", "missing", "set"])
    var scene = TourScene(TourScene.tour, 80, 24, progress: progress, lesson: "visit")
    scene.solveFirst()
    #expect(scene.picture.contains("F5 goes on"))
    scene.press("l")
    var last = TourScene(TourScene.tour, 80, 24, progress: progress, lesson: "add")
    last.press(.escape)
    last.type(":selection.b")
    last.press(.enter)
    #expect(last.picture.contains("F5 shows which lessons are left."))
    last.press(.function(5))
    #expect(last.picture.contains("□■■■■[■]"))
    #expect(last.desk?.showsEnd == false)
  }

  @Test("It lies over an open edit, which takes no keys meanwhile and shows no text cursor")
  func overEdits() {
    var scene = TourScene()
    scene.press(.escape)
    scene.type(":set selection.x")
    scene.press(.enter)
    #expect(scene.grid.cursor != nil)
    scene.press(.function(5))
    #expect(scene.grid.cursor == nil)
    scene.press("j", "u")
    scene.press(.enter)
    #expect(scene.grid.cursor != nil)
    #expect(scene.model.edit != nil)
  }
}
