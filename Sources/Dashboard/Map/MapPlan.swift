import SharedState
import ScreenKit

/// A group of the map, or several that share a line because the state is too large: a name and a row of cells.
struct MapRow: Sendable {
  private enum Content: Sendable {
    case group(EntryIndex.Group)
    /// Keys without a dot.
    case alone([String])
    case district([MapRow])
  }

  private let content: Content

  init(_ group: EntryIndex.Group) { content = .group(group) }

  init(alone keys: [String]) { content = .alone(keys) }

  init(district rows: [MapRow]) { content = .district(rows) }

  /// What stands before the cells.
  var name: Phrase {
    switch content {
    case .group(let group): Phrase(String(group.prefix.dropLast()))
    case .alone: "(no \(.street))"
    case .district(let rows): "\(rows.first?.name ?? "") – \(rows.last?.name ?? "")"
    }
  }

  /// What the row is found again by; a prefix ends with a dot, so nothing else is called so.
  var id: String {
    switch content {
    case .group(let group): group.prefix
    case .alone: ""
    case .district(let rows): rows.first?.id ?? ""
    }
  }

  /// The rows of a district, if it is one.
  var groups: [MapRow]? {
    guard case .district(let rows) = content else { return nil }
    return rows
  }

  /// How many cells there are.
  var count: Int {
    switch content {
    case .group(let group): group.entries.weight
    case .alone(let keys): keys.count
    case .district(let rows): rows.count
    }
  }

  /// What a cell stands for: an entry, or a group of a district.
  func cell(_ position: Int) -> TreeRow? {
    guard (0..<count).contains(position) else { return nil }
    switch content {
    case .group(let group):
      return group.entries.element(atRow: position).map { .entry($0.element.key) }
    case .alone(let keys): return .entry(keys[position])
    case .district(let rows): return .group(rows[position].id)
    }
  }

  /// Where an entry or group is among the cells; the group is that of the entry, if it has one.
  fileprivate func position(of cell: TreeRow, in group: StateKey?, of index: EntryIndex) -> Int? {
    switch (content, cell) {
    case (.group(let own), .entry(let key)):
      return group == StateKey(own.prefix) ? index.positionInGroup(of: key) : nil
    case (.group(let own), .group(let prefix)):
      return own.prefix.isSame(as: prefix) ? 0 : nil
    case (.alone(let keys), .entry(let key)):
      return keys.firstIndex { $0.isSame(as: key) }
    case (.district(let rows), .group(let prefix)):
      return rows.firstIndex { $0.id.isSame(as: prefix) }
    case (.district(let rows), .entry):
      return rows.firstIndex { StateKey($0.id) == group ?? StateKey("") }
    default: return nil
    }
  }
}

/// Where each group is drawn.
///
/// Groups fill a column from top to bottom and then the next one. A state, or district, with more groups than lines
/// has districts: groups that follow each other share a line, with a cell for each.
struct MapPlan: Sendable {
  /// A column that is narrower than this has no room for a name and some entries.
  static let leastColumns = 25

  let rows: [MapRow]
  /// How many columns of groups there are.
  let columns: Int
  /// How many groups one column has at most.
  let height: Int

  /// Plans the groups between two of them, or all.
  ///
  /// - Complexity: O(*s*) in the groups, and in the keys without a dot.
  init(_ rows: [MapRow], columns: Int, height: Int) {
    let height = max(1, height)
    let most = max(1, columns / Self.leastColumns)
    if rows.count <= most * height {
      (self.rows, self.height) = (rows, height)
      self.columns = max(1, (rows.count + height - 1) / height)
    } else {
      let size = (rows.count + height - 1) / height
      self.rows = stride(from: 0, to: rows.count, by: size).map {
        MapRow(district: Array(rows[$0..<min(rows.count, $0 + size)]))
      }
      (self.columns, self.height) = (1, height)
    }
  }

  /// The groups of a state that have something to show, in the order of the tree; keys without a dot come last.
  static func rows(of index: EntryIndex) -> [MapRow] {
    let (groups, alone) = index.shownPlaces
    return groups.map { MapRow($0) } + (alone.isEmpty ? [] : [MapRow(alone: alone)])
  }

  /// Where an entry or group is: which row, which cell.
  func place(of cell: TreeRow?, in index: EntryIndex) -> (row: Int, cell: Int)? {
    guard let cell else { return nil }
    var group: StateKey?
    if case .entry(let key) = cell { group = KeyParts.prefix(of: key).map { StateKey($0) } }
    for (number, row) in rows.enumerated() {
      if let position = row.position(of: cell, in: group, of: index) { return (number, position) }
    }
    return nil
  }
}
