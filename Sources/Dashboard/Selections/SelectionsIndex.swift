import SharedState

/// The selections and visualisers of a state in the order in which clients layer them, the topmost first.
///
/// A selection stands with the visualisers that draw it below it, and moves as one with them. Coming, going and
/// changing cost little however many there are, and so does asking for a row.
struct SelectionsIndex: Sendable {
  /// A selection with what draws it, or a visualiser whose selection is not there.
  private struct Group: SortedElement {
    /// The place in the order.
    var sortKey: String
    /// The selection at the head; `nil` for a visualiser by itself.
    let selection: String?
    var drawings = SortedChunks<VisualiserPlace>()

    var weight: Int { (selection == nil ? 0 : 1) + drawings.weight }
  }

  private var groups = SortedChunks<Group>()
  /// Where the group of a selection is, and that of a visualiser by itself.
  private var places: [StateKey: String] = [:]
  private var drawings: [StateKey: VisualiserPlace] = [:]
  /// Visualisers by the selections that they name, whether these are there or not.
  private var drawers: [StateKey: Set<StateKey>] = [:]
  /// Selections that are there.
  private var selections: Set<StateKey> = []
  /// Selections that draw themselves, as far as that has been looked up: those that visualisers draw.
  private var selfDrawn: Set<StateKey> = []

  /// How many rows there are.
  var count: Int { groups.weight }
  var selectionCount: Int { selections.count }
  var drawingCount: Int { drawings.count }

  // MARK: Asking

  func holds(_ key: String) -> Bool {
    selections.contains(StateKey(key)) || drawings[StateKey(key)] != nil
  }

  /// What a visualiser says about its place, as far as it has been read.
  func drawing(_ key: String) -> VisualiserPlace? { drawings[StateKey(key)] }

  func hasSelection(_ key: StateKey) -> Bool { selections.contains(key) }

  /// How many visualisers draw a selection.
  func drawerCount(of key: String) -> Int { drawers[StateKey(key)]?.count ?? 0 }

  func key(at row: Int) -> String? {
    guard let (group, inner) = groups.element(atRow: row) else { return nil }
    guard let selection = group.selection else {
      return group.drawings.element(atRow: inner)?.element.key
    }
    return inner == 0 ? selection : group.drawings.element(atRow: inner - 1)?.element.key
  }

  func row(of key: String) -> Int? {
    let exact = StateKey(key)
    guard let drawing = drawings[exact] else {
      return places[exact].map { groups.rows(before: $0) }
    }
    guard let host = host(of: drawing) else {
      return places[exact].map { groups.rows(before: $0) }
    }
    guard let place = places[host], let group = groups[place] else { return nil }
    return groups.rows(before: place) + 1 + group.drawings.rows(before: drawing.height)
  }

  /// The selection under which a visualiser stands.
  func host(of drawing: VisualiserPlace) -> StateKey? {
    guard case .selection(let key) = drawing.target, selections.contains(key) else { return nil }
    return key
  }

  // MARK: Selections

  /// Adds selections; those that are there already stay as they are.
  mutating func add(selections keys: [String]) {
    let new = keys.filter { selections.insert(StateKey($0)).inserted }
    var plain: [Group] = []
    for key in new {
      if drawers[StateKey(key)] == nil {
        let group = Group(sortKey: Rank.byID(key), selection: key)
        places[StateKey(key)] = group.sortKey
        plain.append(group)
      } else {
        gather(key)
      }
    }
    groups.insert(sorted: plain.sorted { $0.sortKey.precedes($1.sortKey) })
  }

  /// Brings visualisers that waited for a selection under it.
  private mutating func gather(_ key: String) {
    var group = Group(sortKey: "", selection: key)
    for drawer in drawers[StateKey(key)] ?? [] {
      guard let drawing = drawings[drawer] else { continue }
      if let place = places.removeValue(forKey: drawer) { groups.remove(place) }
      group.drawings.insert(drawing)
    }
    insert(group)
  }

  /// Takes out a selection; the visualisers that drew it stand by themselves.
  private mutating func remove(selection key: String) {
    let exact = StateKey(key)
    guard selections.remove(exact) != nil else { return }
    selfDrawn.remove(exact)
    guard let place = places.removeValue(forKey: exact), let group = groups.remove(place) else {
      return
    }
    for drawing in group.drawings.elements { standAlone(drawing) }
  }

  /// Notes whether a selection draws itself, and so has its place by its id.
  mutating func note(_ key: String, drawsItself: Bool) {
    let exact = StateKey(key)
    guard selfDrawn.contains(exact) != drawsItself else { return }
    if drawsItself { selfDrawn.insert(exact) } else { selfDrawn.remove(exact) }
    inGroup(of: exact) { _ in }
  }

  // MARK: Visualisers

  /// Adds a visualiser, or moves it to where it belongs now.
  mutating func put(_ drawing: VisualiserPlace) {
    let exact = StateKey(drawing.key)
    guard drawings[exact] != drawing else { return }
    takeOut(exact)
    drawings[exact] = drawing
    if case .selection(let target) = drawing.target { drawers[target, default: []].insert(exact) }
    if let host = host(of: drawing) {
      inGroup(of: host) { $0.drawings.insert(drawing) }
    } else {
      standAlone(drawing)
    }
  }

  /// Takes out entries that have gone.
  mutating func remove(_ key: String) {
    takeOut(StateKey(key))
    remove(selection: key)
  }

  private mutating func takeOut(_ exact: StateKey) {
    guard let drawing = drawings.removeValue(forKey: exact) else { return }
    if case .selection(let target) = drawing.target {
      drawers[target]?.remove(exact)
      if drawers[target]?.isEmpty == true { drawers[target] = nil }
    }
    if let host = host(of: drawing) {
      inGroup(of: host) { $0.drawings.remove(drawing.height) }
    } else if let place = places.removeValue(forKey: exact) {
      groups.remove(place)
    }
  }

  private mutating func standAlone(_ drawing: VisualiserPlace) {
    var group = Group(sortKey: drawing.height, selection: nil)
    group.drawings.insert(drawing)
    places[StateKey(drawing.key)] = group.sortKey
    groups.insert(group)
  }

  // MARK: Groups

  /// Changes the group of a selection, and moves it to where it belongs then.
  private mutating func inGroup(of selection: StateKey, _ body: (inout Group) -> Void) {
    guard let place = places[selection], var group = groups.remove(place) else { return }
    body(&group)
    insert(group)
  }

  /// A selection that draws itself, or that nothing draws, has its place by its id; any other that of the topmost
  /// visualiser that draws it.
  private mutating func insert(_ group: Group) {
    guard let key = group.selection else { return }
    var group = group
    let topmost = group.drawings.element(atRow: 0)?.element.height
    let goesByID = key == Rank.root || selfDrawn.contains(StateKey(key))
    group.sortKey = topmost.flatMap { goesByID ? nil : $0 } ?? Rank.byID(key)
    places[StateKey(key)] = group.sortKey
    groups.insert(group)
  }
}
