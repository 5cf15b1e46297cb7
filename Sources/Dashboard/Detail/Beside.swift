import TextScreen
import StateInspection
import SharedState

/// A snapshot as it stands beside the live entry: where the two differ, and since when.
struct Beside: Sendable {
  let snapshot: KeptSnapshot
  /// Which of how many snapshots of the entry it is, from 1.
  private(set) var number: Int
  private(set) var count: Int
  /// What was there; `nil` if it had no value.
  let value: StateValue?
  /// The fields that differ: `removed` if only the snapshot has them, `added` if only the live entry does.
  private(set) var marks: [ValuePath: FieldMark] = [:]

  /// So many values of the past are read to find since when a field differs.
  private static let mostSteps = 64
  /// Values larger than this all together are not read for that.
  private static let largestRead = 2_000_000

  init(_ standing: SnapshotList.Standing, live: StateValue?, past: EntryHistory?, at moment: Moment)
  {
    (snapshot, number, count) = (standing.snapshot, standing.number, standing.count)
    value = standing.snapshot.entry?.value
    follow(live, at: moment)
    if let past, !marks.isEmpty { recall(past) }
  }

  /// Takes in that there are more or fewer snapshots of the entry.
  mutating func stand(_ standing: SnapshotList.Standing) {
    (number, count) = (standing.number, standing.count)
  }

  /// Takes in what is there now.
  mutating func follow(_ live: StateValue?, at moment: Moment) {
    var new: [ValuePath: FieldMark] = [:]
    for difference in ValueDiff(from: value, to: live).differences.prefix(DetailPane.mostMarks) {
      new[difference.path] = FieldMark(difference, at: marks[difference.path]?.at ?? moment)
    }
    marks = new
  }

  /// Finds since when each field differs in what was there before.
  private mutating func recall(_ past: EntryHistory) {
    guard let current = past.current else { return }
    var open = Set(marks.keys)
    var (since, read) = (current.at, 0)
    for step in past.past.reversed().prefix(Self.mostSteps) {
      read += step.entry?.packed?.byteCount ?? 0
      let before = step.entry?.value
      let closed = open.filter { before?.value(at: $0) == value?.value(at: $0) }
      for path in open { marks[path]?.at = since }
      open.subtract(closed)
      guard !open.isEmpty, read < Self.largestRead, let origin = step.origin else { return }
      since = origin.at
    }
  }

  /// What became of a place since the snapshot, also of one inside a place that differs as a whole.
  func mark(at path: ValuePath, live: StateValue?) -> FieldMark? {
    if let mark = marks[path] { return mark }
    guard !marks.isEmpty else { return nil }
    let outer = (0..<path.steps.count).lazy.compactMap {
      marks[ValuePath(Array(path.steps[..<$0]))]
    }
    guard let mark = outer.first else { return nil }
    let (here, there) = (live?.value(at: path), value?.value(at: path))
    guard here != there else { return nil }
    return FieldMark(kind: there == nil ? .added : here == nil ? .removed : .changed, at: mark.at)
  }
}

extension SnapshotList {
  /// A snapshot, and which of how many of its entry it is, from 1.
  struct Standing: Sendable {
    let snapshot: KeptSnapshot
    let number: Int
    let count: Int
  }

  /// The snapshot that stands beside an entry.
  func standing(beside key: String?) -> Standing? {
    guard let key, let snapshot = snapshot(beside: key) else { return nil }
    let all = snapshots(of: key)
    let place = all.firstIndex { $0.id == snapshot.id } ?? 0
    return Standing(snapshot: snapshot, number: place + 1, count: all.count)
  }
}
