import SharedState

/// What an entry held at one moment, kept to be looked at beside what is there now.
struct KeptSnapshot: Sendable {
  /// How the snapshot came to be kept.
  enum Source: Hashable, Sendable {
    /// A person froze it.
    case snapshot
    /// It was fetched from the past; this is the number of its step.
    case past(Int)
  }

  /// The number of the snapshot in this session.
  let id: Int
  let key: String
  /// When it was so; `nil` for what was there when we came.
  let at: Moment?
  /// What was there; `nil` if it had no value.
  let entry: StateEntry?
  let source: Source

  /// What the snapshot is called: `snapshot 12:03:58`.
  var title: String {
    let noun = source == .snapshot ? "snapshot" : "past"
    return "\(noun) \(at?.clockText ?? "before you came")"
  }
}

/// The snapshots of all entries, and which of them stand beside the live ones.
struct SnapshotList: Sendable {
  /// So many snapshots are kept; each is a value that is kept anyway, so only what has changed since takes room.
  static let most = 1000

  /// All snapshots, in the order in which they were kept.
  private(set) var all: [KeptSnapshot] = []
  private var beside: [StateKey: Int] = [:]
  private var nextID = 0

  var isFull: Bool { all.count >= Self.most }

  /// The snapshots of an entry, in the order in which they were kept.
  func snapshots(of key: String) -> [KeptSnapshot] {
    // Most entries have none, and are asked for on each frame.
    guard beside[StateKey(key)] != nil else { return [] }
    return all.filter { $0.key.isSame(as: key) }
  }

  /// The snapshot that stands beside an entry.
  func snapshot(beside key: String) -> KeptSnapshot? {
    guard let id = beside[StateKey(key)] else { return nil }
    return snapshot(id)
  }

  func snapshot(_ id: Int) -> KeptSnapshot? { all.first { $0.id == id } }

  /// Keeps a snapshot, and has it stand beside the entry.
  mutating func keep(
    _ key: String,
    _ entry: StateEntry?,
    at: Moment?,
    _ source: KeptSnapshot.Source
  ) {
    if case .past = source,
      let known = all.first(where: {
        $0.source == source && $0.key.isSame(as: key)
      })
    {
      return show(known)
    }
    nextID += 1
    all.append(KeptSnapshot(id: nextID, key: key, at: at, entry: entry, source: source))
    beside[StateKey(key)] = nextID
  }

  mutating func show(_ snapshot: KeptSnapshot) {
    beside[StateKey(snapshot.key)] = snapshot.id
  }

  /// Lets go of the snapshot beside an entry; the one before it takes its place.
  mutating func drop(beside key: String) {
    let own = snapshots(of: key)
    guard let place = own.firstIndex(where: { $0.id == beside[StateKey(key)] }) else { return }
    all.removeAll { $0.id == own[place].id }
    let heir = place > 0 ? own[place - 1] : own.dropFirst().first
    beside[StateKey(key)] = heir?.id
  }

  /// Has another snapshot of the entry stand beside it; says whether there is one.
  mutating func step(_ key: String, by step: Int) -> Bool {
    let own = snapshots(of: key)
    guard let place = own.firstIndex(where: { $0.id == beside[StateKey(key)] }),
      own.indices.contains(place + step)
    else { return false }
    show(own[place + step])
    return true
  }
}
