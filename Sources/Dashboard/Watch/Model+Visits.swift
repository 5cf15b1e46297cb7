import ScreenKit
import SharedState
import TextScreen

/// Visits: what lived somewhere at one moment, beside what lives there now.
extension Model {
  var reasonNotToVisit: String? {
    guard currentKey != nil else { return known.words(.chooseHouse) }
    let most = Phrases.grouped(SnapshotList.most)
    return watch.book.isFull
      ? known.words("\(most) \(many: .visit) are kept; \(key(for: .dropSnapshot)) drops one") : nil
  }

  func reasonNotToLeaf(_ command: WatchCommand) -> String? {
    guard let house = currentKey, let standing = watch.book.standing(beside: house) else {
      return known.words(
        "no \(.visit) stands beside this \(.house); \(key(for: .snapshot)) keeps one"
      )
    }
    if command == .olderVisit, standing.number == 1 {
      return known.words("this is the first \(.visit)")
    }
    if command == .newerVisit, standing.number == standing.count {
      return known.words("this is the last \(.visit)")
    }
    return nil
  }

  /// Freezes what is shown of the house under the cursor; the live side runs on beside it.
  mutating func keepVisit() {
    guard let house = currentKey else { return }
    watch.showsPins = false
    watch.book.keep(house, known.state.entry(for: house), at: pictureTime, .snapshot)
    // Where nobody lives there is nothing to see, though the picture is kept.
    if known.state.contains(house) { noteInTour(.visited(ExactText(house))) }
    let count = watch.book.visits(of: house).count
    let which: Phrase =
      count > 1 ? " (\(count) of this \(.house); \(key(for: .olderVisit)) steps back)" : ""
    say("kept beside the live \(.house)\(which); \(key(for: .dropSnapshot)) drops it")
  }

  mutating func dropVisit() {
    guard let house = currentKey, let visit = watch.book.visit(beside: house) else { return }
    watch.book.drop(beside: house)
    say("dropped: \(visit.title)", .muted)
  }

  mutating func stepVisit(by step: Int) {
    guard let house = currentKey else { return }
    _ = watch.book.step(house, by: step)
  }

  mutating func listVisits() {
    let items = watch.book.visits.reversed().map { visit in
      let live = freshest.entry(for: visit.key)
      var label = Line(visit.key, .key)
      label.append("  ")
      return Chooser.Item(
        label: label,
        note: visit.title,
        choice: .visit(visit.id),
        later: { [words = known.words] _ in
          Self.comparison(of: visit.entry, with: live, words)
        }
      )
    }
    chooser = Chooser(known.words("\("Visits", dict: "Snapshots")"), Array(items))
  }

  /// How much differs between a visit and the live house, in words.
  private static func comparison(
    of visit: StateEntry?,
    with live: StateEntry?,
    _ words: Vocabulary
  ) -> Line {
    switch (visit, live) {
    case (nil, nil): return Line(words("still \("nobody", dict: "no value")"), .muted)
    case (nil, _?):
      return Line(words("+ \("somebody lives", dict: "there is a value") here now"), .added)
    case (_?, nil): return Line(words("- \(.nobodyLives) here now"), .removed)
    case (let visit?, let live?):
      let size = max(visit.packed?.bytes.count ?? 0, live.packed?.bytes.count ?? 0)
      if size > ChangeDigest.largestCompared {
        return visit == live ? Line("the same", .muted) : Line("~ differs", .changed)
      }
      let count = ValueDiff(from: visit.value, to: live.value).differences.count
      return count == 0
        ? Line("the same", .muted)
        : Line("~ \(Phrases.count(count, "field differs", "fields differ"))", .changed)
    }
  }

  /// Shows a visit beside its house, also where nobody lives any more.
  mutating func showVisit(_ id: Int) {
    guard let visit = watch.book.visit(id) else { return }
    watch.book.show(visit)
    open(visit.key)
  }

  /// Puts the cursor on a house, or on the address where one was.
  mutating func open(_ house: String) {
    watch.showsPins = false
    visit(house)
  }
}
