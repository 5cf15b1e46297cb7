import TextScreen
import Testing

@Suite("A part of a screen, and what roles are called")
struct PartTests {
  @Test("It is what stood there; beyond the edge it is blank, and no wide character is cut in two")
  func part() {
    var grid = Grid(Size(columns: 6, rows: 2))
    grid.write("a漢字b", at: Point(column: 0, row: 0))
    grid.write("second", at: Point(column: 0, row: 1))
    grid.cursor = Point(column: 4, row: 1)
    #expect(grid.part(from: Point(column: 0, row: 0), grid.size) == grid)
    let middle = grid.part(from: Point(column: 2, row: 0), Size(columns: 3, rows: 3))
    #expect(middle.lines == [" 字", "con", ""])
    #expect(middle.cursor == Point(column: 2, row: 1))
    let left = grid.part(from: Point(column: 0, row: 0), Size(columns: 2, rows: 1))
    #expect(left.lines == ["a"] && left.cursor == nil)
    #expect(grid.part(from: Point(column: 5, row: 1), Size(columns: 2, rows: 1)).lines == ["d"])
  }

  @Test("Each role is found again by its name, and none by another")
  func roles() {
    let roles: [Role] = [
      .plain, .muted, .title, .border, .focusedBorder, .group, .key, .text, .number, .literal,
      .bytes, .added, .changed, .removed, .warning, .error, .success, .hintKey, .hint, .stale,
      .selection, .match, .swatch(0), .swatch(255),
    ]
    for role in roles { #expect(Role(name: role.name) == role, "\(role)") }
    #expect(Set(roles.map(\.name)).count == roles.count)
    #expect(Role(name: "256") == nil && Role(name: "") == nil && Role(name: "Plain") == nil)
  }
}
