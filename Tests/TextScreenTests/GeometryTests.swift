import Testing
import TextScreen

@Suite("Rect")
struct GeometryTests {
  let screen = Rect(Size(columns: 10, rows: 4))

  @Test("Splitting off a side leaves the rest, and nothing is lost")
  func splits() {
    #expect(screen.top(1).0 == Rect(column: 0, row: 0, columns: 10, rows: 1))
    #expect(screen.top(1).rest == Rect(column: 0, row: 1, columns: 10, rows: 3))
    #expect(screen.bottom(1).0 == Rect(column: 0, row: 3, columns: 10, rows: 1))
    #expect(screen.bottom(1).rest == Rect(column: 0, row: 0, columns: 10, rows: 3))
    #expect(screen.left(3).0 == Rect(column: 0, row: 0, columns: 3, rows: 4))
    #expect(screen.left(3).rest == Rect(column: 3, row: 0, columns: 7, rows: 4))
    #expect(screen.right(3).0 == Rect(column: 7, row: 0, columns: 3, rows: 4))
    #expect(screen.right(3).rest == Rect(column: 0, row: 0, columns: 7, rows: 4))
  }

  @Test("A split takes no more than there is and no less than nothing", arguments: [-3, 0, 4, 99])
  func splitsAtTheEnds(count: Int) {
    let (part, rest) = screen.top(count)
    #expect(part.rows == min(max(count, 0), 4))
    #expect(part.rows + rest.rows == 4)
    let (last, before) = screen.right(count)
    #expect(last.columns == min(max(count, 0), 10))
    #expect(last.columns + before.columns == 10)
    #expect(last.endColumn == 10)
  }

  @Test("An inset larger than the rectangle leaves nothing, inside of it")
  func insets() {
    #expect(screen.inset(by: 1) == Rect(column: 1, row: 1, columns: 8, rows: 2))
    #expect(screen.inset(by: 2).isEmpty)
    let none = screen.inset(by: 99)
    #expect(none.isEmpty)
    #expect(none.row <= screen.endRow && none.column <= screen.endColumn)
  }

  @Test("Rectangles that do not touch have an empty intersection")
  func intersections() {
    let other = Rect(column: 8, row: 3, columns: 10, rows: 10)
    #expect(screen.intersection(other) == Rect(column: 8, row: 3, columns: 2, rows: 1))
    #expect(screen.intersection(Rect(column: 50, row: 50, columns: 1, rows: 1)).isEmpty)
  }

  @Test("Lines are counted from the top of the rectangle")
  func lines() {
    let inside = screen.inset(by: 1)
    #expect(inside.line(1) == Rect(column: 1, row: 2, columns: 8, rows: 1))
    #expect(inside.line(2).isEmpty)
    #expect(inside.line(-1).isEmpty)
    #expect(screen.contains(Point(column: 9, row: 3)))
    #expect(!screen.contains(Point(column: 10, row: 3)))
  }
}
