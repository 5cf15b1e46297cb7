import ScreenKit
import SharedState

/// What an entry held before, and entries that were removed.
extension WatchHost {
  /// So many values of an entry's past are listed.
  private static var mostListed: Int { 2000 }

  mutating func listPast() {
    guard case .entry(let key)? = currentRow else { return listDeparted(from: currentPrefix) }
    guard let history = watch.past.entry(key), !history.past.isEmpty else {
      let news: Phrase =
        freshest.contains(key)
        ? "nothing has happened here since you came" : "\(.nobodyHasLived) here since you came"
      say(news, .muted)
      return
    }
    open(List("past", "The past of \(title(of: key))", items(of: history, key), keys: [.restoring]))
  }

  /// What is there now, and below it what was before, the newest first.
  private func items(of history: EntryHistory, _ key: String) -> [List<Self>.Item] {
    let past = history.past.suffix(Self.mostListed)
    let skipped = { (index: Int) in index < past.startIndex ? 0 : history.skipped(after: index) }
    let live = freshest.entry(for: key)
    var items = [
      List<Self>.Item(
        label: Self.label(since: history.current, skipped: skipped(past.endIndex - 1)),
        note: live == nil ? "" : "now",
        later: digest(key, from: past.last?.entry, to: live)
      )
    ]
    for (place, step) in zip(past.indices, past).reversed() {
      let before = place > past.startIndex ? past[place - 1] : nil
      items.append(
        List<Self>.Item(
          label: Self.label(since: step.origin, skipped: skipped(place - 1)),
          note: step.entry.map { Phrases.size($0.weight) } ?? "",
          choice: Choice("past \(step.id) \(key)", back: { $0.restorePast(of: key, step.id) }) {
            $0.showPast(of: key, step.id)
          },
          later: digest(key, from: before?.entry, to: step.entry)
        )
      )
    }
    return items
  }

  private static func label(since origin: EntryHistory.Origin?, skipped: Int) -> Line {
    var line = Line(origin?.at.preciseClockText ?? "when you came", .muted)
    line.append(origin?.author == .you ? "  you " : "  ", .title)
    if skipped > 0 { line.append("after \(Phrases.count(skipped, "more change"))  ", .muted) }
    return line
  }

  func digest(
    _ key: String,
    from old: StateEntry?,
    to new: StateEntry?
  ) -> @Sendable (Glyphs) -> Line {
    let kind: EntryNews.Kind = new == nil ? .removed : old == nil ? .added : .changed
    let subject = ActivityItem.Subject.entry(key, kind, .others, old: old, new: new)
    let (gone, meanings) = (Line(words(.movedOut), .removed), known.meanings)
    return { kind == .removed ? gone : ChangeDigest(meanings: meanings, glyphs: $0).line(subject) }
  }

  /// Has a step of the past stand beside the live entry.
  mutating func showPast(of key: String, _ id: Int) {
    guard let step = watch.past.entry(key)?.past.first(where: { $0.id == id }) else {
      say("that value has been let go meanwhile to make room for newer ones", .warning)
      return
    }
    guard !watch.book.isFull else {
      say(reasonNotToKeep ?? "", .warning)
      return
    }
    watch.book.keep(key, step.entry, at: step.origin?.at, .past(id))
    openLive(key)
  }

  // MARK: Entries that were removed

  mutating func listDeparted(from prefix: String? = nil) {
    let left = watch.past.departed(from: prefix)
    guard !left.isEmpty else {
      let place = prefix.map { group -> Phrase in "the \(.street) \(group)" } ?? "the \(.town)"
      say("no \(.house) \("has left", dict: "was removed from") \(place) since you came", .muted)
      return
    }
    let items = left.prefix(Self.mostListed).map { gone in
      List<Self>.Item(
        label: Line(gone.history.current?.at.clockText ?? "", .muted)
          .adding("  ").adding(title(of: gone.key), .removed).adding("  "),
        note: gone.history.last?.entry.map { Phrases.size($0.weight) } ?? "",
        choice: Choice("departed \(gone.key)", back: { $0.restoreDeparted([gone.key]) }) {
          $0.showDeparted(gone.key)
        },
        later: digest(gone.key, from: nil, to: gone.history.last?.entry)
      )
    }
    let all = List<Self>.Item(
      label: Line("bring all of them back", .plain),
      note: words("\(left.count, .house)"),
      reason: reasonNotToWriteNow,
      choice: Choice("all") { $0.restoreDeparted(left.map(\.key)) }
    )
    open(
      List(
        "departed",
        words("\("Houses", dict: "Entries") that \(.left)"),
        items + (left.count > 1 ? [all] : []),
        keys: [.restoring]
      )
    )
  }

  /// Has the last value of an entry that was removed stand where it was.
  mutating func showDeparted(_ key: String) {
    guard let last = watch.past.entry(key)?.last else { return openLive(key) }
    showPast(of: key, last.id)
  }
}
