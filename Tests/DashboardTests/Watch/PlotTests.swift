import SharedState
import TestSupport
import Testing
import TextScreen

@testable import Dashboard

@Suite("Plots")
struct PlotTests {
  private func plot(_ samples: [(Double, Double?)]) -> Plot {
    var plot = Plot(key: "a", path: .root)
    for (second, value) in samples {
      plot.note(value.map(Plot.Reading.number) ?? .notThere, at: .seconds(second))
    }
    return plot
  }

  private func ascii(_ plot: Plot, _ columns: Int, _ rows: Int) -> [String] {
    plot.drawing(columns: columns, rows: rows).lines(.ascii)
  }

  @Test("Dots make Braille patterns, and marks without Unicode; dots outside are left out")
  func canvas() {
    var canvas = PlotCanvas(columns: 3, rows: 1)
    for x in 0..<4 { canvas.set(x, x) }
    canvas.set(-1, 0)
    canvas.set(6, 0)
    canvas.set(0, 4)
    #expect(canvas.lines(.unicode) == ["⠑⢄ "])
    #expect(canvas.lines(.ascii) == ["'. "])
    var full = PlotCanvas(columns: 1, rows: 2)
    for x in 0..<2 { full.fillColumn(x, 99, -99) }
    #expect(full.lines(.unicode) == ["⣿", "⣿"] && full.lines(.ascii) == [":", ":"])
    var row = PlotCanvas(columns: 2, rows: 1)
    row.fillRow(3, -7, 99)
    row.fillRow(9, 0, 3)
    row.fillColumn(7, 0, 3)
    #expect(row.lines(.unicode) == ["⣀⣀"])
    #expect(PlotCanvas(columns: -1, rows: 0).lines(.unicode).isEmpty)
  }

  @Test("Each dot of a character is its own")
  func dots() {
    let patterns = (0..<8).map { number in
      var canvas = PlotCanvas(columns: 1, rows: 1)
      canvas.set(number % 2, number / 2)
      return canvas.lines(.unicode)[0]
    }
    #expect(patterns == ["⠁", "⠈", "⠂", "⠐", "⠄", "⠠", "⡀", "⢀"])
  }

  @Test("A ramp rises from the lower left to the upper right")
  func ramp() {
    let ramp = plot((0..<8).map { (Double($0), Double($0)) })
    #expect(ramp.range == 0...7 && ramp.span == .seconds(7))
    #expect(ascii(ramp, 4, 2) == ["  .:", ".:' "])
    let lines = ramp.drawing(columns: 4, rows: 2).lines(.unicode)
    #expect(lines == ["  ⣠⠞", "⣠⠞⠁ "])
  }

  @Test("A number holds until the next sample, and jumps there")
  func steps() {
    #expect(ascii(plot([(0, 0), (5, 1), (10, 1)]), 6, 2) == ["   :''", "...:  "])
  }

  @Test("What never changed, and what has one sample, runs through the middle")
  func flat() {
    #expect(ascii(plot([(0, 5), (9, 5)]), 5, 1) == ["'''''"])
    #expect(ascii(plot([(3, 5)]), 5, 1) == ["'''''"])
    #expect(ascii(plot([]), 5, 1) == ["     "])
  }

  @Test("A number is shown until it goes, and nothing from then on until it is back")
  func breaks() {
    let broken = plot([(0, 1), (2, nil), (3, nil), (8, 1), (9, 1)])
    #expect(ascii(broken, 10, 1) == ["'''     ''"])
    #expect(broken.points.map(\.breaksAt) == [.seconds(2), nil, nil])
    // Other heights on both sides: no line leads from one to the other.
    #expect(
      ascii(plot([(0, 0), (3, nil), (6, 1), (9, 1)]), 10, 2) == ["      ''''", "....      "]
    )
    #expect(plot([(0, 1), (4, nil)]).span == .seconds(4))
  }

  @Test("However many samples come, so many points are kept, and the extremes with them")
  func bounded() {
    var plot = Plot(key: "a", path: .root)
    var most = 0
    for step in 0..<100_000 {
      let value = step == 50_000 ? 1e300 : step == 50_002 ? -1e300 : Double(step % 3)
      plot.note(step % 7 == 0 ? .notThere : .number(value), at: .milliseconds(step))
      most = max(most, plot.points.count)
    }
    #expect(most <= Plot.most)
    #expect(plot.points.count > Plot.most / 8)
    #expect(plot.points.map(\.high).max() == 1e300 && plot.points.map(\.low).min() == -1e300)
    #expect(plot.range == -1e300...1e300)
    let times = plot.points.flatMap { [$0.start, $0.end] }
    #expect(times == times.sorted() && plot.span >= .milliseconds(99_990))
  }

  @Test("Samples of one moment, and a clock that runs backwards, grow nothing and trap nothing")
  func clocks() {
    var plot = Plot(key: "a", path: .root)
    for step in 0..<5000 { plot.note(.number(Double(step)), at: .seconds(1)) }
    #expect(plot.points.count == 1 && plot.range == 0...4999 && plot.span == .zero)
    plot.note(.number(1), at: .zero)
    plot.note(.notConnected, at: .seconds(-5))
    plot.note(.number(1), at: .seconds(-9))
    #expect(plot.span == .zero && plot.drawing(columns: 3, rows: 3).lines(.ascii).count == 3)
  }

  @Test(
    "No number and no size traps",
    arguments: [
      [0], [.greatestFiniteMagnitude, -.greatestFiniteMagnitude], [.nan, 1], [.infinity],
      [-.infinity, 3, .nan, 4], [.leastNonzeroMagnitude, 0], [-0.0, 0], [9e18, -9e18],
      [1e308, -1e308, 1e-308], [1, 1.0.nextUp],
    ] as [[Double]]
  )
  func extremes(numbers: [Double]) {
    var plot = Plot(key: "a", path: ["x"])
    for (second, number) in numbers.enumerated() {
      plot.note(.number(number), at: .seconds(second))
    }
    #expect(plot.points.allSatisfy { $0.low.isFinite && $0.high.isFinite })
    for rows in 0..<7 {
      for columns in [0, 1, 2, 3, 5, 12, 33, 64, 200] {
        #expect(plot.drawing(columns: columns, rows: rows).lines(.unicode).count == rows)
        for count in 0...4 {
          var grid = Grid(Size(columns: columns, rows: rows))
          let plots = Array(repeating: plot, count: count)
          for glyphs in [Glyphs.unicode, .ascii] {
            PlotView(plots: plots, glyphs: glyphs).draw(into: &grid, Rect(grid.size))
          }
        }
      }
    }
  }

  @Test("The ends of a scale can be told apart, and the time is told in words")
  func words() {
    #expect(PlotView.scale(0...1.5, isWhole: false) == ("0.0", "1.5"))
    #expect(PlotView.scale(1.00001...1.00002, isWhole: false) == ("1.00001", "1.00002"))
    #expect(PlotView.scale(5...5, isWhole: false) == ("5.0", "5.0"))
    #expect(PlotView.scale(-3...370, isWhole: true) == ("-3", "370"))
    let close = PlotView.scale(1...1.0.nextUp, isWhole: false)
    #expect(close.low != close.high)
    func words(_ seconds: Double) -> String? { PlotView.span(of: plot([(0, 1), (seconds, 2)])) }
    #expect(words(0) == nil && words(0.25) == "over 250 ms" && words(6) == "over 6.0 s")
    #expect(words(150) == "over 2 min" && words(7300) == "over 2 h")
  }

  @Test("Plots take at most half of the rows, and stand beside each other where it is wide")
  func rows() {
    #expect(PlotView.rows(0, in: 80, of: 40) == 0 && PlotView.rows(4, in: 80, of: 5) == 0)
    #expect(PlotView.rows(1, in: 35, of: 12) == 5 && PlotView.rows(4, in: 35, of: 12) == 6)
    #expect(PlotView.rows(4, in: 64, of: 40) == 10 && PlotView.rows(4, in: 35, of: 40) == 20)
    #expect(PlotView.rows(4, in: 198, of: 40) == 5 && PlotView.rows(3, in: 64, of: 40) == 10)
    for rows in 0..<60 {
      for columns in 0..<200 { #expect(PlotView.rows(4, in: columns, of: rows) <= rows / 2) }
    }
  }

  @Test("Numbers are found where the cursor is or right inside of it, and only the first few")
  func numbers() {
    let value: StateValue = [
      "name": "x", "on": true, "size": 2, "at": [1.5, .null, 2], "in": ["deep": ["x": 1]],
    ]
    func numbers(_ path: ValuePath) -> [ValuePath] { PlotList.numbers(in: value, at: path) }
    #expect(numbers(.root) == [["size"]] && numbers(["at"]) == [["at", 0], ["at", 2]])
    #expect(numbers(["at", 0]) == [["at", 0]] && numbers(["at", 1]).isEmpty)
    #expect(numbers(["name"]).isEmpty && numbers(["on"]).isEmpty && numbers(["in"]).isEmpty)
    #expect(numbers(["gone"]).isEmpty && numbers(["in", "deep"]) == [["in", "deep", "x"]])
    #expect(PlotList.numbers(in: .array(Array(repeating: 1, count: 9)), at: .root).count == 4)
  }
}
