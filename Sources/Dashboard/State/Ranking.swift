import TextScreen
import SharedState

/// What an order by change, rate or size is taken from.
///
/// Rows must not jump under the reader: they find new places at most once a second, and only after something has
/// happened.
struct Ranking: Sendable {
  /// The least time between two new orders.
  static let interval = Duration.seconds(1)

  /// Entries that were touched since the last order.
  fileprivate(set) var touched: Set<StateKey> = []
  /// When the order was last made.
  fileprivate(set) var lastAt = Duration.zero
  /// How large each group is, while the order is by size.
  fileprivate var groupBytes: [StateKey: Int] = [:]
}

extension KnownState {
  /// Orders the tree by something else.
  ///
  /// - Complexity: O(*n* log *n*) in all entries; no value is decoded.
  mutating func setSort(_ sort: TreeSort, at uptime: Duration) {
    ranking = Ranking(lastAt: uptime)
    guard sort != .name else { return index.setSort(.name) }
    if sort == .size {
      for (key, entry) in state {
        guard let prefix = KeyParts.prefix(of: key) else { continue }
        ranking.groupBytes[StateKey(prefix), default: 0] += entry.weight
      }
    }
    let groups = index.groups
    var keys = state.keys.map { StateKey($0) }
    keys += index.ghostKeys
    index.setSort(
      sort,
      ranks(of: keys, groups.map { StateKey($0.prefix) }, by: sort, at: uptime)
    )
  }

  /// Gives what was touched its new place, if it is time.
  ///
  /// - Complexity: O(*m* log *n*) for *m* entries that were touched or, by rate, that were busy.
  mutating func rerank(at uptime: Duration) {
    guard let due = nextRerank, uptime >= due else { return }
    var keys = ranking.touched
    // Those that have calmed down since the last order move too.
    if index.sort == .rate { keys.formUnion(index.rankedEntries) }
    let groups = Set(keys.compactMap { KeyParts.prefix(of: $0.text).map { StateKey($0) } })
    index.rerank(ranks(of: keys, groups, by: index.sort, at: uptime))
    (ranking.touched, ranking.lastAt) = ([], uptime)
  }

  /// When the next order is made, if anything asks for one.
  var nextRerank: Duration? { ranking.touched.isEmpty ? nil : ranking.lastAt + Ranking.interval }

  /// Keeps what the next order needs to know of a change.
  mutating func noteForRanking(_ change: KnownChange.Touched, isMuted: Bool) {
    guard index.sort != .name else { return }
    if !isMuted { ranking.touched.insert(StateKey(change.key)) }
    guard index.sort == .size, let prefix = KeyParts.prefix(of: change.key) else { return }
    let growth = (change.new?.weight ?? 0) - (change.old?.weight ?? 0)
    ranking.groupBytes[StateKey(prefix), default: 0] += growth
  }

  /// Keeps what the next order needs to know of entries that are shown as at another moment.
  mutating func noteForRanking(_ key: String, from old: StateEntry?, to new: StateEntry?) {
    let touched = KnownChange.Touched(key: key, kind: .changed, author: .others, old: old, new: new)
    noteForRanking(touched, isMuted: false)
  }

  private func ranks(
    of keys: some Sequence<StateKey>,
    _ groups: some Sequence<StateKey>,
    by sort: TreeSort,
    at uptime: Duration
  ) -> TreeRanks {
    var ranks = TreeRanks()
    for key in keys { ranks.entries[key] = rank(ofEntry: key.text, by: sort, at: uptime) }
    for prefix in groups {
      ranks.groups[prefix] = rank(ofGroup: prefix.text, by: sort, at: uptime)
    }
    return ranks
  }

  private func rank(ofEntry key: String, by sort: TreeSort, at uptime: Duration) -> Int64 {
    switch sort {
    case .name: 0
    case .change: news(of: key).map { -$0.at.uptime.milliseconds } ?? 0
    case .rate: -Int64(news(of: key)?.rate.perSecond(at: uptime) ?? 0)
    case .size: -Int64(entry(for: key)?.weight ?? 0)
    }
  }

  private func rank(ofGroup prefix: String, by sort: TreeSort, at uptime: Duration) -> Int64 {
    switch sort {
    case .name: 0
    case .change: news(ofGroup: prefix).map { -$0.at.uptime.milliseconds } ?? 0
    case .rate: -Int64(news(ofGroup: prefix)?.rate.perSecond(at: uptime) ?? 0)
    case .size: -Int64(ranking.groupBytes[StateKey(prefix)] ?? 0)
    }
  }
}

extension Duration {
  fileprivate var milliseconds: Int64 {
    let (seconds, fraction) = components
    return seconds &* 1000 &+ fraction / 1_000_000_000_000_000
  }
}
