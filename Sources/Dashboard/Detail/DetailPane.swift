import StateInspection
import ScreenKit
import SharedState

/// What became of a field.
struct FieldMark: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case added, changed, removed
  }

  var kind: Kind
  var at: Moment

  init(kind: Kind, at moment: Moment) { (self.kind, at) = (kind, moment) }

  init(_ difference: ValueDiff.Difference, at moment: Moment) {
    kind = difference.old == nil ? .added : difference.new == nil ? .removed : .changed
    at = moment
  }
}

/// One entry from inside: its value as a tree of fields, and what has become of them.
struct DetailPane: Sendable {
  /// Marks are kept for so many fields.
  static let mostMarks = 1000

  private(set) var key: String?
  private(set) var lines: [FieldLine] = []
  private(set) var value: StateValue?
  private(set) var marks: [ValuePath: FieldMark] = [:]
  /// The snapshot beside the live entry, if one is.
  private(set) var beside: Beside?
  /// The entries that are shown side by side instead, if any are.
  private(set) var pins: [PinColumn] = []
  private var entry: StateEntry?
  /// What is there now; `nil` for an entry that was removed, whose last value is `value`.
  private(set) var live: StateValue?
  private(set) var cursor: FieldID?
  private var cursorIndex = 0
  private var scroll = Scroll()
  /// What a person has opened and closed, by group.
  var folds = FieldFolds()

  struct Subject {
    var key: String?
    var snapshot: SnapshotList.Standing?
    var pins: [String] = []
  }

  private var scope: String { pins.isEmpty ? key.flatMap(KeyParts.prefix(of:)) ?? "" : "pins" }

  /// The path under the cursor; `nil` while a page is, or nothing.
  var path: ValuePath? { cursor?.page == nil ? cursor?.path : nil }

  // MARK: Following the state

  func isTouched(by change: StateChange) -> Bool {
    (key.map(change.touches) ?? false) || pins.contains { change.touches($0.key) }
  }

  /// Shows an entry, or follows what became of it; anew where it is one of another moment, with what had happened there.
  mutating func show(
    _ subject: Subject,
    _ known: KnownState,
    _ past: StateHistory,
    touched: Bool,
    anew: Bool = false,
    at moment: Moment,
    height: Int
  ) {
    if isOther(subject) || anew {
      open(subject, known, past, anew: anew, at: moment)
    } else if touched {
      follow(known, at: moment)
    }
    if let standing = subject.snapshot { beside?.stand(standing) }
    settle(height: height)
  }

  private func isOther(_ subject: Subject) -> Bool {
    !subject.key.isSame(as: key)
      || subject.snapshot?.snapshot.id != beside?.snapshot.id
      || !subject.pins.elementsEqual(pins) { $0.isSame(as: $1.key) }
  }

  private mutating func open(
    _ subject: Subject,
    _ known: KnownState,
    _ past: StateHistory,
    anew: Bool,
    at moment: Moment
  ) {
    let isOtherEntry = !subject.key.isSame(as: key)
    if isOtherEntry && pins.isEmpty || pins.isEmpty != subject.pins.isEmpty {
      (cursor, cursorIndex, scroll) = (nil, 0, Scroll())
    }
    key = subject.key
    pins = subject.pins.map { PinColumn($0, known) }
    read(known)
    beside = subject.snapshot.map { standing in
      Beside(standing, live: live, past: past.entry(standing.snapshot.key), at: moment)
    }
    layOut()
    guard isOtherEntry || anew else { return }
    marks = [:]
    recallMarks(known)
  }

  private mutating func follow(_ known: KnownState, at moment: Moment) {
    let (before, wasThere) = (value, entry != nil)
    read(known)
    beside?.follow(live, at: moment)
    for index in pins.indices { pins[index].follow(known, at: moment) }
    layOut()
    guard wasThere, let key, known.index.isPresent(key) else { return }
    mark(ValueDiff(from: before, to: value), at: moment)
  }

  private mutating func read(_ known: KnownState) {
    entry = key.flatMap { known.entry(for: $0) }
    value = entry?.value
    live = key.map { known.state.contains($0) } == true ? value : nil
  }

  /// An entry that has just changed shows what changed in it.
  private mutating func recallMarks(_ known: KnownState) {
    guard let key, let news = known.news(of: key), news.kind == .changed else { return }
    mark(ValueDiff(from: news.before?.value, to: value), at: news.at)
  }

  private mutating func mark(_ diff: ValueDiff, at moment: Moment) {
    for difference in diff.differences {
      guard marks.count < Self.mostMarks || marks[difference.path] != nil else { break }
      marks[difference.path] = FieldMark(difference, at: moment)
    }
  }

  private mutating func layOut() {
    let shown =
      !pins.isEmpty
      ? StateValue.union(of: pins.map(\.value))
      : beside.map { StateValue.union(of: [live, $0.value]) } ?? value
    guard let shown else {
      lines = []
      return
    }
    lines =
      FieldTree(shown, folds: folds.fields[scope] ?? [:], all: folds.all[scope]).lines
  }

  /// Brings the cursor into line with the fields that there are.
  mutating func settle(height: Int) {
    if lines.isEmpty {
      (cursor, cursorIndex) = (nil, 0)
    } else if let index = lines.firstIndex(where: { $0.id == cursor }) {
      cursorIndex = index
    } else {
      cursorIndex = min(cursorIndex, lines.count - 1)
      cursor = lines[cursorIndex].id
    }
    scroll.settle(cursor: cursorIndex, total: lines.count, height: height)
  }

  // MARK: Moving

  /// Moves the cursor by so many lines, as far as there are lines.
  mutating func move(by rows: Int, height: Int) { move(to: cursorIndex + rows, height: height) }

  /// Moves the cursor to a line by its number, as far as there are lines.
  mutating func move(to index: Int, height: Int) {
    guard !lines.isEmpty else { return }
    let new = max(0, min(index, lines.count - 1))
    scroll.move(from: cursorIndex, to: new, total: lines.count, height: height)
    (cursorIndex, cursor) = (new, lines[new].id)
  }

  /// Moves the cursor to a field or, if that is folded away, to what it is in.
  mutating func go(to path: ValuePath, height: Int) {
    let holders = lines.indices.filter { lines[$0].id.path.contains(path) }
    let closest = holders.max { lines[$0].id.path.steps.count < lines[$1].id.path.steps.count }
    if let closest { move(to: closest, height: height) }
  }

  /// Scrolls without moving the cursor.
  mutating func scroll(by rows: Int, height: Int) {
    scroll.scroll(by: rows, cursor: cursorIndex, total: lines.count, height: height)
  }

  /// The first line that is seen.
  func top(height: Int) -> Int {
    scroll.top(cursor: cursorIndex, total: lines.count, height: height)
  }

  // MARK: Folding

  /// The line under the cursor.
  var current: FieldLine? { lines.indices.contains(cursorIndex) ? lines[cursorIndex] : nil }

  /// Opens or closes the field under the cursor; says whether it could.
  mutating func setOpen(_ isOpen: Bool, height: Int) -> Bool {
    guard let line = current, line.fold == (isOpen ? .closed : .open) else { return false }
    folds.fields[scope, default: [:]][FieldTree.words(line.id)] = isOpen
    layOut()
    settle(height: height)
    return true
  }

  mutating func setAllOpen(_ isOpen: Bool, height: Int) {
    folds.fields[scope] = nil
    folds.all[scope] = isOpen
    layOut()
    settle(height: height)
  }

  /// Moves the cursor to the line that holds the one it is on; says whether there is one.
  mutating func moveOut(height: Int) -> Bool {
    guard let line = current, line.depth > 0 else { return false }
    let parent = lines[..<cursorIndex].lastIndex { $0.depth < line.depth }
    guard let parent else { return false }
    move(to: parent, height: height)
    return true
  }
}
