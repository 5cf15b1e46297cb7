import SharedState
import StateInspection

/// What the entry that is shown has to do with others.
struct EntryLinks: Sendable {
  /// Entries that point here in one way.
  struct Group: Hashable, Sendable {
    let kind: Link.Kind
    let first: LinkSearch.Found
    let count: Int
  }

  /// No more lines than this are told.
  static let mostLines = 3

  let key: String
  /// What the entry points at.
  var forward: [Link]
  /// What points at the entry, by the way in which it does.
  private(set) var groups: [Group] = []
  private var search: LinkSearch

  init(_ key: String, _ value: StateValue?, in known: KnownState) {
    self.key = key
    forward = Self.forward(key, value)
    search = LinkSearch(.referrers(of: key), in: known)
  }

  static func forward(_ key: String, _ value: StateValue?) -> [Link] {
    value.map { Links.of(key, $0) } ?? Links.ofKey(key)
  }

  /// Whether some entries have not been looked into yet.
  var isSearching: Bool { !search.isOver }
  /// How many lines there are to tell.
  var lineCount: Int { min(Self.mostLines, min(2, forward.count) + groups.count) }

  mutating func follow(_ change: KnownChange) { search.follow(change) }

  mutating func lookOn(in state: StateDictionary) {
    guard search.lookOn(in: state) else { return }
    let byKind = Dictionary(grouping: search.found) { $0.link.kind }
    groups = byKind.compactMap { kind, found in
      let first = found.min { $0.key.precedes($1.key) }
      return first.map { Group(kind: kind, first: $0, count: found.count) }
    }.sorted { $0.kind.backward < $1.kind.backward }
  }
}

/// What following keeps: what the shown entry has to do with others, and a list that is being filled.
struct FollowState: Sendable {
  var entry: EntryLinks?
  var listing: LinkListing?
  var person: PersonView?
  /// When the next slice is looked into; `nil` as soon as there is one.
  var nextLook: Duration?
  /// So much time is left between slices for everything else.
  static let pause = Duration.milliseconds(10)

  /// Whether there are entries left to look into.
  var isSearching: Bool {
    entry?.isSearching == true || listing?.search.isOver == false || person?.search.isOver == false
  }

  /// Has entries that have changed looked into again.
  mutating func follow(_ change: KnownChange) {
    entry?.follow(change)
    person?.search.follow(change)
  }

  /// Turns to the entry that is shown, or looks at it again when it has changed.
  mutating func look(at key: String?, _ value: StateValue?, in known: KnownState, touched: Bool) {
    guard let key else {
      entry = nil
      return
    }
    if let shown = entry, shown.key.isSame(as: key) {
      if touched { entry?.forward = EntryLinks.forward(key, value) }
    } else {
      entry = EntryLinks(key, value, in: known)
    }
  }
}
