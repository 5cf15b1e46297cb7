import SharedState
import StateInspection

extension LinkSearch {
  /// Begins a search in what the dashboard knows.
  init(_ aim: Aim, in known: KnownState) {
    self.init(aim, in: known.state) { prefix in
      known.index.group(prefix).map { KeyRun(count: $0.entries.count, SortedKeys($0.entries)) }
        ?? KeyRun([])
    }
  }

  /// Has entries that may point there now, or not any more, looked into again.
  mutating func follow(_ change: KnownChange) {
    let again = change.touched.filter { concerns($0.key, isNews: $0.kind != .changed) }
    lookAgain(at: again.map(\.key))
  }
}
