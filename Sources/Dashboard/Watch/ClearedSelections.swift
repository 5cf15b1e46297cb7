import SharedState

/// Selections that a load has taken away, while they are offered to be put back.
///
/// NanoVer's `playback/load` removes all that stands under `selection.`, and writes `simulation.name`, in whatever order and in as
/// many messages as it likes; the molecule follows in a frame. What goes within a short time of that has gone because of it.
struct ClearedSelections: Sendable {
  /// So close together is what one load does.
  private static let window = Duration.seconds(5)
  /// So many are kept.
  private static let most = 1000
  /// So long they are offered: later nobody remembers what a key would do.
  private static let offered = Duration.seconds(600)
  /// So long the molecule of a load may take to come.
  private static let delay = Duration.seconds(3)

  private var gone: [StateKey: (value: StateEntry, at: Duration)] = [:]
  private var loadedAt: Duration?
  private var entries: [StateKey: StateEntry] = [:]
  /// When they are offered no more.
  private var end = Duration.zero
  /// The molecule that was there when they went.
  private var version = 0

  /// What is offered.
  func offer(at uptime: Duration) -> [StateKey: StateEntry] { uptime < end ? entries : [:] }

  /// Whether the molecule that was loaded may still be to come.
  func isBeforeMolecule(_ version: Int, at uptime: Duration) -> Bool {
    version == self.version && uptime - (loadedAt ?? uptime) < Self.delay
  }

  /// Notes what others changed; tells how many selections a load has taken away, if that is news.
  mutating func note(_ change: KnownChange, of molecule: Int, at uptime: Duration) -> Int {
    var isLoad = false
    for touched in change.touched {
      isLoad = isLoad || touched.key == "simulation.name" || touched.key == "simulation.index"
      guard KeyKind.isSelection(touched.key) else { continue }
      let key = StateKey(touched.key)
      entries[key] = nil
      gone[key] = nil
      guard touched.kind == .removed, touched.author == .others, let old = touched.old,
        gone.count < Self.most
      else { continue }
      gone[key] = (old, uptime)
    }
    return isLoad ? noteLoad(of: molecule, at: uptime) : gather(of: molecule, at: uptime)
  }

  /// Notes that another simulation was loaded; tells how many selections that has taken away.
  mutating func noteLoad(of molecule: Int, at uptime: Duration) -> Int {
    loadedAt = uptime
    return gather(of: molecule, at: uptime)
  }

  private mutating func gather(of molecule: Int, at uptime: Duration) -> Int {
    guard !gone.isEmpty else { return 0 }
    gone = gone.filter { uptime - $0.value.at <= Self.window }
    guard let loadedAt, uptime - loadedAt <= Self.window, !gone.isEmpty else { return 0 }
    // Those of an earlier load are of a molecule that nobody sees any more.
    if uptime - (end - Self.offered) > Self.window { entries = [:] }
    defer { gone = [:] }
    entries.merge(gone.mapValues(\.value)) { $1 }
    (end, version) = (uptime + Self.offered, molecule)
    return gone.count
  }
}
