import SharedState

/// A pinned house in the table of them: what lives there, and what has become of its fields.
struct PinColumn: Sendable {
  let key: String
  /// What lives there, or did; `nil` for an address that nobody has lived at.
  private(set) var value: StateValue?
  /// Whether nobody lives there any more.
  private(set) var isGone = false
  private(set) var marks: [ValuePath: FieldMark] = [:]
  private var entry: StateEntry?

  init(_ key: String, _ town: Town) {
    self.key = key
    read(town)
    guard !isGone, let news = town.news(of: key), news.kind == .changed else { return }
    mark(from: news.before?.value, at: news.at)
  }

  /// Takes in that the town has changed.
  mutating func follow(_ town: Town, at moment: Moment) {
    let (before, wasThere) = (value, entry != nil && !isGone)
    guard entry != town.entry(for: key) || isGone == town.state.contains(key) else { return }
    read(town)
    if wasThere, !isGone { mark(from: before, at: moment) }
  }

  private mutating func read(_ town: Town) {
    entry = town.entry(for: key)
    value = entry?.value
    isGone = !town.state.contains(key)
  }

  private mutating func mark(from old: StateValue?, at moment: Moment) {
    for difference in ValueDiff(from: old, to: value).differences {
      guard marks.count < DetailPane.mostMarks || marks[difference.path] != nil else { return }
      let kind: FieldMark.Kind =
        difference.old == nil ? .added : difference.new == nil ? .removed : .changed
      marks[difference.path] = FieldMark(kind: kind, at: moment)
    }
  }
}
