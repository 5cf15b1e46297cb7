import SharedState
import TextScreen
import Testing

@testable import TownhallApp

@Suite("A screen that is shared")
struct SharedPictureTests {
  private static func picture(_ text: String) -> Grid {
    var grid = Grid(Size(columns: 20, rows: 3))
    grid.write("plain ", at: Point(column: 0, row: 0))
    grid.write(text, at: Point(column: 6, row: 0), style: Style(.warning, [.bold, .reverse]))
    grid.write("漢字 é", at: Point(column: 0, row: 2), style: Style(.swatch(200)))
    grid.cursor = Point(column: 7, row: 0)
    return grid
  }

  @Test("It is read as it was drawn, and only rows that differ are sent")
  func roundTrip() throws {
    var (picture, state) = (SharedPicture(), StateDictionary())
    let began = picture.change(to: Self.picture("one"))
    let first = try #require(began)
    state.apply(first)
    #expect(SharedPicture.grid(in: state) == Self.picture("one"))
    let same = picture.change(to: Self.picture("one"))
    #expect(same == nil)
    let went = picture.change(to: Self.picture("two"))
    let second = try #require(went)
    #expect(second.keys.sorted() == ["screen.row.0"])
    state.apply(second)
    #expect(SharedPicture.grid(in: state) == Self.picture("two"))
    let shrank = picture.change(to: Grid(Size(columns: 4, rows: 1)))
    let small = try #require(shrank)
    state.apply(small)
    #expect(SharedPicture.grid(in: state) == Grid(Size(columns: 4, rows: 1)))
    #expect(state.count == 2)
  }

  @Test(
    "Whatever stands there instead is drawn as far as it makes sense, and never raw",
    arguments: [
      ["screen.size": [20, 3], "screen.row.0": [["\u{1B}[2Jx\u{202E}", "plain", 0]]],
      [
        "screen.size": [20, 3], "screen.row.0": [[1, 2, 3], "x", [["a"]], ["b", "no role", -1]],
      ],
      ["screen.size": [20.0, 3.0], "screen.row.0": 7, "screen.cursor": [99, 0]],
      [
        "screen.size": [20, 3],
        "screen.row.0": .array(Array(repeating: ["long text", "key", 255], count: 1000)),
      ],
    ] as [[String: StateValue]]
  )
  func hostile(entries: [String: StateValue]) throws {
    var state = StateDictionary()
    state.apply(StateChange(updates: entries))
    let grid = try #require(SharedPicture.grid(in: state))
    #expect(grid.size == Size(columns: 20, rows: 3) && grid.cursor == nil)
    #expect(!grid.lines.joined().contains { $0 == "\u{1B}" || $0 == "\u{202E}" })
    #expect(grid.lines.allSatisfy { TextWidth.columns(of: $0) <= 20 })
  }

  @Test(
    "A size that makes no sense is no picture",
    arguments: [nil, [0, 3], [20, 1001], [20], [-1, -1], [1e300, 3], ["20", "3"]] as [StateValue?]
  )
  func sizes(size: StateValue?) {
    var state = StateDictionary()
    state["screen.size"] = size
    #expect(SharedPicture.grid(in: state) == nil)
  }
}
