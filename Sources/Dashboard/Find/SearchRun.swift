import ScreenKit
import SharedState

/// A search under way: which entries have been looked at, and which of them were found.
///
/// Keys, and the names of those whose ids are in them, are looked at all at once; what is found so comes first. What
/// the rows show of the values is looked at in slices, from the cursor on and around, so that neither a key press nor a
/// picture waits for it and what is nearest is found first.
struct SearchRun: Sendable {
  /// So many values are looked at in one slice, unless they are too large.
  static let sliceEntries = 4_000
  /// So many rows are looked at along with the keys, so that a small state is found at once.
  static let firstEntries = 200
  /// Values of so many bytes together are enough for one slice.
  static let sliceBytes = 1_000_000

  let search: EntrySearch
  /// The version of the state's order, and of what is in it, at which the hunt began.
  let versions: (order: Int, values: Int)
  private let keys: [String]
  private let glyphs: Glyphs
  private let origin: Int
  /// Whether somebody is called so, whose name rows show though no value has it.
  private let isName: Bool
  private var looked = 0
  /// What was found by its key, and what by its value.
  private var (byKey, byValue): (Hits, Hits)

  init(
    _ search: EntrySearch,
    in known: KnownState,
    from row: TreeRow?,
    keys: [String]? = nil,
    glyphs: Glyphs
  ) {
    self.search = search
    self.glyphs = glyphs
    isName = search.place == .keys && !known.people.ids(named: search.words).isEmpty
    versions = (known.index.version, known.version)
    self.keys = keys ?? known.index.shownKeys
    origin = Self.position(of: row, in: self.keys).at
    (byKey, byValue) = (Hits(origin: origin), Hits(origin: origin))
    guard search.place == .keys else { return }
    for place in self.keys.indices where finds(place, known.people) { byKey.add(place) }
    look(in: known, atMost: Self.firstEntries)
  }

  /// The same hunt for something whose key can only be among those that the other found.
  init(_ search: EntrySearch, within wider: SearchRun, in known: KnownState) {
    (self.search, keys, glyphs, origin) = (search, wider.keys, wider.glyphs, wider.origin)
    isName = !known.people.ids(named: search.words).isEmpty
    versions = (wider.versions.order, known.version)
    (byKey, byValue) = (wider.byKey, Hits(origin: wider.origin))
    let narrower = self
    byKey.removeAll { !narrower.finds($0, known.people) }
    look(in: known, atMost: Self.firstEntries)
  }

  var isDone: Bool { looked == keys.count }
  /// How many have been found so far.
  var count: Int { byKey.count + byValue.count }

  /// The keys of the state in order, if that is still the order.
  func keys(of known: KnownState) -> [String]? {
    versions.order == known.index.version ? keys : nil
  }

  /// Whether the state is still as it was when the hunt began.
  func holds(for known: KnownState) -> Bool {
    versions.order == known.index.version && versions.values == known.version
  }

  /// How long what was found is left as it is in a state that goes on changing.
  var rest: Duration { .seconds(1 + keys.count / 100_000) }

  /// Which of all found a row is, from 1.
  func rank(of row: TreeRow?) -> Int? {
    guard case .entry? = row else { return nil }
    let place = Self.position(of: row, in: keys).at
    if byKey.contains(place) { return byKey.firstIndex(from: place) + 1 }
    return byValue.contains(place) ? byKey.count + byValue.firstIndex(from: place) + 1 : nil
  }

  // MARK: Looking

  private func finds(_ place: Int, _ people: People) -> Bool {
    search.words.matches(keys[place])
      || people.reading(ofEntry: keys[place], glyphs).map(search.words.matches) ?? false
  }

  /// Whether a value is found; of what stands in it, a plain search finds only what its row shows.
  private func finds(_ entry: StateEntry, of key: String, _ people: People) -> Bool {
    guard search.place == .keys else { return search.finds(entry) }
    return (isName || search.finds(entry))
      && search.words.matches(Preview.line(key: key, entry: entry, people, glyphs: glyphs).text)
  }

  mutating func look(in known: KnownState, atMost entries: Int = sliceEntries) {
    var (entries, bytes) = (min(entries, keys.count - looked), Self.sliceBytes)
    while entries > 0, bytes > 0 {
      let place = (origin + looked) % keys.count
      if !byKey.contains(place), let entry = known.entry(for: keys[place]) {
        if finds(entry, of: keys[place], known.people) { byValue.add(place) }
        bytes -= entry.weight
      }
      (entries, looked) = (entries - 1, looked + 1)
    }
  }

  // MARK: Going

  /// What was found next to a row.
  struct Found {
    let key: String
    /// Which of all it is, from 1.
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
    let position = Self.position(of: row, in: keys)
    let index = index(from: position, forward: forward, including: including)
    if (0..<count).contains(index) { return .found(found(index)) }
    guard isDone else { return .notYet }
    return count == 0 ? .nothing : .found(found(forward ? 0 : count - 1))
  }

  /// Which of all found is the next: those found by their keys come first, in their order, and then the others.
  private func index(from position: (at: Int, after: Int), forward: Bool, including: Bool) -> Int {
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

  private func found(_ index: Int) -> Found {
    let place = index < byKey.count ? byKey[index] : byValue[index - byKey.count]
    return Found(key: keys[place], rank: index + 1)
  }

  /// Where a row stands among all keys, and the next place after it.
  private static func position(of row: TreeRow?, in keys: [String]) -> (at: Int, after: Int) {
    switch row {
    case .entry(let key)?:
      let at = keys.firstIndex { $0.isSame(as: key) } ?? 0
      return (at, at + 1)
    case .group(let prefix)?:
      let at = keys.firstIndex { $0.begins(with: prefix) } ?? 0
      return (at, at)
    case nil: return (0, 0)
    }
  }
}

/// Places that were found, in order, though they are looked at from an origin on and around.
private struct Hits: Sendable {
  let origin: Int
  private var (after, before): ([Int], [Int]) = ([], [])

  init(origin: Int) { self.origin = origin }

  var count: Int { before.count + after.count }

  subscript(index: Int) -> Int {
    index < before.count ? before[index] : after[index - before.count]
  }

  /// Notes a place behind all that were found on its side of the origin.
  mutating func add(_ place: Int) {
    if place >= origin { after.append(place) } else { before.append(place) }
  }

  mutating func removeAll(where isOver: (Int) -> Bool) {
    after.removeAll(where: isOver)
    before.removeAll(where: isOver)
  }

  /// Which is the first at or behind a place.
  func firstIndex(from wanted: Int) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < wanted { low = middle + 1 } else { high = middle }
    }
    return low
  }

  func contains(_ place: Int) -> Bool {
    let index = firstIndex(from: place)
    return index < count && self[index] == place
  }
}
