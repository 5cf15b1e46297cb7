import TextScreen
import SharedState

/// A search under way: which entries have been looked at, and which of them were found.
///
/// Keys are looked at all at once. Values are looked at in slices, from the cursor on and around, so that neither a
/// key press nor a picture waits for them and what is nearest is found first.
struct SearchRun: Sendable {
  /// So many values are looked at in one slice, unless they are too large.
  static let sliceEntries = 4_000
  /// Values of so many bytes together are enough for one slice.
  static let sliceBytes = 1_000_000

  let search: EntrySearch
  /// The version of the state's order, and of what is in it, at which the hunt began.
  let versions: (order: Int, values: Int)
  private let keys: [String]
  private let origin: Int
  private var looked = 0
  /// The places of what was found from the origin on, and of what was found before it.
  private var (after, before): ([Int], [Int]) = ([], [])

  init(_ search: EntrySearch, in known: KnownState, from row: TreeRow?, keys: [String]? = nil) {
    self.search = search
    versions = (known.index.version, known.version)
    self.keys = keys ?? known.index.shownKeys
    origin = Self.position(of: row, in: self.keys).at
    if search.place == .keys { look(in: known, atMost: .max) }
  }

  /// The same hunt for something that can only be where the other was found.
  init(_ search: EntrySearch, within wider: SearchRun) {
    self = SearchRun(copying: wider, search)
    after.removeAll { !search.finds(wider.keys[$0], nil) }
    before.removeAll { !search.finds(wider.keys[$0], nil) }
  }

  private init(copying other: SearchRun, _ search: EntrySearch) {
    self.search = search
    (versions, keys, origin, looked) = (other.versions, other.keys, other.origin, other.looked)
    (after, before) = (other.after, other.before)
  }

  var isDone: Bool { looked == keys.count }
  /// How many have been found so far.
  var count: Int { before.count + after.count }

  /// The keys of the state in order, if that is still the order.
  func keys(of known: KnownState) -> [String]? {
    versions.order == known.index.version ? keys : nil
  }

  /// Whether the state is still as it was when the hunt began, as far as that matters.
  func holds(for known: KnownState) -> Bool {
    versions.order == known.index.version
      && (search.place == .keys || versions.values == known.version)
  }

  // MARK: Looking

  mutating func look(in known: KnownState, atMost entries: Int = sliceEntries) {
    var (entries, bytes) = (min(entries, keys.count - looked), Self.sliceBytes)
    let isByKey = search.place == .keys
    while entries > 0, bytes > 0 {
      let place = (origin + looked) % keys.count
      let entry = isByKey ? nil : known.entry(for: keys[place])
      if search.finds(keys[place], entry) {
        if place >= origin { after.append(place) } else { before.append(place) }
      }
      if let entry { bytes -= entry.weight }
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

  /// The next entry from a row, around the end of the state.
  func next(from row: TreeRow?, forward: Bool, including: Bool) -> Answer {
    let (at, next) = Self.position(of: row, in: keys)
    let index = forward ? firstIndex(from: including ? at : next) : firstIndex(from: at) - 1
    if (0..<count).contains(index) { return .found(found(index)) }
    guard isDone else { return .notYet }
    return count == 0 ? .nothing : .found(found(forward ? 0 : count - 1))
  }

  private func place(_ index: Int) -> Int {
    index < before.count ? before[index] : after[index - before.count]
  }

  private func found(_ index: Int) -> Found { Found(key: keys[place(index)], rank: index + 1) }

  /// Which of those found is the first at or behind a place.
  private func firstIndex(from wanted: Int) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if place(middle) < wanted { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Where a row stands among all keys, and the next place after it.
  private static func position(of row: TreeRow?, in keys: [String]) -> (at: Int, after: Int) {
    switch row {
    case .entry(let key)?:
      let at = keys.firstIndex { ExactText($0) == ExactText(key) } ?? 0
      return (at, at + 1)
    case .group(let prefix)?:
      let at = keys.firstIndex { $0.begins(with: prefix) } ?? 0
      return (at, at)
    case nil: return (0, 0)
    }
  }
}
