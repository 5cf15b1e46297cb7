import Lessons
import ScreenKit
import SharedState

/// Snapshots: what an entry held at one moment, beside what is there now.
extension WatchHost {
  var reasonNotToVisit: String? {
    guard currentKey != nil else { return words(.chooseHouse) }
    let most = Phrases.grouped(SnapshotList.most)
    return watch.book.isFull
      ? words("\(most) \(many: .visit) are kept; \(label(of: .dropSnapshot)) drops one") : nil
  }

  func reasonNotToLeaf(by step: Int = 0) -> String? {
    guard let key = currentKey, let standing = watch.book.standing(beside: key) else {
      return words(
        "no \(.visit) stands beside this \(.house); \(label(of: .snapshot)) keeps one"
      )
    }
    if step < 0, standing.number == 1 { return words("this is the first \(.visit)") }
    let isLast = step > 0 && standing.number == standing.count
    return isLast ? words("this is the last \(.visit)") : nil
  }

  /// Freezes what is shown of the entry under the cursor; the live side runs on beside it.
  mutating func keepVisit() {
    guard let key = currentKey else { return }
    watch.showsPins = false
    watch.book.keep(key, known.state.entry(for: key), at: pictureTime, .snapshot)
    // Without a value there is nothing to see, though the snapshot is kept.
    if known.state.contains(key) { note(.visited(ExactText(key))) }
    let count = watch.book.visits(of: key).count
    let which: Phrase =
      count > 1 ? " (\(count) of this \(.house); \(label(of: .olderVisit)) steps back)" : ""
    say("kept beside the live \(.house)\(which); \(label(of: .dropSnapshot)) drops it")
  }

  mutating func dropVisit() {
    guard let key = currentKey, let visit = watch.book.visit(beside: key) else { return }
    watch.book.drop(beside: key)
    say("dropped: \(visit.title)", .muted)
  }

  mutating func stepVisit(by step: Int) {
    guard let key = currentKey else { return }
    _ = watch.book.step(key, by: step)
  }

  mutating func listVisits() {
    let items = watch.book.visits.reversed().map { visit in
      let live = freshest.entry(for: visit.key)
      return List<Self>.Item(
        label: Line(visit.key, .key).adding("  "),
        note: visit.title,
        choice: Choice("snapshot \(visit.id)", back: { $0.restoreSnapshot(visit.id) }) {
          $0.showVisit(visit.id)
        },
        later: { [words = known.words] _ in
          SnapshotComparison.line(visit.entry, with: live, words)
        }
      )
    }
    open(
      List("snapshots", words("\("Visits", dict: "Snapshots")"), Array(items), keys: [.restoring])
    )
  }

  /// Shows a snapshot beside its entry, also without a value any more.
  mutating func showVisit(_ id: Int) {
    guard let visit = watch.book.visit(id) else { return }
    watch.book.show(visit)
    openLive(visit.key)
  }

  /// Puts the cursor on an entry, or on the key where one was.
  mutating func openLive(_ key: String) {
    watch.showsPins = false
    visit(key)
  }
}

private enum SnapshotComparison {
  /// How much differs between a snapshot and the live entry, in words.
  static func line(
    _ visit: StateEntry?,
    with live: StateEntry?,
    _ words: Vocabulary
  ) -> Line {
    switch (visit, live) {
    case (nil, nil): return Line(words("still \("nobody", dict: "no value")"), .muted)
    case (nil, _?): return Line(words("+ \(.somebodyLives) here now"), .added)
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
}
