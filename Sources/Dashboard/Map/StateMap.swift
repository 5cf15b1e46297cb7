import SharedState
import TextScreen

/// The state seen from above: where one stands, and in which district.
struct StateMap: Sendable {
  /// What one stands at: an entry, or a group where districts are shown.
  private(set) var cursor: TreeRow?
  /// The districts that were entered, each named by its first and its last group.
  private(set) var districts: [(first: String, last: String)] = []
  /// The cell that one keeps to when going from group to group.
  private var wishedCell: Int?
  /// Where one was last seen, for when the entry is gone.
  private var last = (row: 0, cell: 0)

  init(at cursor: TreeRow?) { self.cursor = cursor }

  /// The plan of what is seen, for a place of some size.
  func plan(_ index: EntryIndex, _ size: Size) -> MapPlan {
    MapPlan(rows(of: index), columns: size.columns, height: size.rows)
  }

  private func rows(of index: EntryIndex) -> [MapRow] {
    let all = MapPlan.rows(of: index)
    guard let district = districts.last else { return all }
    let first = all.firstIndex { $0.id.isSame(as: district.first) }
    let last = all.lastIndex { $0.id.isSame(as: district.last) }
    // In another order, or without its first group, it is no district any more.
    guard let first, let last, first <= last else { return all }
    return Array(all[first...last])
  }

  /// Brings where one stands into line with the state.
  mutating func settle(_ index: EntryIndex, _ size: Size) {
    let plan = plan(index, size)
    if let place = plan.place(of: cursor, in: index) {
      last = place
      // Seen from farther away an entry is its group.
      cursor = plan.rows[place.row].cell(place.cell)
      return
    }
    let row = min(last.row, plan.rows.count - 1)
    guard row >= 0 else { return }
    last = (row, min(last.cell, plan.rows[row].count - 1))
    cursor = plan.rows[row].cell(max(0, last.cell))
  }

  /// Goes along the group, and around its end into the next one.
  mutating func walk(by step: Int, _ index: EntryIndex, _ size: Size) {
    wishedCell = nil
    let plan = plan(index, size)
    guard let place = plan.place(of: cursor, in: index) else { return }
    let cell = place.cell + step
    if let there = plan.rows[place.row].cell(cell) {
      cursor = there
    } else if let next = plan.rows.indices.contains(place.row + step.signum())
      ? plan.rows[place.row + step.signum()] : nil
    {
      cursor = next.cell(step > 0 ? 0 : next.count - 1)
    }
  }

  /// Goes to another group, as near as can be to the same cell.
  mutating func cross(by step: Int, _ index: EntryIndex, _ size: Size) {
    let plan = plan(index, size)
    guard let place = plan.place(of: cursor, in: index) else { return }
    let wish = wishedCell ?? place.cell
    let row = plan.rows[max(0, min(plan.rows.count - 1, place.row + step))]
    cursor = row.cell(min(wish, row.count - 1))
    wishedCell = wish
  }

  mutating func goToEnd(isLast: Bool, _ index: EntryIndex, _ size: Size) {
    let rows = plan(index, size).rows
    guard let row = isLast ? rows.last : rows.first else { return }
    (cursor, wishedCell) = (row.cell(isLast ? row.count - 1 : 0), nil)
  }

  /// Goes to something that is known to be in sight.
  mutating func go(to cell: TreeRow) { (cursor, wishedCell) = (cell, nil) }

  /// Enters the district one stands in; false if one does not stand in any.
  mutating func enter(_ index: EntryIndex, _ size: Size) -> Bool {
    let plan = plan(index, size)
    guard let place = plan.place(of: cursor, in: index),
      let groups = plan.rows[place.row].groups, let first = groups.first, let last = groups.last
    else { return false }
    districts.append((first.id, last.id))
    cursor = groups[place.cell].cell(0)
    return true
  }

  /// Leaves the district that was entered last; false if none was.
  mutating func leaveDistrict() -> Bool {
    guard districts.popLast() != nil else { return false }
    return true
  }
}
