import Testing

@testable import TextScreen

@Suite("Grid")
struct GridTests {
  /// Says what is wrong with a grid, if anything: halves of wide graphemes, or unsafe text.
  static func flaw(in grid: Grid) -> String? {
    for row in 0..<grid.size.rows {
      for column in 0..<grid.size.columns {
        if let flaw = flaw(in: grid, column: column, row: row) { return flaw }
      }
    }
    return nil
  }

  private static func flaw(in grid: Grid, column: Int, row: Int) -> String? {
    let cell = grid[column, row]
    let place = "at \(column),\(row)"
    guard TextWidth.safe(cell.text) == cell.text else { return "unsafe text \(place)" }
    switch cell.width {
    case 0:
      let isSecondHalf = column > 0 && grid[column - 1, row].width == 2 && cell.text.isEmpty
      return isSecondHalf ? nil : "half a character \(place)"
    case 2:
      let hasSecondHalf = column + 1 < grid.size.columns && grid[column + 1, row].width == 0
      return hasSecondHalf ? nil : "no second half \(place)"
    default:
      return TextWidth.columns(of: cell.text) == 1 ? nil : "wrong width \(place)"
    }
  }

  @Suite("write")
  struct Writing {
    @Test("Text is cut at the right edge, and the columns drawn on are returned")
    func cutsAtTheRight() {
      var grid = grid(6, 2)
      #expect(grid.write("hyperballs", at: Point(column: 2, row: 0)) == 4)
      #expect(grid.write("ab", at: Point(column: 1, row: 1)) == 2)
      #expect(grid.lines == ["  hype", " ab"])
    }

    @Test("Text that begins left of the rectangle shows its later part")
    func cutsAtTheLeft() {
      var grid = grid(6, 1)
      let clip = Rect(column: 1, row: 0, columns: 3, rows: 1)
      #expect(grid.write("abcdef", at: Point(column: -1, row: 0), in: clip) == 3)
      #expect(grid.lines == [" cde"])
    }

    @Test("A wide character that does not fit leaves a space, at either edge")
    func halvesAtTheEdges() {
      var grid = grid(5, 2)
      #expect(grid.write("漢字漢", at: Point(column: 0, row: 0)) == 5)
      #expect(grid.write("漢字", at: Point(column: -1, row: 1)) == 3)
      #expect(grid.lines == ["漢字", " 字"])
      #expect(GridTests.flaw(in: grid) == nil)
    }

    @Test("Drawing over one half of a wide character blanks the other")
    func drawsOverHalves() {
      var grid = grid(4, 2)
      grid.write("漢字", at: Point(column: 0, row: 0))
      grid.write("x", at: Point(column: 1, row: 0))
      grid.write("漢字", at: Point(column: 0, row: 1))
      grid.write("漢", at: Point(column: 1, row: 1))
      #expect(grid.lines == [" x字", " 漢"])
      #expect(GridTests.flaw(in: grid) == nil)
    }

    @Test("Too long text ends in the ellipsis that was asked for")
    func ellipsis() {
      var grid = grid(6, 3)
      grid.write("hyperballs", at: Point(column: 0, row: 0), ellipsis: "…")
      grid.write("hyper", at: Point(column: 1, row: 1), ellipsis: "…")
      grid.write("漢字漢字", at: Point(column: 0, row: 2), ellipsis: "..")
      #expect(grid.lines == ["hyper…", " hyper", "漢字.."])
    }

    @Test("Nothing outside of the screen or the rectangle is touched")
    func outside() {
      var grid = grid(4, 2)
      let clip = Rect(column: 1, row: 0, columns: 2, rows: 1)
      for (column, row) in [(0, 1), (3, 0), (9, 9), (0, -1), (-9, 0)] {
        #expect(grid.write("abc", at: Point(column: column, row: row), in: clip) == 0)
      }
      grid.fill(Rect(column: -5, row: -5, columns: 6, rows: 6), with: "#", style: .plain)
      #expect(grid.lines == ["#", ""])
    }

    @Test("Text from outside cannot command the terminal")
    func safe() {
      var grid = grid(20, 1)
      grid.write("a\u{1b}[2J\r\n\tb\u{202e}c\u{9b}1m", at: Point(column: 0, row: 0))
      #expect(grid.lines == ["a␛[2J␍␊␉b⇄c\u{fffd}1m"])
      #expect(GridTests.flaw(in: grid) == nil)
    }

    @Test("The style goes with the text")
    func styles() {
      var grid = grid(5, 1)
      grid.write("ab", at: Point(column: 1, row: 0), style: Style(.error, .bold))
      grid.restyle(Rect(column: 2, row: 0, columns: 2, rows: 1)) { $0.emphasis.insert(.reverse) }
      let marks = grid.marks { style in
        style.emphasis.contains(.reverse) ? "r" : style.role == .error ? "e" : " "
      }
      #expect(marks == [" err"])
      #expect(grid.lines == [" ab"])
    }
  }

  @Suite("box")
  struct Boxes {
    @Test("A frame has its title in its upper edge")
    func frame() {
      var grid = grid(12, 3)
      grid.box(grid.bounds, title: "Town")
      #expect(grid.lines == ["┌ Town ────┐", "│          │", "└──────────┘"])
      grid.box(grid.bounds, title: "漢字漢字漢字", glyphs: .ascii)
      #expect(grid.lines == ["+ 漢字.. --+", "|          |", "+----------+"])
    }

    @Test(
      "Sizes that have no room for a frame or its title do no harm",
      arguments: [(0, 0), (1, 1), (1, 9), (2, 2), (5, 2), (6, 2)]
    )
    func small(columns: Int, rows: Int) {
      var grid = grid(columns, rows)
      grid.box(grid.bounds, title: "A title that is long")
      #expect(grid.lines.count == rows)
      #expect(GridTests.flaw(in: grid) == nil)
    }
  }

  @Test("A screen laid over another is cut at the edges, halves included")
  func overlays() {
    var screen = grid(6, 2)
    screen.fill(screen.bounds, with: ".", style: .plain)
    var other = grid(4, 3)
    other.write("漢字", at: Point(column: 0, row: 0))
    other.write("漢字", at: Point(column: 0, row: 1))
    screen.overlay(other, at: Point(column: -1, row: 0))
    #expect(screen.lines == [" 字...", " 字..."])
    screen.overlay(other, at: Point(column: 3, row: 1))
    #expect(screen.lines == [" 字...", " 字漢"])
    #expect(Self.flaw(in: screen) == nil)
  }

  @Test("No drawing, however it is cut, leaves half a character", arguments: 0..<20)
  func randomDrawing(seed: UInt64) {
    var random = SplitMix(state: seed)
    var screen = grid(12, 4)
    let texts = ["漢字漢字漢字漢", "abc漢d字", "x\u{304}y\u{301}漢", "👩‍👩‍👧🇩🇪", "plain", "한글"]
    for _ in 0..<300 {
      let place = Point(
        column: .random(in: -6...13, using: &random),
        row: .random(in: -1...4, using: &random)
      )
      let clip = Rect(
        column: .random(in: -2...8, using: &random),
        row: 0,
        columns: .random(in: 0...12, using: &random),
        rows: 4
      )
      switch Int.random(in: 0..<5, using: &random) {
      case 0: screen.fill(clip)
      case 1: screen.fill(clip, with: "#", style: .plain)
      case 2: screen.overlay(screen, at: place)
      default:
        screen.write(
          texts.randomElement(using: &random) ?? "",
          at: place,
          in: clip,
          ellipsis: Bool.random(using: &random) ? "…" : nil
        )
      }
      #expect(Self.flaw(in: screen) == nil, "seed \(seed)")
    }
  }

  @Test(
    "Drawn with air between the rows, nothing is torn and every row is there",
    arguments: 0..<20
  )
  func spaced(seed: UInt64) {
    var random = SplitMix(state: seed)
    var screen = grid(12, 4)
    screen.box(Rect(column: 1, row: 0, columns: 8, rows: 3))
    for _ in 0..<6 {
      let place = Point(
        column: .random(in: -2...11, using: &random),
        row: .random(in: 0...3, using: &random)
      )
      screen.write("漢│字", at: place)
    }
    screen.cursor = Point(column: 3, row: 2)
    for rows in [0, 1, 7, 8, 11] {
      let spaced = screen.spaced(toRows: rows, glyphs: .unicode)
      #expect(spaced.size == Size(columns: 12, rows: rows) && Self.flaw(in: spaced) == nil)
      #expect(spaced.cursor == Point(column: 3, row: 4))
      for row in 0..<min(4, (rows + 1) / 2) {
        #expect(spaced.lines[2 * row] == screen.lines[row])
      }
    }
  }

  @Test(
    "Frames go on through the air, what only looks like one does not",
    arguments: [false, true]
  )
  func frames(ascii: Bool) {
    let glyphs = ascii ? Glyphs.ascii : .unicode
    var screen = grid(5, 6)
    for row in [0, 3] {
      screen.box(Rect(column: 0, row: row, columns: 3, rows: 3), glyphs: glyphs)
    }
    for row in 0..<2 { screen.write(glyphs.vertical, at: Point(column: 4, row: row)) }
    let frame =
      ascii
      ? ["+-+", "| |", "| |", "| |", "+-+", ""] : ["┌─┐", "│ │", "│ │", "│ │", "└─┘", ""]
    var lines = frame + frame
    for row in [0, 2] { lines[row] += " " + glyphs.vertical }
    #expect(screen.spaced(toRows: 12, glyphs: glyphs).lines == lines)
  }

  @Test("The checker of the test above sees halves")
  func checkerSees() {
    var screen = grid(4, 1)
    screen.write("漢字", at: Point(column: 0, row: 0))
    #expect(Self.flaw(in: screen) == nil)
    screen.cells[1] = .blank()
    #expect(Self.flaw(in: screen) == "no second half at 0,0")
    screen.cells[0] = .blank()
    screen.cells[2] = .blank()
    #expect(Self.flaw(in: screen) == "half a character at 3,0")
  }
}

private func grid(_ columns: Int, _ rows: Int) -> Grid {
  Grid(Size(columns: columns, rows: rows))
}

/// A small generator that gives the same numbers for the same seed.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
