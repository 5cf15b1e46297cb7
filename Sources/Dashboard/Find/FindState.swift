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
  var rank: Int? { rowRank ?? place.flatMap { hunt?.rank(at: $0) } }
  /// The same in the order of a pane that has rows of its own.
  var rowRank: Int?
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

  /// So many rows of a pane are looked at for the next that was found, before all that were found are.
  static let nearRows = 2_000
  /// Of so many that were found is said which one the cursor is on.
  static let mostRanked = 2_000

  mutating func endHunt() {
    (hunt, renewal, place, rowRank, waiting, nextLook, folds) = (nil, nil, nil, nil, nil, nil, nil)
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
