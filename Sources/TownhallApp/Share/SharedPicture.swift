import SharedState
import TextScreen

/// A screen as entries of a shared state: its size, its cursor, and a list of pieces for each row.
///
/// A row is `[["text", "role", emphasis], …]` under `screen.row.N`, so that only rows that change are sent, and whoever reads a
/// shared state can show a screen. What is read is as hostile as any other value.
struct SharedPicture {
  private static let size = "screen.size"
  private static let cursor = "screen.cursor"
  private static let row = "screen.row."
  /// No screen is shown that is wider or higher.
  private static let most = 1000

  private var entries: [String: StateValue] = [:]
  private var grid: Grid?

  /// What makes another picture of this one; `nil` if it is the same.
  mutating func change(to grid: Grid) -> StateChange? {
    guard grid != self.grid else { return nil }
    self.grid = grid
    var new: [String: StateValue] = [
      Self.size: [.int(Int64(grid.size.columns)), .int(Int64(grid.size.rows))]
    ]
    new[Self.cursor] = grid.cursor.map { [.int(Int64($0.column)), .int(Int64($0.row))] }
    for row in 0..<grid.size.rows { new[Self.row + String(row)] = Self.pieces(of: row, in: grid) }
    let updates = new.filter { entries[$0.key] != $0.value }
    let removals = Set(entries.keys.filter { new[$0] == nil })
    entries = new
    return StateChange(updates: updates, removals: removals)
  }

  private static func pieces(of row: Int, in grid: Grid) -> StateValue {
    var pieces: [(text: String, style: Style)] = []
    for column in 0..<grid.size.columns {
      let cell = grid[column, row]
      guard cell.width > 0 else { continue }
      if pieces.last?.style == cell.style {
        pieces[pieces.count - 1].text += cell.text
      } else {
        pieces.append((cell.text, cell.style))
      }
    }
    return .array(
      pieces.map { text, style in
        [.string(text), .string(style.role.name), .int(Int64(style.emphasis.rawValue))]
      }
    )
  }

  /// Reads a picture; `nil` if there is none.
  ///
  /// - Complexity: O(*n*) in what the rows hold.
  static func grid(in state: StateDictionary) -> Grid? {
    guard let numbers = state[size]?.array, numbers.count == 2,
      let columns = length(numbers[0]), let rows = length(numbers[1])
    else { return nil }
    var grid = Grid(Size(columns: columns, rows: rows))
    for row in 0..<rows {
      var column = 0
      for piece in (state[Self.row + String(row)]?.array ?? []).prefix(columns) {
        guard column < columns, let parts = piece.array, parts.count == 3,
          let text = parts[0].string
        else { continue }
        let role = parts[1].string.flatMap { Role(name: $0) } ?? .plain
        let emphasis = Emphasis(rawValue: parts[2].int.flatMap { UInt8(exactly: $0) } ?? 0)
        column += grid.write(
          text.prefix(columns),
          at: Point(column: column, row: row),
          style: Style(role, emphasis)
        )
      }
    }
    if let place = state[cursor]?.array, place.count == 2,
      let column = length(place[0], least: 0), let row = length(place[1], least: 0),
      column < columns, row < rows
    {
      grid.cursor = Point(column: column, row: row)
    }
    return grid
  }

  private static func length(_ value: StateValue, least: Int = 1) -> Int? {
    // Over gRPC numbers are doubles.
    guard let number = value.double.flatMap({ Int(exactly: $0) }) else { return nil }
    return (least...most).contains(number) ? number : nil
  }
}
