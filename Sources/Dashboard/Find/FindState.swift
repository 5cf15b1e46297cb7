/// What a person looks for, and what they keep out of sight.
struct FindState: Sendable {
  var search: EntrySearch?
  /// Where the cursor was when the search began, to go back to.
  var origin: TreeRow?
  /// The search under way.
  var hunt: SearchRun?
  /// The same search in what the state has become, which takes the place of the other once it has looked at all: what
  /// was found does not dwindle and grow again while a large state goes on changing.
  var renewal: SearchRun?
  /// Where the search was when it last found something.
  var place: EntryPlace?
  /// Which of how many that is, of those found so far.
  var rank: Int? { place.flatMap { hunt?.rank(at: $0) } }
  /// A step that waits for values to be looked at.
  var waiting: Jump?
  /// When the next values are looked at.
  var nextLook: Duration?
  /// When the search under way began.
  var begun = Duration.zero
  /// How the state was folded when the search began, to go back to.
  var folds: TreeFolds?

  /// A step from one found entry to the next.
  struct Jump: Sendable {
    var row: TreeRow?
    var forward: Bool
    var including: Bool
  }

  mutating func endHunt() {
    (hunt, renewal, place, waiting, nextLook, folds) = (nil, nil, nil, nil, nil, nil)
  }
}

/// A filter while it is typed, and what it replaces.
struct FilterLine: Sendable {
  var text: String
  let before: TreeFilter?
  let origin: TreeRow?
}

/// A search while it is typed.
struct SearchLine: Sendable {}
