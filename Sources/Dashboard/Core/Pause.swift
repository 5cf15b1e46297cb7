import SharedState
import ScreenKit

/// What comes in while the picture of the town is held still.
///
/// Nothing is dropped: the newest word on each house waits, and the town as it really is stands beside it for edits.
struct Pause: Sendable {
  /// Since when the picture stands still.
  let since: Moment
  /// Where in the past of the state that was.
  let origin: PastPlace
  /// The town as it was then.
  let shown: StateDictionary
  /// What of the past is shown; `nil` if it is what there was when the picture stopped.
  var past: PastPicture?
  /// The town as it is now, not as it is shown.
  private(set) var newest: StateDictionary
  /// What has happened since, the newest word on each house.
  private(set) var waiting = StateChange()
  /// How many changes have come in since.
  private(set) var count = 0
  /// The houses that this dashboard changed last.
  private var mine: Set<StateKey> = []

  /// Holds the picture still after so many changes.
  init(since: Moment, after step: Int, shown: StateDictionary) {
    (self.since, self.shown, newest) = (since, shown, shown)
    origin = PastPlace(step: step, at: since)
  }

  /// The moment that the picture shows.
  var moment: Moment { past?.place.at ?? since }

  /// What a title says of it: of something that shows the past, or of what has only stopped.
  func title(_ name: String, showsPast: Bool = true) -> String {
    past != nil && showsPast
      ? "\(name) as of \(moment.clockText)" : "\(name) paused at \(since.clockText)"
  }

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
