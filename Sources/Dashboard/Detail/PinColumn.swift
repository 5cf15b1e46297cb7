import StateInspection
import SharedState

/// A pinned entry in the table of them: what is there, and what has become of its fields.
struct PinColumn: Sendable {
  let key: String
  /// What is there, or was; `nil` for a key that never had a value.
  private(set) var value: StateValue?
  /// Whether it has no value any more.
  private(set) var isGone = false
  private(set) var marks: [ValuePath: FieldMark] = [:]
  private var entry: StateEntry?

  init(_ key: String, _ known: KnownState) {
    self.key = key
    read(known)
    guard !isGone, let news = known.news(of: key), news.kind == .changed else { return }
    mark(from: news.before?.value, at: news.at)
  }

  mutating func follow(_ known: KnownState, at moment: Moment) {
    let (before, wasThere) = (value, entry != nil && !isGone)
    guard entry != known.entry(for: key) || isGone == known.state.contains(key) else { return }
    read(known)
    if wasThere, !isGone { mark(from: before, at: moment) }
  }

  private mutating func read(_ known: KnownState) {
    entry = known.entry(for: key)
    value = entry?.value
    isGone = !known.state.contains(key)
  }

  private mutating func mark(from old: StateValue?, at moment: Moment) {
    for difference in ValueDiff(from: old, to: value).differences {
      guard marks.count < DetailPane.mostMarks || marks[difference.path] != nil else { return }
      marks[difference.path] = FieldMark(difference, at: moment)
    }
  }
}
