import ScreenKit
import SharedState

/// One line of what happened.
struct ActivityItem: Sendable {
  /// What the line tells of.
  enum Subject: Sendable {
    /// An entry came, changed or went; what was there before, and what is there now.
    case entry(String, EntryNews.Kind, Author, old: StateEntry?, new: StateEntry?)
    /// Something in words: it went well, it failed, or it is just so.
    case note(Phrase, Role)
  }

  /// The number of the line in this session.
  let id: Int
  var at: Moment
  var subject: Subject
  /// How many changes the line stands for.
  var times = 1
  /// What changed, in words, once somebody has looked.
  var digest: Line?

  /// The entry that the line is about.
  var key: String? {
    guard case .entry(let key, _, _, _, _) = subject else { return nil }
    return key
  }
}

/// What happened lately, oldest first.
///
/// An entry that changes over and over has one line that counts, so that thirty movements a second do not wash
/// away the one edit that matters. Memory is bounded in lines and in the bytes of the values they hold.
struct ActivityLog: Sendable {
  /// The most lines that are kept.
  static let capacity = 1000
  /// The most bytes of values that lines hold on to until somebody looks.
  static let byteCapacity = 8_000_000
  /// An entry that was quiet for so long gets a new line.
  static let runTime = Duration.seconds(5)
  /// More changes than this in one message are told in a summary.
  static let mostSingly = 40

  private(set) var items: [ActivityItem] = []
  private var nextID = 0
  /// The line of each entry that may still count on.
  private var runs: [StateKey: Int] = [:]
  private var heldBytes = 0
  /// Lines before this one hold no values any more.
  private var firstHolding = 0

  // MARK: Writing

  /// Adds a line in words.
  mutating func note(_ phrase: Phrase, _ role: Role = .plain, at moment: Moment) {
    append(.note(phrase, role), at: moment)
  }

  /// Adds a line that reads the same in all words.
  @_disfavoredOverload
  mutating func note(_ text: String, _ role: Role = .plain, at moment: Moment) {
    note(Phrase(text), role, at: moment)
  }

  /// Adds what a message did to the state.
  mutating func add(_ change: KnownChange, at moment: Moment) {
    guard change.touched.count <= Self.mostSingly else {
      summarise(change, at: moment)
      return
    }
    // In a fixed order, because a message has none.
    for touched in change.touched.sorted(by: { $0.key.precedes($1.key) }) {
      add(touched, at: moment)
    }
  }

  private mutating func add(_ touched: KnownChange.Touched, at moment: Moment) {
    if touched.kind == .changed, let index = run(of: touched.key, at: moment),
      case .entry(let key, let kind, let author, let old, let new) = items[index].subject,
      author == touched.author, new != nil
    {
      heldBytes -= Self.bytes(items[index].subject)
      items[index].subject = .entry(key, kind, author, old: old, new: touched.new)
      heldBytes += Self.bytes(items[index].subject)
      items[index].at = moment
      items[index].times += 1
      items[index].digest = nil
      return
    }
    runs[StateKey(touched.key)] = touched.kind == .removed ? nil : nextID
    append(
      .entry(touched.key, touched.kind, touched.author, old: touched.old, new: touched.new),
      at: moment
    )
  }

  private func run(of key: String, at moment: Moment) -> Int? {
    guard let id = runs[StateKey(key)], let index = index(of: id) else { return nil }
    return moment.uptime - items[index].at.uptime < Self.runTime ? index : nil
  }

  private mutating func summarise(_ change: KnownChange, at moment: Moment) {
    var counts: [String?: (added: Int, changed: Int, removed: Int)] = [:]
    for touched in change.touched {
      let group = KeyParts.prefix(of: touched.key).map { String($0.dropLast()) }
      switch touched.kind {
      case .added: counts[group, default: (0, 0, 0)].added += 1
      case .changed: counts[group, default: (0, 0, 0)].changed += 1
      case .removed: counts[group, default: (0, 0, 0)].removed += 1
      }
    }
    let sorted = counts.sorted { Self.name($0.key).town < Self.name($1.key).town }
    for (group, counts) in sorted.prefix(Self.mostSingly) {
      note("\(Self.name(group)): \(Self.words(counts))", at: moment)
    }
    let rest = sorted.dropFirst(Self.mostSingly)
    guard !rest.isEmpty else { return }
    let changes = rest.reduce(0) { $0 + $1.value.added + $1.value.changed + $1.value.removed }
    let more = Phrases.count(changes, "more change")
    note("and \(more) in \(rest.count, "more", .street)", at: moment)
  }

  /// A group's name; keys without a dot are named together.
  private static func name(_ group: String?) -> Phrase { group.map { Phrase($0) } ?? .alone }

  /// Says how many entries came, changed and went.
  static func words(_ counts: (added: Int, changed: Int, removed: Int)) -> Phrase {
    var parts: [Phrase] = []
    if counts.added > 0 { parts.append("\(Phrases.grouped(counts.added)) \(.movedIn)") }
    if counts.changed > 0 { parts.append("\(Phrases.grouped(counts.changed)) changed") }
    if counts.removed > 0 { parts.append("\(Phrases.grouped(counts.removed)) \(.movedOut)") }
    return parts.joined(separator: ", ")
  }

  private mutating func append(_ subject: ActivityItem.Subject, at moment: Moment) {
    items.append(ActivityItem(id: nextID, at: moment, subject: subject))
    nextID += 1
    heldBytes += Self.bytes(subject)
    // In batches, so that a full log does not move all its lines for each new one.
    if items.count > Self.capacity + Self.capacity / 4 { dropOldest(items.count - Self.capacity) }
    while heldBytes > Self.byteCapacity, firstHolding < items.count - 1 { letGoOfValues() }
  }

  private mutating func dropOldest(_ count: Int) {
    for item in items[..<count] {
      if let key = item.key.map(StateKey.init), runs[key] == item.id { runs[key] = nil }
      heldBytes -= Self.bytes(item.subject)
    }
    items.removeFirst(count)
    firstHolding = max(0, firstHolding - count)
  }

  private mutating func letGoOfValues() {
    let item = items[firstHolding]
    if case .entry(let key, let kind, let author, _, _) = item.subject {
      heldBytes -= Self.bytes(item.subject)
      items[firstHolding].subject = .entry(key, kind, author, old: nil, new: nil)
      if item.digest == nil {
        items[firstHolding].digest = Line("(too large to be kept)", .muted)
      }
    }
    firstHolding += 1
  }

  private static func bytes(_ subject: ActivityItem.Subject) -> Int {
    guard case .entry(_, _, _, let old, let new) = subject else { return 0 }
    return [old, new].compactMap(\.self).reduce(0) { $0 + ($1.packed?.byteCount ?? 200) }
  }

  // MARK: Reading

  /// Where a line is, by its number.
  func index(of id: Int) -> Int? {
    guard let first = items.first?.id, id >= first, id - first < items.count else { return nil }
    return id - first
  }

  /// Puts into words what changed, for lines that are seen.
  mutating func prepare(_ seen: Range<Int>, _ meanings: Meanings, glyphs: Glyphs) {
    for index in seen.clamped(to: items.indices) where items[index].digest == nil {
      items[index].digest = ChangeDigest(meanings: meanings, glyphs: glyphs).line(
        items[index].subject
      )
    }
  }
}
