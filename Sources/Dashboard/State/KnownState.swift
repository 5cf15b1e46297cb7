import SharedState
import ScreenKit
import Trajectory

/// Who changed an entry, as far as that can be known: the wires name no author.
enum Author: Hashable, Sendable {
  /// This dashboard.
  case you
  /// Somebody else.
  case others
}

/// What last happened to an entry.
struct EntryNews: Sendable {
  /// What can happen to an entry.
  enum Kind: Hashable, Sendable {
    case added, changed, removed
  }

  var kind: Kind
  var at: Moment
  var author: Author
  /// What was there before; for an entry that was removed, its last value.
  var before: StateEntry?
  var rate = RateMeter()
}

/// What last happened in a group.
struct GroupNews: Sendable {
  var at: Moment
  var rate = RateMeter()
}

/// What one message did to the state.
struct KnownChange: Sendable {
  struct Touched: Sendable {
    let key: String
    let kind: EntryNews.Kind
    let author: Author
    let old: StateEntry?
    let new: StateEntry?
  }

  var touched: [Touched] = []

  func count(_ kind: EntryNews.Kind) -> Int { touched.count { $0.kind == kind } }
}

extension KnownChange {
  /// What a message does to a state.
  init(_ change: StateChange, to before: StateDictionary, author: (String) -> Author) {
    touched.reserveCapacity(change.count)
    for (key, entry) in change.updates {
      let old = before.entry(for: key)
      let kind: EntryNews.Kind = old == nil ? .added : .changed
      touched.append(.init(key: key, kind: kind, author: author(key), old: old, new: entry))
    }
    // In a fixed order, because a message has none, and lists of entries that were removed show it.
    for key in StateKey.sorted(change.removals) {
      // Servers pass on removals of entries that were never there.
      guard let old = before.entry(for: key) else { continue }
      touched.append(.init(key: key, kind: .removed, author: author(key), old: old, new: nil))
    }
  }
}

/// An entry as it was at another moment.
struct PastMove: Sendable {
  let key: String
  /// What it held; `nil` if it had no value.
  let entry: StateEntry?
  /// What had happened to it last by then, if that is known.
  let news: EntryNews?
}

/// The state as the dashboard knows it: its entries in order, and what has happened to them lately.
struct KnownState: Sendable {
  /// How long an entry that was removed is still shown.
  static let ghostTime = Duration.seconds(6)
  /// How long a change counts as fresh.
  static let freshTime = Duration.milliseconds(1500)
  /// How long a change is marked at all.
  static let markTime = Duration.seconds(6)

  private(set) var state = StateDictionary()
  /// A number that is another one whenever something has changed.
  private(set) var version = 0
  var index = EntryIndex()
  /// The words in which it is told.
  var words: Vocabulary
  private var entryNews: [StateKey: EntryNews] = [:]
  private var groupNews: [StateKey: GroupNews] = [:]
  private(set) var rate = RateMeter()
  /// When something last happened.
  private(set) var lastChange: Duration?
  /// Groups and entries that a person does not want to hear of.
  var mutes = Mutes()
  /// Who is here, for keys that bear somebody's id.
  private(set) var people = People()
  /// What is simulated here, as far as somebody has said.
  private(set) var simulation = Simulation()
  /// What the order of the tree is taken from, if not from names.
  var ranking = Ranking()
  /// Entries that were removed, oldest first.
  private var departures: [(key: String, at: Duration)] = []

  init(words: Vocabulary = .town) { self.words = words }

  /// What ids and numbers in values stand for.
  var meanings: Meanings { Meanings(people: people, molecule: simulation.molecule) }

  /// Takes in what a simulation says; what is said of atoms changes with the molecule alone.
  mutating func take(_ newest: Simulation) {
    if newest.version != simulation.version { version += 1 }
    simulation = newest
  }

  /// The value that is shown for an entry: the last one, if it was removed.
  func entry(for key: String) -> StateEntry? {
    state.entry(for: key) ?? (index.isGhost(key) ? news(of: key)?.before : nil)
  }

  /// Whether a key that is kept has no value, and its last one is not shown either.
  func isVacancy(_ key: String) -> Bool {
    index.isHeld(key) && index.isGhost(key) && news(of: key)?.kind != .removed
  }

  /// What last happened to an entry, if anything has since we came.
  func news(of key: String) -> EntryNews? { entryNews[StateKey(key)] }

  /// What last happened in a group, if anything has since we came.
  func news(ofGroup prefix: String) -> GroupNews? { groupNews[StateKey(prefix)] }

  // MARK: Taking in changes

  /// Takes in the first copy of the state, which is no news.
  mutating func settleIn(_ newest: StateDictionary, _ change: StateChange) {
    // By their keys, and no entry is touched but those of people: each lies somewhere else in memory.
    let keys = change.updates.keys
    index.insert(keys)
    for key in keys where People.avatar(in: key) != nil { people.note(key, change.updates[key]) }
    state = newest
    version += 1
    if index.sort != .name { setSort(index.sort, at: ranking.lastAt) }
  }

  /// Takes in what changed, and says what that did.
  mutating func take(
    _ newest: StateDictionary,
    _ change: StateChange,
    at moment: Moment,
    author: (String) -> Author
  ) -> KnownChange {
    let result = KnownChange(change, to: state, author: author)
    state = newest
    version += 1
    for touched in result.touched where touched.kind == .removed {
      departures.append((touched.key, moment.uptime))
    }
    index.insert(result.touched.lazy.filter { $0.kind == .added }.map(\.key))
    index.remove(result.touched.lazy.filter { $0.kind == .removed }.map(\.key))
    for touched in result.touched {
      people.note(touched.key, touched.new)
      note(touched, at: moment)
    }
    return result
  }

  private mutating func note(_ touched: KnownChange.Touched, at moment: Moment) {
    var news =
      entryNews.removeValue(forKey: StateKey(touched.key))
      ?? EntryNews(kind: touched.kind, at: moment, author: touched.author)
    // An entry that has just come and moves at once is still a new entry.
    let isStillNew =
      news.kind == .added && touched.kind == .changed
      && moment.uptime - news.at.uptime < Self.freshTime
    if !isStillNew { news.kind = touched.kind }
    if !isStillNew || touched.kind != .changed { news.at = moment }
    news.author = touched.author
    news.before = touched.old
    let isMuted = mutes.covers(touched.key)
    if !isMuted { news.rate.note(at: moment.uptime) }
    entryNews[StateKey(touched.key)] = news
    rate.note(at: moment.uptime)
    lastChange = moment.uptime
    noteForRanking(touched, isMuted: isMuted)
    guard !isMuted else {
      mutes.count += 1
      return
    }
    guard let prefix = KeyParts.prefix(of: touched.key) else { return }
    var ofGroup = self.news(ofGroup: prefix) ?? GroupNews(at: moment)
    ofGroup.at = moment
    ofGroup.rate.note(at: moment.uptime)
    groupNews[StateKey(prefix)] = ofGroup
  }

  // MARK: The past

  /// Shows the state as it was at another moment, with what had last happened to each of these entries by then.
  ///
  /// - Parameters:
  ///   - past: The state there.
  ///   - moves: What is other there: each key with what it holds there, and what had happened to it.
  ///   - groups: When something had last happened in the groups of those.
  ///   - uptime: The moment.
  /// - Returns: The keys that are off the screen.
  /// - Complexity: O(*m* log *n*) for *m* entries in a state of *n*.
  mutating func move(
    to past: StateDictionary,
    _ moves: [PastMove],
    groups: [StateKey: Moment?],
    at uptime: Duration
  ) -> [String] {
    for move in moves {
      noteForRanking(move.key, from: state.entry(for: move.key), to: move.entry)
    }
    state = past
    version += 1
    rate = RateMeter()
    // One that had just been removed is seen as such, also where the tree has forgotten it since.
    let leaving = moves.filter { $0.entry == nil }.map { move in
      (key: move.key, at: move.news.flatMap { Self.isGhost($0, at: uptime) ? $0.at.uptime : nil })
    }
    index.insert(moves.lazy.filter { $0.entry != nil }.map(\.key))
    index.insert(leaving.lazy.filter { $0.at != nil }.map(\.key))
    index.remove(leaving.map(\.key))
    for move in moves {
      people.note(move.key, move.entry)
      entryNews[StateKey(move.key)] = move.news
    }
    for (prefix, moment) in groups { groupNews[prefix] = moment.map { GroupNews(at: $0) } }
    let gone = leaving.filter { $0.at == nil }.map(\.key)
    index.forget(gone)
    // What is over leaves nothing: a key that is kept is empty.
    for key in gone { entryNews[StateKey(key)] = nil }
    departures += leaving.compactMap { key, at in at.map { (key, $0) } }
    departures.sort { $0.at < $1.at }
    return gone + letGo(at: uptime, sparing: nil)
  }

  private static func isGhost(_ news: EntryNews, at uptime: Duration) -> Bool {
    news.kind == .removed && uptime - news.at.uptime < ghostTime
  }

  // MARK: Letting go

  /// Takes entries off the screen that were removed some time ago, except one that is being looked at, and returns them.
  mutating func letGo(at uptime: Duration, sparing spared: String?) -> [String] {
    let due = departures.prefix { uptime - $0.at >= Self.ghostTime }
    guard !due.isEmpty else { return [] }
    let over = due.filter { isOver($0, at: uptime) }
    let kept = over.filter { spared.isSame(as: $0.key) }
    let gone = over.filter { !spared.isSame(as: $0.key) }.map(\.key)
    departures.replaceSubrange(0..<due.count, with: kept)
    index.forget(gone)
    for key in gone { entryNews[StateKey(key)] = nil }
    let prefixes = Set(gone.compactMap { KeyParts.prefix(of: $0).map { StateKey($0) } })
    for prefix in prefixes where index.group(prefix.text) == nil {
      groupNews[prefix] = nil
    }
    return gone
  }

  /// Whether an entry is still gone, and has not come and gone again since.
  private func isOver(_ departure: (key: String, at: Duration), at uptime: Duration) -> Bool {
    guard index.isGhost(departure.key), let news = news(of: departure.key) else { return false }
    return news.kind == .removed && uptime - news.at.uptime >= Self.ghostTime
  }

  /// When the next entry is taken off the screen, except one that is being looked at.
  func nextDeparture(sparing spared: String?) -> Duration? {
    departures.first { !spared.isSame(as: $0.key) }.map { $0.at + Self.ghostTime }
  }
}
