/// What a person looks for, and what they keep out of sight.
struct FindState: Sendable {
  /// What is being typed of a filter, if one is.
  var filter: FilterDraft?
  /// The search under way.
  var hunt: SearchRun?
  /// Where the search was when it last found something: which of how many.
  var rank: Int?
  /// A step that waits for values to be looked at.
  var waiting: Jump?
  /// When the next values are looked at.
  var nextLook: Duration?
  /// How the town was folded when the search began, to go back to.
  var folds: TreeFolds?

  /// A step from one found house to the next.
  struct Jump: Sendable {
    var row: TreeRow?
    var forward: Bool
    var including: Bool
  }

  /// A filter while it is typed, and what it replaces.
  struct FilterDraft: Sendable {
    var text: String
    let before: TreeFilter?
    let origin: TreeRow?
  }

  /// Forgets the search.
  mutating func endHunt() {
    (hunt, rank, waiting, nextLook, folds) = (nil, nil, nil, nil, nil)
  }
}
