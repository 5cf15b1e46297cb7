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
  private(set) var visits: [KeptSnapshot] = []
  private var beside: [ExactText: Int] = [:]
  private var nextID = 0

  var isFull: Bool { visits.count >= Self.most }

  /// The snapshots of an entry, in the order in which they were kept.
  func visits(of key: String) -> [KeptSnapshot] {
    // Most entries have none, and are asked for on each frame.
    guard beside[ExactText(key)] != nil else { return [] }
    return visits.filter { ExactText($0.key) == ExactText(key) }
  }

  /// The snapshot that stands beside an entry.
  func visit(beside key: String) -> KeptSnapshot? {
    guard let id = beside[ExactText(key)] else { return nil }
    return visit(id)
  }

  func visit(_ id: Int) -> KeptSnapshot? { visits.first { $0.id == id } }

  /// Keeps a snapshot, and has it stand beside the entry.
  mutating func keep(
    _ key: String,
    _ entry: StateEntry?,
    at: Moment?,
    _ source: KeptSnapshot.Source
  ) {
    if case .past = source,
      let known = visits.first(where: {
        $0.source == source && ExactText($0.key) == ExactText(key)
      })
    {
      return show(known)
    }
    nextID += 1
    visits.append(KeptSnapshot(id: nextID, key: key, at: at, entry: entry, source: source))
    beside[ExactText(key)] = nextID
  }

  mutating func show(_ visit: KeptSnapshot) { beside[ExactText(visit.key)] = visit.id }

  /// Lets go of the snapshot beside an entry; the one before it takes its place.
  mutating func drop(beside key: String) {
    let all = visits(of: key)
    guard let place = all.firstIndex(where: { $0.id == beside[ExactText(key)] }) else { return }
    visits.removeAll { $0.id == all[place].id }
    let heir = place > 0 ? all[place - 1] : all.dropFirst().first
    beside[ExactText(key)] = heir?.id
  }

  /// Has another snapshot of the entry stand beside it; says whether there is one.
  mutating func step(_ key: String, by step: Int) -> Bool {
    let all = visits(of: key)
    guard let place = all.firstIndex(where: { $0.id == beside[ExactText(key)] }),
      all.indices.contains(place + step)
    else { return false }
    show(all[place + step])
    return true
  }
}
