import TextScreen
import SharedState

/// One row of the state tree, named by what it shows and not by where it is.
enum TreeRow: Sendable {
  /// A group, by its prefix.
  case group(String)
  /// An entry, by its key.
  case entry(String)

  /// The key, of an entry.
  var key: String? { if case .entry(let key) = self { key } else { nil } }

  /// The prefix or key.
  var text: String {
    switch self {
    case .group(let prefix): prefix
    case .entry(let key): key
    }
  }
}

extension TreeRow: Hashable {
  /// Whether both are the same row: two spellings of one word are two entries.
  static func == (left: TreeRow, right: TreeRow) -> Bool {
    switch (left, right) {
    case (.group, .group), (.entry, .entry): left.text.isSame(as: right.text)
    default: false
    }
  }

  func hash(into hasher: inout Hasher) { hasher.combine(StateKey(text)) }
}

/// How a person left the groups of the tree.
struct TreeFolds: Hashable, Sendable {
  /// Groups that were opened or closed one by one; one that comes back is found as it was left.
  var groups: [StateKey: Bool] = [:]
  /// What was last said for all groups, also those to come.
  var all: Bool?
}

/// The state in the order in which it is shown: groups and entries, folds, and where each row is.
///
/// Entries that were removed stay for a while as ghosts, so that a removal is seen. Entries that a filter keeps out of
/// sight have their place like all others, but take up no row there. Each change costs little however large the
/// state is, and so does asking for a row.
struct EntryIndex: Sendable {
  /// One entry in the order of its group.
  struct Leaf: SortedElement {
    let key: String
    var rank: Int64 = 0
    var isShown = true

    var sortKey: String { key }
    var weight: Int { isShown ? 1 : 0 }
  }

  struct Group: Sendable {
    let prefix: String
    var rank: Int64 = 0
    var entries = SortedChunks<Leaf>()
    var ghosts = 0
    var shownGhosts = 0
    /// How a person left it, if somebody has touched it.
    var fold: Bool?
    /// How it is found, told when somebody asks for it.
    fileprivate(set) var isOpen = true

    /// How many entries there are.
    var presentCount: Int { entries.count - ghosts }
    /// How many of them are not out of sight.
    var shownCount: Int { entries.weight - shownGhosts }
  }

  private enum Item: SortedElement {
    case entry(Leaf)
    case group(Group)

    var sortKey: String {
      switch self {
      case .entry(let entry): entry.key
      case .group(let group): group.prefix
      }
    }

    var rank: Int64 {
      switch self {
      case .entry(let entry): entry.rank
      case .group(let group): group.rank
      }
    }

    var weight: Int { weight(opensGroups: true) }
    var foldedWeight: Int { weight(opensGroups: false) }

    private func weight(opensGroups: Bool) -> Int {
      switch self {
      case .entry(let entry): return entry.weight
      case .group(let group):
        guard group.entries.weight > 0 else { return 0 }
        return group.fold ?? opensGroups ? 1 + group.entries.weight : 1
      }
    }
  }

  /// What a group, or the state, holds.
  private struct Totals {
    var entries = 0
    var shown = 0
    var shownGhosts = 0
    var deadGroups = 0

    init() {}

    init(_ group: Group) {
      entries = group.entries.count
      shown = group.entries.weight
      shownGhosts = group.shownGhosts
      deadGroups = group.presentCount == 0 ? 1 : 0
    }

    /// Follows a part that was this and is that now.
    mutating func replace(_ old: Totals = Totals(), by new: Totals) {
      entries += new.entries - old.entries
      shown += new.shown - old.shown
      shownGhosts += new.shownGhosts - old.shownGhosts
      deadGroups += new.deadGroups - old.deadGroups
    }
  }

  private var items = SortedChunks<Item>()
  /// Entries that were removed and are still shown.
  private var ghosts: Set<StateKey> = []
  /// Keys that are kept whether they have a value or not, by group.
  private var held: [StateKey: Set<StateKey>] = [:]
  /// How a person left each group.
  private(set) var folds = TreeFolds()
  /// Whether a group is open that nobody has touched, before anybody has said so for all.
  private var opensByItself = true
  /// A number that is another one whenever rows may have come, gone or changed places, folds apart.
  private(set) var version = 0
  /// Which entries are shown; `nil` if all are.
  private(set) var filter: TreeFilter?
  private(set) var sort = TreeSort.name
  private var ranks = TreeRanks()
  private var groupTotal = 0
  private var totals = Totals()

  /// How many entries there are.
  var entryCount: Int { totals.entries - ghosts.count }
  /// How many of them are out of sight.
  var hiddenCount: Int { entryCount - (totals.shown - totals.shownGhosts) }
  /// How many groups have an entry that is present.
  var groupCount: Int { groupTotal - totals.deadGroups }
  var rowCount: Int { items.weight }
  /// Whether there is no entry at all, in sight or out of it.
  var isEmpty: Bool { items.isEmpty }

  // MARK: Asking

  /// Whether a key has a value.
  func isPresent(_ key: String) -> Bool { !isGhost(key) && entry(key) != nil }

  /// Whether an entry was removed and is still shown.
  func isGhost(_ key: String) -> Bool { ghosts.contains(StateKey(key)) }

  /// The entries that were removed and are still shown.
  var ghostKeys: some Collection<StateKey> { ghosts }

  /// Whether a row is kept out of sight by the filter, rather than by a fold or by not being there.
  func isHidden(_ row: TreeRow) -> Bool {
    switch row {
    case .group(let prefix): group(prefix)?.entries.weight == 0
    case .entry(let key): entry(key)?.isShown == false
    }
  }

  private func entry(_ key: String) -> Leaf? {
    if let prefix = KeyParts.prefix(of: key) {
      return group(prefix)?.entries[key, rank(ofEntry: key)]
    }
    guard case .entry(let entry)? = items[key, rank(ofEntry: key)] else { return nil }
    return entry
  }

  func group(_ prefix: String) -> Group? {
    guard case .group(let group)? = items[prefix, rank(ofGroup: prefix)] else { return nil }
    return told(group)
  }

  /// A group as it is found: open or folded.
  private func told(_ group: Group) -> Group {
    var group = group
    group.isOpen = group.fold ?? opensGroups
    return group
  }

  func row(at position: Int) -> TreeRow? {
    guard let (item, inner) = items.element(atRow: position) else { return nil }
    switch item {
    case .entry(let entry): return .entry(entry.key)
    case .group(let group):
      guard inner > 0 else { return .group(group.prefix) }
      return group.entries.element(atRow: inner - 1).map { .entry($0.element.key) }
    }
  }

  /// Where a row is; `nil` if it is not there, out of sight, or inside a folded group.
  func position(of row: TreeRow) -> Int? {
    guard isThere(row), !isHidden(row) else { return nil }
    if case .entry(let key) = row, let prefix = KeyParts.prefix(of: key),
      group(prefix)?.isOpen != true
    {
      return nil
    }
    return nearestPosition(of: row)
  }

  /// Whether a row has a place in the order, in sight or not.
  func isThere(_ row: TreeRow) -> Bool {
    switch row {
    case .group(let prefix): group(prefix) != nil
    case .entry(let key): entry(key) != nil
    }
  }

  /// Where a row is or, if it has gone, where it would be.
  func nearestPosition(of row: TreeRow) -> Int {
    switch row {
    case .group(let prefix): return items.rows(before: prefix, rank: rank(ofGroup: prefix))
    case .entry(let key):
      guard let prefix = KeyParts.prefix(of: key) else {
        return items.rows(before: key, rank: rank(ofEntry: key))
      }
      let start = items.rows(before: prefix, rank: rank(ofGroup: prefix))
      guard let group = group(prefix), group.isOpen, group.entries.weight > 0 else {
        return start
      }
      return start + 1 + group.entries.rows(before: key, rank: rank(ofEntry: key))
    }
  }

  /// The groups that have something to show and the keys without a dot that are shown, each in order.
  var shownPlaces: (groups: [Group], alone: [String]) {
    var (groups, alone): ([Group], [String]) = ([], [])
    for item in items.elements {
      switch item {
      case .group(let group): if group.entries.weight > 0 { groups.append(told(group)) }
      case .entry(let entry): if entry.isShown { alone.append(entry.key) }
      }
    }
    return (groups, alone)
  }

  /// How many entries are shown before one in its group, open or closed; `nil` if it is not there or not shown.
  func positionInGroup(of key: String) -> Int? {
    guard let prefix = KeyParts.prefix(of: key), let group = group(prefix),
      entry(key)?.isShown == true
    else { return nil }
    return group.entries.rows(before: key, rank: rank(ofEntry: key))
  }

  var groups: [Group] {
    items.elements.compactMap { if case .group(let group) = $0 { told(group) } else { nil } }
  }

  // MARK: Entries come and go

  /// Adds entries; one that had been removed and is still shown is there again.
  ///
  /// - Complexity: O(*m* log *n*) for *m* entries, and little each for a whole state.
  mutating func insert(_ keys: some Sequence<String>) {
    if !ghosts.isEmpty { for key in keys where isGhost(key) { revive(key) } }
    let (groups, alone) = newcomers(Array(keys))
    guard !groups.isEmpty || !alone.isEmpty else { return }
    version += 1
    insert(alone: alone.inOrder())
    var new: [Item] = []
    for (prefix, entries) in groups {
      let entries = entries.inOrder(sharing: prefix.text.utf8.count)
      let rank = rank(ofGroup: prefix.text)
      if items.contains(prefix.text, rank: rank) {
        inGroup(prefix.text) { $0.entries.insert(sorted: entries) }
      } else {
        // Made whole before it is put in, so that no place is looked for twice.
        var group = Group(prefix: prefix.text, rank: rank, fold: folds.groups[prefix])
        group.entries.insert(sorted: entries)
        totals.replace(by: Totals(group))
        new.append(.group(group))
      }
    }
    groupTotal += new.count
    items.insert(sorted: new.inOrder())
  }

  /// What is added, by group and in no order.
  ///
  /// Keys come in any order, so the groups are counted first and each is gathered at once: a list that grows for each of
  /// them is moved again and again, and is far away in memory each time.
  private func newcomers(
    _ keys: [String]
  ) -> (groups: [(prefix: StateKey, entries: [Leaf])], alone: [Leaf]) {
    var (prefixes, counts, alone) = ([StateKey](), [Int](), [Leaf]())
    var places: [StateKey: Int] = [:]
    let groupOfKey = keys.map { key -> Int in
      guard let prefix = KeyParts.prefix(of: key).map(StateKey.init) else {
        alone.append(leaf(key))
        return -1
      }
      let place = places[prefix] ?? prefixes.count
      if place == prefixes.count {
        places[prefix] = place
        prefixes.append(prefix)
        counts.append(0)
      }
      counts[place] += 1
      return place
    }
    var ends = counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    var order = [Int](repeating: 0, count: ends.removeLast())
    for (number, group) in groupOfKey.enumerated() where group >= 0 {
      order[ends[group]] = number
      ends[group] += 1
    }
    let groups = zip(prefixes, zip(counts, ends)).map { prefix, part in
      (prefix, order[part.1 - part.0..<part.1].map { leaf(keys[$0]) })
    }
    return (groups, alone)
  }

  private func leaf(_ key: String) -> Leaf {
    Leaf(key: key, rank: rank(ofEntry: key), isShown: shows(key))
  }

  private mutating func insert(alone: [Leaf]) {
    let (count, weight) = (items.count, items.weight)
    items.insert(sorted: alone.map(Item.entry))
    totals.entries += items.count - count
    totals.shown += items.weight - weight
  }

  /// Marks entries as gone; they stay to be seen until they are forgotten.
  mutating func remove(_ keys: some Sequence<String>) {
    for key in keys where isPresent(key) {
      ghosts.insert(StateKey(key))
      countGhost(key, 1)
    }
  }

  private mutating func revive(_ key: String) {
    ghosts.remove(StateKey(key))
    countGhost(key, -1)
  }

  private mutating func countGhost(_ key: String, _ step: Int) {
    let shownStep = shows(key) ? step : 0
    guard let prefix = KeyParts.prefix(of: key) else {
      totals.shownGhosts += shownStep
      return
    }
    inGroup(prefix) { group in
      group.ghosts += step
      group.shownGhosts += shownStep
    }
  }

  /// Takes off the screen entries that were removed, and groups that thereby have none left.
  mutating func forget(_ keys: some Sequence<String>) {
    var byGroup: [StateKey: Set<StateKey>] = [:]
    var alone: Set<StateKey> = []
    for key in keys where isGhost(key) && !isHeld(key) {
      revive(key)
      if let prefix = KeyParts.prefix(of: key) {
        byGroup[StateKey(prefix), default: []].insert(StateKey(key))
      } else {
        alone.insert(StateKey(key))
      }
    }
    guard !byGroup.isEmpty || !alone.isEmpty else { return }
    version += 1
    let (weight, old) = (items.weight, entryRanks(of: alone))
    items.remove(alone) { old[StateKey($0)] ?? 0 }
    totals.entries -= alone.count
    totals.shown -= weight - items.weight
    for key in alone { ranks.entries[key] = nil }
    for (prefix, keys) in byGroup { forget(keys, in: prefix.text) }
  }

  private mutating func forget(_ keys: Set<StateKey>, in prefix: String) {
    let old = entryRanks(of: keys)
    inGroup(prefix) { group in
      group.entries.remove(keys) { old[StateKey($0)] ?? 0 }
    }
    for key in keys { ranks.entries[key] = nil }
    guard let group = group(prefix), group.entries.isEmpty else { return }
    items.remove(prefix, rank: group.rank)
    groupTotal -= 1
    totals.deadGroups -= 1
    ranks.groups[StateKey(prefix)] = nil
  }

  /// Changes one group and keeps the totals in step.
  private mutating func inGroup(_ prefix: String, _ body: (inout Group) -> Void) {
    let change = items.modify(prefix, rank: rank(ofGroup: prefix)) { Self.change(&$0, body) }
    if let change { totals.replace(change.old, by: change.new) }
  }

  private static func change(
    _ item: inout Item,
    _ body: (inout Group) -> Void
  ) -> (old: Totals, new: Totals) {
    guard case .group(var group) = item else { return (Totals(), Totals()) }
    let old = Totals(group)
    // Let go of the stored copy, so that the group is changed in place.
    item = .entry(Leaf(key: group.prefix, rank: group.rank))
    body(&group)
    defer { item = .group(group) }
    return (old, Totals(group))
  }

  // MARK: Keys that are kept

  private static func block(of key: String) -> StateKey {
    StateKey(KeyParts.prefix(of: key) ?? "")
  }

  /// Whether a key is kept, with or without a value.
  func isHeld(_ key: String) -> Bool {
    !held.isEmpty && held[Self.block(of: key)]?.contains(StateKey(key)) == true
  }

  /// Keeps a key: it has a row whether it has a value or not.
  mutating func hold(_ key: String) {
    held[Self.block(of: key), default: []].insert(StateKey(key))
    guard entry(key) == nil else { return }
    insert([key])
    remove([key])
  }

  /// Keeps a key no longer; if it has no value, its row goes.
  mutating func release(_ key: String) {
    held[Self.block(of: key)]?.remove(StateKey(key))
    forget([key])
  }

  /// How many keys in a group are kept that have no value.
  func vacancyCount(in prefix: String) -> Int {
    held[StateKey(prefix)]?.count { isGhost($0.text) } ?? 0
  }

  var heldKeys: [String] { StateKey.sorted(held.values.joined().map(\.text)) }

  // MARK: Folds

  /// Whether a group that nobody has touched is open.
  var opensGroups: Bool { folds.all ?? opensByItself }

  /// Decides how groups are found until a person says how.
  mutating func setOpensGroups(_ opens: Bool) {
    opensByItself = opens
    items.isFolded = !opensGroups
  }

  /// Folds or unfolds one group.
  mutating func setOpen(_ isOpen: Bool, _ prefix: String) {
    folds.groups[StateKey(prefix)] = isOpen
    inGroup(prefix) { $0.fold = isOpen }
  }

  /// Folds or unfolds all groups, also those to come.
  ///
  /// - Complexity: O(*m* log *n*) for *m* groups that somebody had touched.
  mutating func setAllOpen(_ isOpen: Bool) { setFolds(TreeFolds(all: isOpen)) }

  /// Folds and unfolds groups as a person left them, also those to come.
  ///
  /// - Complexity: O(*m* log *n*) for *m* groups that somebody has touched, or had.
  mutating func setFolds(_ folds: TreeFolds) {
    let old = self.folds.groups
    self.folds = folds
    items.isFolded = !opensGroups
    for prefix in old.keys where folds.groups[prefix] == nil {
      inGroup(prefix.text) { $0.fold = nil }
    }
    for (prefix, isOpen) in folds.groups where old[prefix] != isOpen {
      inGroup(prefix.text) { $0.fold = isOpen }
    }
  }
}

// MARK: - Walking

/// Where an entry is in the order of the state, for as long as the order is not changed.
struct EntryPlace: Hashable, Comparable, Sendable {
  static let start = EntryPlace(.start, .start)
  /// Behind all entries.
  static let end = EntryPlace(bits: .max)

  /// A number, because a search in a large state keeps very many.
  private let bits: UInt64

  private init(bits: UInt64) { self.bits = bits }

  /// An entry without a dot is at the start of its place.
  fileprivate init(_ item: SortedPlace, _ inner: SortedPlace = .start) {
    bits = UInt64(item.bits) << 32 | UInt64(inner.bits)
  }

  fileprivate var item: SortedPlace { SortedPlace(bits: UInt32(bits >> 32)) }
  fileprivate var inner: SortedPlace { SortedPlace(bits: UInt32(truncatingIfNeeded: bits)) }

  /// The place behind, of another entry or of none.
  var next: EntryPlace { EntryPlace(bits: bits + 1) }

  static func < (left: EntryPlace, right: EntryPlace) -> Bool { left.bits < right.bits }
}

extension EntryIndex {
  /// How many entries are shown, open or folded, ghosts among them.
  var shownCount: Int { totals.shown }

  /// Where a row is, or where it would be: the place of an entry, or of the first in a group.
  ///
  /// - Complexity: O(log *n*).
  func place(of row: TreeRow) -> EntryPlace {
    switch row {
    case .group(let prefix): return EntryPlace(items.place(prefix, rank: rank(ofGroup: prefix)))
    case .entry(let key):
      guard let prefix = KeyParts.prefix(of: key) else {
        return EntryPlace(items.place(key, rank: rank(ofEntry: key)))
      }
      let item = items.place(prefix, rank: rank(ofGroup: prefix))
      guard let group = group(prefix) else { return EntryPlace(item) }
      return EntryPlace(item, group.entries.place(key, rank: rank(ofEntry: key)))
    }
  }

  /// The key of the entry at a place.
  func key(at place: EntryPlace) -> String? {
    switch items[place.item] {
    case .entry(let entry)?: entry.key
    case .group(let group)?: group.entries[place.inner]?.key
    case nil: nil
    }
  }

  /// Walks over all entries from a place on, also those out of sight, as long as it is told to go on.
  ///
  /// - Returns: The place at which it was told not to, or nothing at the end.
  func walk(from start: EntryPlace, _ body: (EntryPlace, Leaf) -> Bool) -> EntryPlace? {
    var (inner, stop) = (start.inner, EntryPlace?.none)
    _ = items.walk(from: start.item) { place, item in
      switch item {
      case .entry(let entry):
        if inner == .start, !body(EntryPlace(place), entry) { stop = EntryPlace(place) }
      case .group(let group):
        let rest = group.entries.walk(from: inner) { body(EntryPlace(place, $0), $1) }
        stop = rest.map { EntryPlace(place, $0) }
      }
      inner = .start
      return stop == nil
    }
    return stop
  }
}

/// The keys of an index as it was, one after the other: all of them, also those out of sight.
struct EntryKeys: IteratorProtocol, Sendable {
  private let index: EntryIndex
  private var place: EntryPlace? = .start

  init(_ index: EntryIndex) { self.index = index }

  mutating func next() -> String? {
    guard let start = place else { return nil }
    var key: String?
    place = index.walk(from: start) { _, entry in
      guard key == nil else { return false }
      key = entry.key
      return true
    }
    return key
  }
}

// MARK: - The filter

extension EntryIndex {
  private func shows(_ key: String) -> Bool { filter?.shows(key) ?? true }

  /// Shows only some entries, also of those to come, or all.
  ///
  /// - Complexity: O(*n*) in all entries; entries that come later cost no more than without a filter.
  mutating func setFilter(_ filter: TreeFilter?) {
    guard filter != self.filter else { return }
    version += 1
    self.filter = filter
    var (new, ghostsByGroup) = (Totals(), [StateKey: Int]())
    for ghost in ghosts where shows(ghost.text) {
      if let prefix = KeyParts.prefix(of: ghost.text) {
        ghostsByGroup[StateKey(prefix), default: 0] += 1
      } else {
        new.shownGhosts += 1
      }
    }
    items.modifyAll { item in
      switch item {
      case .entry(var entry):
        entry.isShown = filter?.shows(entry.key) ?? true
        item = .entry(entry)
        new.entries += 1
        new.shown += entry.weight
      case .group(var group):
        group.entries.modifyAll { $0.isShown = filter?.shows($0.key) ?? true }
        group.shownGhosts = ghostsByGroup[StateKey(group.prefix)] ?? 0
        item = .group(group)
        new.replace(by: Totals(group))
      }
    }
    totals = new
  }
}

extension EntryIndex {
  /// Shows one more entry of a group, under a filter that differs from the last one in that alone.
  ///
  /// - Complexity: O(log *n*).
  mutating func show(_ key: String, under filter: TreeFilter) {
    self.filter = filter
    guard let prefix = KeyParts.prefix(of: key), entry(key)?.isShown == false else { return }
    version += 1
    let (rank, isGhost) = (rank(ofEntry: key), isGhost(key))
    inGroup(prefix) { group in
      _ = group.entries.modify(key, rank: rank) { $0.isShown = true }
      if isGhost { group.shownGhosts += 1 }
    }
  }
}

// MARK: - The order

/// Where entries and groups stand in an order that is not that of their names; the lowest rank comes first.
struct TreeRanks: Sendable {
  /// Ranks that are not zero, by key.
  var entries: [StateKey: Int64] = [:]
  /// Ranks that are not zero, by prefix; an entry may be spelt as its group.
  var groups: [StateKey: Int64] = [:]
}

extension EntryIndex {
  private func rank(ofEntry key: String) -> Int64 {
    sort == .name ? 0 : ranks.entries[StateKey(key)] ?? 0
  }

  private func rank(ofGroup prefix: String) -> Int64 {
    sort == .name ? 0 : ranks.groups[StateKey(prefix)] ?? 0
  }

  /// The ranks of a few entries, for when the state itself is being changed.
  private func entryRanks(of keys: some Collection<StateKey>) -> [StateKey: Int64] {
    guard sort != .name else { return [:] }
    return Dictionary(keys.lazy.map { ($0, rank(ofEntry: $0.text)) }) { $1 }
  }

  private mutating func keep(rank: Int64, ofEntry key: StateKey) {
    ranks.entries[key] = rank == 0 ? nil : rank
  }

  /// The entries that have a rank of their own.
  var rankedEntries: some Collection<StateKey> { ranks.entries.keys }

  /// Orders the state by something else.
  ///
  /// - Complexity: O(*n* log *n*) in all entries.
  mutating func setSort(_ sort: TreeSort, _ ranks: TreeRanks = TreeRanks()) {
    version += 1
    self.sort = sort
    self.ranks = TreeRanks(
      entries: ranks.entries.filter { $0.value != 0 },
      groups: ranks.groups.filter { $0.value != 0 }
    )
    items.reorder { item in
      switch item {
      case .entry(var entry):
        entry.rank = ranks.entries[StateKey(entry.key)] ?? 0
        return .entry(entry)
      case .group(var group):
        group.rank = ranks.groups[StateKey(group.prefix)] ?? 0
        group.entries.reorder { entry in
          var entry = entry
          entry.rank = ranks.entries[StateKey(entry.key)] ?? 0
          return entry
        }
        return .group(group)
      }
    }
  }

  /// Gives some entries and groups other places; of those that are not there nothing is kept.
  ///
  /// - Complexity: O(*m* log *n*) for *m* that are named.
  mutating func rerank(_ new: TreeRanks) {
    guard sort != .name else { return }
    version += 1
    var byGroup: [StateKey: [StateKey: Int64]] = [:]
    for (key, rank) in new.entries where self.rank(ofEntry: key.text) != rank {
      if let prefix = KeyParts.prefix(of: key.text) {
        byGroup[StateKey(prefix), default: [:]][key] = rank
      } else if case .entry(var entry)? = items.remove(key.text, rank: self.rank(ofEntry: key.text))
      {
        entry.rank = rank
        keep(rank: rank, ofEntry: key)
        items.insert(.entry(entry))
      }
    }
    for (prefix, entries) in byGroup { rerank(entries, in: prefix.text) }
    for (prefix, rank) in new.groups where self.rank(ofGroup: prefix.text) != rank {
      guard
        case .group(var group)? = items.remove(
          prefix.text,
          rank: self.rank(ofGroup: prefix.text)
        )
      else { continue }
      group.rank = rank
      ranks.groups[prefix] = rank
      items.insert(.group(group))
    }
  }

  private mutating func rerank(_ new: [StateKey: Int64], in prefix: String) {
    let old = entryRanks(of: new.keys)
    var moved: [Leaf] = []
    inGroup(prefix) { group in
      for (key, rank) in new {
        guard var entry = group.entries[key.text, old[key] ?? 0] else { continue }
        entry.rank = rank
        moved.append(entry)
      }
      group.entries.remove(Set(moved.map { StateKey($0.key) })) { old[StateKey($0)] ?? 0 }
      group.entries.insert(sorted: moved.sorted { $0.precedes($1) })
    }
    for entry in moved { keep(rank: entry.rank, ofEntry: StateKey(entry.key)) }
  }
}
