import SharedState

/// Selections that a load has taken away.
///
/// NanoVer's `playback/load` removes all that stands under `selection.`, and writes `simulation.name`, in whatever order and in as
/// many messages as it likes; the molecule follows in a frame. What goes within a short time of that has gone because of it.
struct ClearedSelections: Sendable {
  /// So close together is what one load does.
  private static let window = Duration.seconds(5)
  /// So many are kept.
  private static let most = 1000

  private var gone: [(key: String, value: StateEntry, at: Duration)] = []
  private var loadedAt: Duration?
  /// What can be put back.
  private(set) var entries: [(key: String, value: StateEntry)] = []

  var isEmpty: Bool { entries.isEmpty }

  /// Notes what others changed; tells how many selections a load has taken away, if that is news.
  mutating func note(_ change: KnownChange, at uptime: Duration) -> Int {
    for touched in change.touched where KeyKind.isSelection(touched.key) {
      entries.removeAll { $0.key.isSame(as: touched.key) }
      gone.removeAll { $0.key.isSame(as: touched.key) }
      guard touched.kind == .removed, touched.author == .others, let old = touched.old,
        gone.count < Self.most
      else { continue }
      gone.append((touched.key, old, uptime))
    }
    let isLoad = change.touched.contains {
      $0.key == "simulation.name" || $0.key == "simulation.index"
    }
    return isLoad ? noteLoad(at: uptime) : gather(at: uptime)
  }

  /// Notes that another simulation was loaded; tells how many selections that has taken away.
  mutating func noteLoad(at uptime: Duration) -> Int {
    loadedAt = uptime
    return gather(at: uptime)
  }

  private mutating func gather(at uptime: Duration) -> Int {
    gone.removeAll { uptime - $0.at > Self.window }
    guard let loadedAt, uptime - loadedAt <= Self.window, !gone.isEmpty else { return 0 }
    defer { gone = [] }
    entries += gone.map { ($0.key, $0.value) }
    return gone.count
  }

  /// Takes out what is to be put back.
  mutating func take() -> [(key: String, value: StateEntry)] {
    defer { entries = [] }
    return entries
  }
}
