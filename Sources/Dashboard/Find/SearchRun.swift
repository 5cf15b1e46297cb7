import ScreenKit
import SharedState

extension SearchedRows {
  /// The rows of the tree.
  static let tree = SearchedRows(pane: .tree, holds: { _ in true }, text: nil)
}

/// A search under way: which entries have been looked at, and which of them were found.
///
/// Everything is looked at in slices, from the cursor on and around: first the keys, and the names of those whose ids
/// are in them, and then what the rows show of the values. So a letter costs as much among a million entries as among a
/// thousand, what is nearest is found first, and neither a key press nor a picture waits for what is far away. What a
/// shorter text was found in is all that a longer one can be found in, as far as that had looked, and it is looked at
/// again in slices too: the first letter may have found everything.
///
/// Places are those of the index as it was when the search began, which this keeps: a list of all keys, made anew for
/// each search, cost more than all looking.
struct SearchRun: Sendable {
  /// What is read at a time: bounded by how much there is, and not by a clock.
  struct Slice: Sendable {
    var entries: Int
    var bytes = 1_000_000

    fileprivate var isSpent: Bool { entries <= 0 || bytes <= 0 }

    fileprivate mutating func spend(_ other: Slice) {
      entries -= other.entries
      bytes -= other.bytes
    }
  }

  /// How much is looked at with a letter, before the picture that answers it, and from then on between two pictures:
  /// about two milliseconds of either.
  struct Pace: Sendable {
    var firstKeys = Slice(entries: 1_000)
    var firstValues = Slice(entries: 200)
    var keys = Slice(entries: 40_000)
    var values = Slice(entries: 4_000)
  }

  let rows: SearchedRows
  private let eye: Eye
  /// The version of the state's order, of its names and of what is in it, at which the hunt began.
  private let versions: (order: Int, names: Int, values: Int)
  private let index: EntryIndex
  private let pace: Pace
  /// The ways over all keys, and over all values: from the cursor to the end, and from the start to the cursor.
  private var keys, values: [Course]
  /// What was found by its key, and what by its value.
  private var (byKey, byValue): (Hits, Hits)
  /// How much has been looked at, counted as slices are.
  private(set) var looks = 0

  init(
    _ search: EntrySearch,
    in known: KnownState,
    from row: TreeRow?,
    glyphs: Glyphs,
    rows: SearchedRows = .tree,
    pace: Pace = Pace()
  ) {
    eye = Eye(search, known.people, glyphs, rows)
    self.rows = rows
    versions = (known.index.version, known.people.version, known.version)
    (index, self.pace) = (known.index, pace)
    let origin = row.map(index.place) ?? .start
    (byKey, byValue) = (Hits(origin: origin), Hits(origin: origin))
    values = Course.around(origin)
    keys = search.place == .keys ? values : []
    lookFirst(in: known)
  }

  /// The same hunt for something whose key can only be among those that the other found, or has not looked at.
  init(_ search: EntrySearch, within wider: SearchRun, in known: KnownState) {
    eye = Eye(search, known.people, wider.eye.glyphs, wider.rows)
    (index, pace, rows) = (wider.index, wider.pace, wider.rows)
    versions = (wider.versions.order, wider.versions.names, known.version)
    let origin = wider.byKey.origin
    (byKey, byValue) = (Hits(origin: origin), Hits(origin: origin))
    values = Course.around(origin)
    if search == wider.search {
      (keys, byKey) = (wider.keys, wider.byKey)
    } else {
      let found = [wider.byKey.after, wider.byKey.before]
      keys = zip(wider.keys, found).map { $0.narrowed(to: $1) }
    }
    lookFirst(in: known)
  }

  var search: EntrySearch { eye.search }
  var isDone: Bool { hasAllKeys && values.allSatisfy(\.isOver) }
  private var hasAllKeys: Bool { keys.allSatisfy(\.isOver) }
  /// How many have been found so far.
  var count: Int { byKey.count + byValue.count }

  /// Whether keys and names are still as they were when the hunt began.
  func keysHold(for known: KnownState) -> Bool {
    versions.order == known.index.version && versions.names == known.people.version
  }

  /// Whether the state is still as it was when the hunt began.
  func holds(for known: KnownState) -> Bool {
    keysHold(for: known) && versions.values == known.version
  }

  /// How long what was found is left as it is in a state that goes on changing.
  var rest: Duration { .seconds(1 + index.shownCount / 100_000) }

  /// Which of all found so far is at a place, from 1.
  func rank(at place: EntryPlace) -> Int? {
    if byKey.contains(place) { return byKey.firstIndex(from: place) + 1 }
    return byValue.contains(place) ? byKey.count + byValue.firstIndex(from: place) + 1 : nil
  }

  /// The keys of all that have been found so far.
  var found: [String] {
    (0..<byKey.count).compactMap { index.key(at: byKey[$0]) }
      + (0..<byValue.count).compactMap { index.key(at: byValue[$0]) }
  }

  /// Whether an entry is among those that have been found so far.
  func hasFound(_ key: String) -> Bool {
    place(of: .entry(key)).map { byKey.contains($0) || byValue.contains($0) } ?? false
  }

  /// Where an entry's row is among all that is looked at.
  func place(of row: TreeRow?) -> EntryPlace? {
    row.flatMap { $0.key != nil && index.isThere($0) ? index.place(of: $0) : nil }
  }

  // MARK: Looking

  /// What is looked at with the letter itself: all of a small state, and in a large one what is near.
  private mutating func lookFirst(in known: KnownState) {
    guard search.place == .keys else { return }
    lookAtKeys(known.people, pace.firstKeys)
    lookAtValues(in: known, pace.firstValues)
  }

  /// Looks at one more slice.
  mutating func look(in known: KnownState) {
    if hasAllKeys {
      lookAtValues(in: known, pace.values)
    } else {
      lookAtKeys(known.people, pace.keys)
    }
  }

  private mutating func lookAtKeys(_ people: People, _ slice: Slice) {
    let (eye, index) = (eye, index)
    var (left, hits) = (slice, Hits(origin: .start))
    // Taken out while they grow, because a copy of what a first letter found costs more than the slice.
    swap(&hits, &byKey)
    for way in keys.indices {
      keys[way].go(in: index, spending: &left) { place, key in
        let look = eye.look(at: key, people)
        if look.finds { hits.add(place) }
        return look.cost
      }
    }
    swap(&hits, &byKey)
    looks += slice.entries - left.entries
  }

  private mutating func lookAtValues(in known: KnownState, _ slice: Slice) {
    let (eye, index, byKey) = (eye, index, byKey)
    var (left, hits) = (slice, Hits(origin: .start))
    swap(&hits, &byValue)
    for way in values.indices {
      // Not before the key has been looked at: what it finds is not found by its value too.
      let limit = keys.isEmpty ? nil : keys[way].first
      values[way].go(in: index, until: limit, spending: &left) { place, key in
        guard !byKey.contains(place), let entry = known.entry(for: key) else { return Eye.glance }
        let look = eye.look(at: entry, of: key, known.meanings)
        if look.finds { hits.add(place) }
        return look.cost
      }
    }
    swap(&hits, &byValue)
    looks += slice.entries - left.entries
  }

  // MARK: Going

  /// What was found next to a row.
  struct Found {
    let key: String
    let place: EntryPlace
    /// Which of all found so far it is, from 1.
    let rank: Int
  }

  /// What a hunt knows of the next entry.
  enum Answer {
    case found(Found)
    case nothing
    /// It may be among those that have not been looked at.
    case notYet
  }

  /// The next entry from a row, around the end of what was found.
  func next(from row: TreeRow?, forward: Bool, including: Bool) -> Answer {
    let position = position(of: row)
    guard hasAllKeys else {
      let start = including ? position.at : position.after
      return nextKey(from: forward ? start : position.at, forward: forward)
    }
    let index = index(from: position, forward: forward, including: including)
    if (0..<count).contains(index) { return found(index) }
    guard isDone else { return .notYet }
    return count == 0 ? .nothing : found(forward ? 0 : count - 1)
  }

  /// The next that was found by its key, if no key that has not been looked at can be nearer: what is found by its value
  /// comes after all of them.
  private func nextKey(from start: EntryPlace, forward: Bool) -> Answer {
    let index = byKey.firstIndex(from: start) - (forward ? 0 : 1)
    guard (0..<byKey.count).contains(index) else { return .notYet }
    let place = byKey[index]
    let between = forward ? start..<place : place..<start
    return keys.allSatisfy { $0.hasLooked(at: between) } ? found(index) : .notYet
  }

  /// Which of all found is the next: those found by their keys come first, in their order, and then the others.
  private func index(
    from position: (at: EntryPlace, after: EntryPlace),
    forward: Bool,
    including: Bool
  ) -> Int {
    let start = including ? position.at : position.after
    let isOnKey = byKey.contains(position.at)
    if byKey.count == 0 || !isOnKey && byValue.contains(position.at) {
      let index =
        forward ? byValue.firstIndex(from: start) : byValue.firstIndex(from: position.at) - 1
      return byKey.count + index
    }
    let index = forward ? byKey.firstIndex(from: start) : byKey.firstIndex(from: position.at) - 1
    // Who stands on none of them goes around among the keys; who is past the last of them, on to the others.
    return (0..<byKey.count).contains(index) || isOnKey ? index : forward ? 0 : byKey.count - 1
  }

  private func found(_ index: Int) -> Answer {
    let place = index < byKey.count ? byKey[index] : byValue[index - byKey.count]
    guard let key = self.index.key(at: place) else { return .nothing }
    return .found(Found(key: key, place: place, rank: index + 1))
  }

  /// Where a row stands among all entries, and from where those after it are looked for.
  private func position(of row: TreeRow?) -> (at: EntryPlace, after: EntryPlace) {
    guard let row else { return (.start, .start) }
    let place = index.place(of: row)
    return (place, row.key != nil && index.isThere(row) ? place.next : place)
  }
}

/// How what is looked at is told from what is looked for.
private struct Eye: Sendable {
  let search: EntrySearch
  let glyphs: Glyphs
  private let rows: SearchedRows
  /// Whether somebody is called so, whose name rows show though no value has it.
  private let isName: Bool

  init(_ search: EntrySearch, _ people: People, _ glyphs: Glyphs, _ rows: SearchedRows) {
    (self.search, self.glyphs, self.rows) = (search, glyphs, rows)
    isName = search.place == .keys && !people.ids(named: search.words).isEmpty
  }

  /// What is passed over costs this much.
  static let glance = SearchRun.Slice(entries: 1, bytes: 0)
  /// To make out who is in a key, or what a row says, takes as long as to look at so many others.
  private static let (readingCost, rowCost) = (4, 8)

  func look(at key: String, _ people: People) -> (finds: Bool, cost: SearchRun.Slice) {
    let bytes = key.utf8.count
    guard rows.holds(key) else { return (false, Self.glance) }
    if search.words.matches(key) { return (true, SearchRun.Slice(entries: 1, bytes: bytes)) }
    guard people.knowsNames else { return (false, SearchRun.Slice(entries: 1, bytes: bytes)) }
    let finds = people.reading(ofEntry: key, glyphs).map(search.words.matches) ?? false
    return (finds, SearchRun.Slice(entries: Self.readingCost, bytes: bytes))
  }

  /// Whether a value is found; of what stands in it, a plain search finds only what its row shows.
  func look(
    at entry: StateEntry,
    of key: String,
    _ meanings: Meanings
  ) -> (finds: Bool, cost: SearchRun.Slice) {
    let bytes = entry.weight
    guard rows.holds(key) else { return (false, Self.glance) }
    guard search.place == .keys else {
      return (search.finds(entry), SearchRun.Slice(entries: 1, bytes: bytes))
    }
    if let text = rows.text {
      let finds = search.words.matches(text(key, entry, glyphs))
      return (finds, SearchRun.Slice(entries: Self.rowCost, bytes: bytes))
    }
    guard isName || search.finds(entry) else {
      return (false, SearchRun.Slice(entries: 1, bytes: bytes))
    }
    let row = Preview.line(key: key, entry: entry, meanings, glyphs: glyphs).text
    return (search.words.matches(row), SearchRun.Slice(entries: Self.rowCost, bytes: bytes))
  }
}

/// A way over entries in their order, as far as it has been gone.
private struct Course: Sendable {
  /// Where a wider search found something: there it is looked first, and nowhere between them.
  private var wider: [ArraySlice<EntryPlace>] = []
  /// From here on nobody has looked.
  private var next: EntryPlace?
  private let end: EntryPlace

  private init(from start: EntryPlace, to end: EntryPlace) {
    (next, self.end) = (start < end ? start : nil, end)
  }

  /// From a place to the end, and from the start to the place.
  static func around(_ origin: EntryPlace) -> [Course] {
    [Course(from: origin, to: .end), Course(from: .start, to: origin)]
  }

  /// The next that is looked at.
  var first: EntryPlace? { wider.first?.first ?? next }
  var isOver: Bool { first == nil }

  /// The same way for a narrower search, which starts again but only at what was found.
  func narrowed(to found: [EntryPlace]) -> Course {
    var course = self
    if !found.isEmpty { course.wider.insert(found[...], at: 0) }
    return course
  }

  func hasLooked(at places: Range<EntryPlace>) -> Bool {
    first.map { places.upperBound <= $0 || end <= places.lowerBound } ?? true
  }

  /// Goes on until a slice is spent or a place is reached; `look` says how much of it a look has cost.
  mutating func go(
    in index: EntryIndex,
    until limit: EntryPlace? = nil,
    spending slice: inout SearchRun.Slice,
    _ look: (EntryPlace, String) -> SearchRun.Slice
  ) {
    while let places = wider.first {
      guard let stop = Self.go(over: places, in: index, &slice, look) else {
        wider.removeFirst()
        continue
      }
      wider[0] = places[stop...]
      return
    }
    guard let start = next else { return }
    let end = min(end, limit ?? end)
    next = index.walk(from: start) { place, entry in
      guard place < end, !slice.isSpent else { return false }
      slice.spend(entry.isShown ? look(place, entry.key) : Eye.glance)
      return true
    }
    if let next, next >= self.end { self.next = nil }
  }

  private static func go(
    over places: ArraySlice<EntryPlace>,
    in index: EntryIndex,
    _ slice: inout SearchRun.Slice,
    _ look: (EntryPlace, String) -> SearchRun.Slice
  ) -> Int? {
    for (number, place) in zip(places.indices, places) {
      guard !slice.isSpent else { return number }
      slice.spend(index.key(at: place).map { look(place, $0) } ?? Eye.glance)
    }
    return nil
  }
}

/// Places that were found, in order, though they are looked at from an origin on and around.
private struct Hits: Sendable {
  let origin: EntryPlace
  private(set) var (after, before): ([EntryPlace], [EntryPlace]) = ([], [])

  init(origin: EntryPlace) { self.origin = origin }

  var count: Int { before.count + after.count }

  subscript(index: Int) -> EntryPlace {
    index < before.count ? before[index] : after[index - before.count]
  }

  /// Notes a place behind all that were found on its side of the origin.
  mutating func add(_ place: EntryPlace) {
    if place >= origin { after.append(place) } else { before.append(place) }
  }

  /// Which is the first at or behind a place.
  func firstIndex(from wanted: EntryPlace) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < wanted { low = middle + 1 } else { high = middle }
    }
    return low
  }

  func contains(_ place: EntryPlace) -> Bool {
    let index = firstIndex(from: place)
    return index < count && self[index] == place
  }
}
