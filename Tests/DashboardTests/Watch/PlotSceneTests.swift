import SharedState
import Testing
import TextScreen

@testable import Dashboard

@Suite("Plots on the screen")
struct PlotSceneTests {
  private static let height: ValuePath = ["components", 0, "position", 1]

  private func scene(
    _ values: [String: StateValue],
    _ columns: Int = 120,
    _ rows: Int = 40,
    ascii: Bool = false
  ) -> Scene {
    let options = DashboardOptions(title: "lab-3", address: "ws://x:1", ascii: ascii, seed: 1)
    var scene = Scene(columns, rows, options: options)
    scene.join(values)
    return scene
  }

  /// Somebody whose height is plotted, and who then moves up and down for six seconds.
  private func busy(_ columns: Int, _ rows: Int, ascii: Bool = false) -> Scene {
    var scene = scene(Scene.smallTown, columns, rows, ascii: ascii)
    scene.model.goTree(to: .entry(Scene.ada))
    scene.send(.wake)
    scene.press("2", "o")
    scene.model.detail.go(to: Self.height, height: 10)
    scene.press("t")
    swing(&scene)
    return scene
  }

  private func swing(_ scene: inout Scene) {
    for tick in 0..<60 {
      scene.wait(.milliseconds(100))
      let part = Double(tick % 20) / 10
      scene.change([Scene.ada: Scene.avatar(height: 1.4 + (part < 1 ? part : 2 - part))])
    }
  }

  private func readings(_ scene: Scene) -> [Plot.Reading] {
    scene.model.watch.plots.plots.map(\.newest)
  }

  @Test(
    "The number under the cursor over time, at each size",
    arguments: [(80, 24), (120, 40), (200, 60)]
  )
  func pictures(columns: Int, rows: Int) throws {
    let scene = busy(columns, rows)
    try Golden.expect(scene.picture, "plot\(columns)")
  }

  @Test("In ASCII, four numbers at once")
  func ascii() throws {
    var scene = busy(120, 40, ascii: true)
    scene.model.detail.go(to: ["components", 0, "position"], height: 10)
    scene.press("t", "t", "h")
    scene.model.detail.go(to: ["color", 0], height: 10)
    scene.press("t")
    swing(&scene)
    let isPlain = scene.picture.unicodeScalars.allSatisfy { $0.isASCII }
    #expect(isPlain && scene.model.watch.plots.plots.count == 4)
    try Golden.expect(scene.picture, "plotsAscii")
  }

  @Test("It goes on while the cursor is elsewhere, in other houses, streets and panes")
  func elsewhere() {
    var scene = busy(120, 40)
    for keys in ["gg", "1", "gg", "3", "1"] {
      scene.type(keys)
      let before = scene.model.watch.plots.plots[0].points.count
      swing(&scene)
      #expect(scene.model.watch.plots.plots[0].points.count == before + 60)
      #expect(scene.picture.contains("position[1]"), "\(keys): \(scene.picture)")
    }
  }

  @Test("The same key takes it away, at the number and at what holds it; gt takes all")
  func takesAway() {
    var scene = busy(120, 40)
    scene.press("t")
    #expect(readings(scene).isEmpty && scene.lines.last?.contains("plotted no more") == true)
    scene.press("t")
    #expect(readings(scene) == [.number(1.5)])
    scene.press("1", "t")
    #expect(readings(scene).isEmpty && !scene.picture.contains("position[1]  avatar"))
    scene.type("gt")
    #expect(scene.lines.last == " gt: no number is plotted yet; t plots one")
    scene.press("2", "t")
    scene.type("gt")
    #expect(readings(scene).isEmpty && scene.model.plotRows == 0)
  }

  @Test("Where there is no number, the reason is told; of a list the first four are plotted")
  func reasons() {
    var scene = scene([
      "s.a": ["name": "x", "on": true], "s.b": .array((0..<300).map { .int($0) }), "s.c": 7,
    ])
    func last() -> String { scene.lines.last ?? "" }
    scene.press("t")
    #expect(last() == " t: choose a house first; Enter opens a street")
    scene.press("j", "t")
    #expect(last() == " t: this house is no number; choose one inside of it, in House")
    scene.press("2", "t")
    #expect(last() == " t: there is no number here to plot; choose a field that holds one")
    scene.press("1", "j", "2", "t")
    #expect(last() == " t: open this page and choose a number in it")
    scene.press("1", "t")
    #expect(scene.model.watch.plots.plots.map(\.path) == [[0], [1], [2], [3]])
    #expect(last().contains("4 numbers are plotted from now on, below the fields"))
    scene.press("j", "t")
    #expect(last() == " t: 4 numbers are plotted; gt takes them away")
    scene.type("gt")
    scene.press("t")
    #expect(scene.model.watch.plots.plots.map(\.key) == ["s.c"])
    scene.change(remove: ["s.c"])
    scene.type("gt")
    scene.press("t")
    #expect(last() == " t: nobody lives here, so there is no number")
  }

  @Test("Gone, become another thing, not finite and not connected are told apart in words")
  func gaps() {
    var scene = scene(["s.a": ["x": 1], "s.b": 1])
    scene.press("j", "t")
    func tells(_ words: String) -> Bool { scene.picture.contains(words) }
    let steps: [(StateValue?, String)] = [
      (["x": "text"], "now a string"), (["x": .double(.infinity)], "  Infinity"),
      (["x": .double(.nan)], "  NaN"), (["y": 1], "not there"), (["x": 2], "  2 over"),
      (nil, "not there"), (["x": 3], "  3 over"),
    ]
    for (value, words) in steps {
      scene.wait(.seconds(1))
      scene.change(value.map { ["s.a": $0] } ?? [:], remove: value == nil ? ["s.a"] : [])
      #expect(tells(words), "\(words): \(scene.picture)")
    }
    scene.wait(.seconds(1))
    scene.lose()
    #expect(tells("not connected"))
    scene.wait(.seconds(5))
    scene.send(.link(.syncing(received: 10, total: nil)))
    #expect(tells("not connected"))
    scene.send(.link(.live(latency: nil)))
    #expect(tells("  3 over"))
    let points = scene.model.watch.plots.plots[0].points
    #expect(points.map(\.last) == [1, 2, 3, 3])
    #expect(
      points.map { $0.breaksAt.map { $0 - .seconds(1000) } } == [
        .seconds(1), .seconds(6), .seconds(8), nil,
      ]
    )
  }

  @Test("A lost connection that is lost again breaks what came in between")
  func lostAgain() {
    var scene = scene(["s.a": 1])
    scene.press("j", "t")
    scene.lose()
    scene.send(.link(.syncing(received: 10, total: nil)))
    scene.change(["s.a": 2])
    #expect(readings(scene) == [.int(2)])
    scene.lose()
    #expect(readings(scene) == [.notConnected])
    #expect(scene.model.watch.plots.plots[0].points.allSatisfy { $0.breaksAt != nil })
  }

  @Test("A plot runs on while the picture stands still, and is seen when it goes on")
  func pause() {
    var scene = busy(120, 40)
    scene.press("w")
    let still = scene.model.watch.plots.shown
    swing(&scene)
    #expect(scene.model.watch.plots.shown.map(\.points) == still.map(\.points))
    #expect(scene.model.watch.plots.plots[0].points.count == still[0].points.count + 60)
    // What is plotted during the pause is seen at once, and what is taken away is gone at once.
    scene.press("1", "t")
    #expect(scene.model.watch.plots.shown.isEmpty)
    scene.press("2", "t")
    #expect(scene.model.watch.plots.shown.map(\.path) == [Self.height])
    swing(&scene)
    scene.press("w")
    #expect(scene.model.watch.plots.shown[0].points.count == 61)
  }

  @Test("A screen with a plot asks for no waking, and stands still")
  func idle() {
    var scene = busy(120, 40)
    scene.wait(.seconds(30))
    #expect(scene.model.wakeUp == nil)
    let still = scene.lines
    scene.wait(.seconds(1000))
    #expect(scene.lines == still)
  }

  @Test("Changes of other houses add no samples")
  func others() {
    var scene = scene(["s.a": 1, "s.b": 1])
    scene.press("j", "t")
    for number in 0..<50 { scene.change(["s.b": .int(Int64(number))]) }
    #expect(scene.model.watch.plots.plots[0].points.count == 1)
    scene.wait(.seconds(1))
    scene.change(["s.a": 2])
    #expect(scene.model.watch.plots.plots[0].points.count == 2)
  }

  @Test("The cursor stays in sight above the plots, and its field is drawn")
  func cursor() {
    let fields = (0..<60).map { ("field\($0 + 10)", StateValue.int(Int64($0))) }
    for (columns, rows) in [(80, 24), (120, 40), (200, 60), (40, 12), (40, 9), (60, 17)] {
      var scene = scene(["s.a": .object(StateObject(fields)), "s.b": 1], columns, rows)
      scene.press("j", "2")
      for _ in 0..<60 {
        scene.press("j")
        let name = scene.model.detail.current?.name ?? "?"
        #expect(scene.picture.contains("\(name) "), "\(columns) × \(rows): \(name)")
        if scene.model.watch.plots.room > 0 { scene.press("t") }
      }
    }
  }

  @Test("Each small size is safe with plots", arguments: 0..<34)
  func everySize(columns: Int) {
    for rows in 0..<14 {
      var scene = scene(["": 1, "e\u{301}.\u{1B}[31m": [1, .double(.infinity), 3]], columns, rows)
      scene.press("t", "j", "t", "j", "t", "2")
      scene.change(["": .double(1e308)])
      scene.wait(.seconds(1))
      scene.change(["": .double(-1e308)])
      scene.lose()
      #expect(scene.lines.count == rows)
      let isSafe = scene.picture.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 32 }
      #expect(isSafe)
    }
  }
}
