import Lessons
import ScreenKit
import SharedState

/// Snapshots: what an entry held at one moment, beside what is there now.
extension WatchHost {
  var reasonNotToKeep: String? {
    guard currentKey != nil else { return words(.chooseHouse) }
    let most = Phrases.grouped(SnapshotList.most)
    return watch.book.isFull
      ? words("\(most) snapshots are kept; \(label(of: .dropSnapshot)) drops one") : nil
  }

  func reasonNotToStep(by step: Int = 0) -> String? {
    guard let key = currentKey, let standing = watch.book.standing(beside: key) else {
      return words(
        "no snapshot stands beside this \(.house); \(label(of: .snapshot)) keeps one"
      )
    }
    if step < 0, standing.number == 1 { return words("this is the first snapshot") }
    let isLast = step > 0 && standing.number == standing.count
    return isLast ? words("this is the last snapshot") : nil
  }

  /// Freezes what is shown of the entry under the cursor; the live side runs on beside it.
  mutating func keepSnapshot() {
    guard let key = currentKey else { return }
    watch.showsPins = false
    watch.book.keep(key, known.state.entry(for: key), at: pictureTime, .snapshot)
    // Without a value there is nothing to see, though the snapshot is kept.
    if known.state.contains(key) { note(.keptSnapshot(StateKey(key))) }
    let count = watch.book.snapshots(of: key).count
    let which: Phrase =
      count > 1 ? " (\(count) of this \(.house); \(label(of: .olderSnapshot)) steps back)" : ""
    say("snapshot kept beside the live \(.house)\(which); \(label(of: .dropSnapshot)) drops it")
  }

  mutating func dropSnapshot() {
    guard let key = currentKey, let snapshot = watch.book.snapshot(beside: key) else { return }
    watch.book.drop(beside: key)
    say("dropped: \(snapshot.title)", .muted)
  }

  mutating func stepSnapshot(by step: Int) {
    guard let key = currentKey else { return }
    _ = watch.book.step(key, by: step)
  }

  mutating func listSnapshots() {
    let items = watch.book.all.reversed().map { snapshot in
      let live = freshest.entry(for: snapshot.key)
      return List<Self>.Item(
        label: Line(title(of: snapshot.key), .key).adding("  "),
        note: snapshot.title,
        choice: Choice("snapshot \(snapshot.id)", back: { $0.restoreSnapshot(snapshot.id) }) {
          $0.showSnapshot(snapshot.id)
        },
        later: { [words = known.words] _ in
          SnapshotComparison.line(snapshot.entry, with: live, words)
        }
      )
    }
    open(
      List("snapshots", "Snapshots", Array(items), keys: [.restoring])
    )
  }

  /// Shows a snapshot beside its entry, also without a value any more.
  mutating func showSnapshot(_ id: Int) {
    guard let snapshot = watch.book.snapshot(id) else { return }
    watch.book.show(snapshot)
    openLive(snapshot.key)
  }

  /// Puts the cursor on an entry, or on the key where one was.
  mutating func openLive(_ key: String) {
    watch.showsPins = false
    goTo(key)
  }
}

private enum SnapshotComparison {
  /// How much differs between a snapshot and the live entry, in words.
  static func line(
    _ snapshot: StateEntry?,
    with live: StateEntry?,
    _ words: Vocabulary
  ) -> Line {
    switch (snapshot, live) {
    case (nil, nil): return Line(words("still \("nobody", dict: "no value")"), .muted)
    case (nil, _?): return Line(words("+ \(.somebodyLives) here now"), .added)
    case (_?, nil): return Line(words("- \(.nobodyLives) here now"), .removed)
    case (let snapshot?, let live?):
      let size = max(snapshot.packed?.byteCount ?? 0, live.packed?.byteCount ?? 0)
      if size > ChangeDigest.largestCompared {
        return snapshot == live ? Line("the same", .muted) : Line("~ differs", .changed)
      }
      let count = ValueDiff(from: snapshot.value, to: live.value).differences.count
      return count == 0
        ? Line("the same", .muted)
        : Line("~ \(Phrases.count(count, "field differs", "fields differ"))", .changed)
    }
  }
}
