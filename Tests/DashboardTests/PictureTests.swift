import SharedState
import Testing
import TextScreen

@testable import Dashboard

@Suite("Pictures")
struct PictureTests {
  @Test("Before the town is found, the screen says what it looks for")
  func connecting() throws {
    let scene = Scene()
    try Golden.expect(scene.picture, "connecting")
  }

  @Test("A small town: streets, houses, what lives there, and the house under the cursor")
  func smallTown() throws {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.wait(.seconds(3))
    scene.press("G", "k", "k", "k", "k", "k")
    try Golden.expect(scene.picture, "smallTown")
  }

  @Test("What just changed is marked in the tree, in the house and in the activity")
  func busy() throws {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.press("G", "k", "k", "k", "k", "k")
    let ada = Scene.ada
    for tick in 0..<120 {
      scene.wait(.milliseconds(33))
      scene.change([ada: Scene.avatar(height: Double(tick) / 100)])
    }
    scene.change(["selection.hyperballs": ["display_name": "Pair", "particle_ids": [44, 45]]])
    scene.wait(.seconds(2))
    try Golden.expect(scene.picture, "busy")
  }

  @Test("All streets folded")
  func folded() throws {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.press("O")
    try Golden.expect(scene.picture, "folded")
  }

  @Test("A house that moved out stays to be seen, a new one is marked")
  func removed() throws {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.press("j", "j", "j")
    scene.change(["selection.new": ["display_name": "New"]], remove: ["interaction.web-1"])
    scene.wait(.seconds(2))
    try Golden.expect(scene.picture, "removed")
  }

  @Test("A house that moved out is struck through where it stood, its name and its last value")
  func struckThrough() throws {
    var scene = Scene(120, 30)
    scene.join(Scene.smallTown)
    scene.press("j", "j", "j")
    func struck(_ text: String) throws -> [Bool] {
      let row = try #require(
        scene.lines.firstIndex { $0.contains("    web-1") },
        "\(scene.picture)"
      )
      let line = scene.lines[row]
      let start = try #require(line.firstRange(of: text)?.lowerBound)
      let column = TextWidth.columns(of: line[..<start])
      let grid = scene.model.view(scene.model.size)
      return (0..<text.count).map {
        grid[column + $0, row].style.emphasis.contains(.strikethrough)
      }
    }
    #expect(try !struck("web-1").contains(true) && !struck("spring").contains(true))
    scene.change(remove: ["interaction.web-1"])
    #expect(try !struck("web-1").contains(false) && !struck("spring").contains(false))
    #expect(try !struck("moved out").contains(true))
    scene.change(["interaction.web-1": ["interaction_type": "spring"]])
    #expect(try !struck("web-1").contains(true) && !struck("spring").contains(true))
  }

  @Test("A lost connection shows in the status line, in the title and in the activity")
  func stale() throws {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.wait(.seconds(5))
    scene.lose()
    try Golden.expect(scene.picture, "stale")
  }

  @Test("Back in the town, what was missed is told")
  func back() throws {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.lose()
    scene.wait(.seconds(3))
    scene.send(.link(.syncing(received: 2000, total: 4000)))
    scene.change(["scene.box": false], remove: ["visualiser.9f2"])
    scene.send(.link(.live(latency: nil)))
    try Golden.expect(scene.picture, "back")
  }

  @Test("A large town tells how much of it has come")
  func receiving() throws {
    var scene = Scene()
    scene.send(.link(.syncing(received: 3_400_000, total: 8_100_000)))
    try Golden.expect(scene.picture, "receiving")
  }

  @Test("The help lists the table of keys")
  func help() throws {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.press("?")
    try Golden.expect(scene.picture, "help")
  }

  @Test("Wide, joined, invisible and commanding characters shift no border")
  func strange() throws {
    var scene = Scene()
    scene.join(Scene.strangeTown)
    scene.press("G", "k", "k", "k")
    try Golden.expect(scene.picture, "strange")
  }

  @Test("40 × 12 shows one pane")
  func one() throws {
    var scene = Scene(40, 12)
    scene.join(Scene.smallTown)
    try Golden.expect(scene.picture, "one")
  }

  @Test("40 × 12 shows the house after Enter")
  func oneHouse() throws {
    var scene = Scene(40, 12)
    scene.join(Scene.smallTown)
    scene.press("j", .enter)
    try Golden.expect(scene.picture, "oneHouse")
  }

  @Test("20 × 5 still shows where one is")
  func tiny() throws {
    var scene = Scene(20, 5)
    scene.join(Scene.smallTown)
    try Golden.expect(scene.picture, "tiny")
  }

  @Test("In ASCII and read only, refusals are said in words")
  func ascii() throws {
    var scene = Scene(
      options: DashboardOptions(address: "ws://x:1", readOnly: true, ascii: true, seed: 1)
    )
    scene.join(Scene.smallTown)
    scene.change(["a": 1], remove: ["scene"])
    scene.press("j", "s")
    try Golden.expect(scene.picture, "ascii")
  }

  @Test("200 × 60 puts house and activity beside a tree of full height")
  func wide() throws {
    var scene = Scene(200, 60)
    scene.join(Scene.smallTown)
    scene.press("j")
    scene.change(["selection.root": ["display_name": "Root", "particle_ids": []]])
    try Golden.expect(scene.picture, "wide")
  }

  @Test("1 × 1 and no size at all draw what fits and trap nothing")
  func specks() {
    var scene = Scene(1, 1)
    scene.join(Scene.smallTown)
    #expect(scene.lines == [""])
    var nothing = Scene(0, 0)
    nothing.join(Scene.smallTown)
    #expect(nothing.lines == [])
  }

  @Test("Every small size is drawn in every state, and each key is safe in it", arguments: 0..<34)
  func everySize(columns: Int) {
    for rows in 0..<12 {
      var scene = Scene(columns, rows)
      scene.join(Scene.strangeTown)
      for key: Key in ["j", "G", .enter, "2", "G", "k", "3", "g", "g", .enter, "1", "?", "j", "?"] {
        scene.press(key)
        #expect(scene.lines.count == rows)
      }
      for verb: Key in ["s", "a", "d", "/", "c"] {
        scene.press("G", verb)
        #expect(scene.lines.count == rows)
        scene.press(.escape, "y", .escape)
      }
      scene.lose()
      #expect(scene.lines.count == rows)
    }
  }

  @Test(
    "No text, however wide or strange, shifts a frame",
    arguments: [(80, 24), (81, 25), (200, 60)]
  )
  func framesStand(columns: Int, rows: Int) {
    var scene = Scene(columns, rows)
    scene.join(Scene.strangeTown)
    scene.change(["日本.漢字の名前がとても長い鍵です": "新しい値", "a.\u{0}": "\u{7}"])
    scene.press("o", "G", "k", "k")
    for pane in ["1", "2", "3"] as [Key] {
      scene.press(pane, "G")
      let grid = scene.model.view(scene.model.size)
      for frame in scene.model.layout.panes.values {
        for row in frame.row + 1..<frame.endRow - 1 {
          #expect(grid[frame.column, row].text == "│" && grid[frame.endColumn - 1, row].text == "│")
        }
      }
      for row in 0..<rows {
        let widths = (0..<columns).map { grid[$0, row].width }
        #expect(widths.reduce(0, +) == columns, "row \(row)")
        #expect(
          (0..<columns).allSatisfy { TextWidth.columns(of: grid[$0, row].text) == widths[$0] }
        )
      }
    }
  }

  @Test("Without colour each state still differs: the cursor, the focus, stale data")
  func mono() {
    var scene = Scene()
    scene.join(Scene.smallTown)
    func emphasis(_ column: Int, _ row: Int) -> Emphasis {
      scene.model.view(scene.model.size)[column, row].style.emphasis
    }
    #expect(emphasis(10, 2).contains(.reverse) && !emphasis(10, 3).contains(.reverse))
    #expect(emphasis(2, 1).contains(.reverse))
    scene.press(.tab)
    #expect(!emphasis(10, 2).contains(.reverse) && emphasis(10, 2).contains(.underline))
    #expect(!emphasis(2, 1).contains(.reverse) && emphasis(45, 1).contains(.reverse))
    #expect(!emphasis(6, 3).contains(.dim))
    scene.lose()
    #expect(emphasis(6, 3).contains(.dim))
  }
}
