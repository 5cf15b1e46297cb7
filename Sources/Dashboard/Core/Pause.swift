import SharedState
import ScreenKit

/// What comes in while the picture of the town is held still.
///
/// Nothing is dropped: the newest word on each house waits, and the town as it really is stands beside it for edits.
struct Pause: Sendable {
  /// Since when the picture stands still.
  let since: Moment
  /// The town as it is now, not as it is shown.
  private(set) var newest: StateDictionary
  /// What has happened since, the newest word on each house.
  private(set) var waiting = StateChange()
  /// How many changes have come in since.
  private(set) var count = 0
  /// The houses that this dashboard changed last.
  private var mine: Set<StateKey> = []

  init(since: Moment, shown: StateDictionary) { (self.since, newest) = (since, shown) }

  /// Takes in what would have been shown.
  mutating func take(_ newest: StateDictionary, _ change: StateChange, _ result: KnownChange) {
    self.newest = newest
    waiting.merge(change)
    count += result.touched.count
    for touched in result.touched {
      if touched.author == .you {
        mine.insert(StateKey(touched.key))
      } else {
        mine.remove(StateKey(touched.key))
      }
    }
  }

  /// Who changed a house last.
  func author(of key: String) -> Author { mine.contains(StateKey(key)) ? .you : .others }
}
