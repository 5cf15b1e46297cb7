import ScreenKit
import SharedState
import StateInspection

/// Which entries are shown on cards below the one under the cursor, and what stands on each card.
///
/// Cards stand still. One keeps its place while its entry is there, until another that changes now needs it and it has
/// not changed itself for as long as changes are marked. So a town in which everything changes thirty times a second
/// shows the same cards all the time, and one in which little happens shows where it does.
struct Neighbours: Sendable {
  /// There are never more cards.
  static let most = 24
  /// So many rows of the tree are looked at for entries to show before anything has changed.
  private static let mostLookedAt = 64

  /// What decides what is shown.
  struct Wish {
    /// For how many cards there is room.
    var room: Int
    /// The entry under the cursor, which is shown already.
    var current: String?
    var pins: [String]
    /// How many rows a card has for fields.
    var rows: Int
  }

  /// The entries that have a place, in their places; those behind the last that is seen wait for room.
  private var places: [String] = []
  /// The entries that changed last, the last one first, each once.
  private var recent: [String] = []
  /// Entries with a card that have changed since it was laid out.
  private var touched: Set<StateKey> = []
  private var panes: [StateKey: DetailPane] = [:]
  /// The entries whose cards are seen.
  private(set) var shown: [String] = []
  /// The rows of the tree that places were last filled from, while there was room for more.
  private var filledFrom: Int?

  /// The fields of an entry that has a card; `nil` if it is too large to be decoded beside others.
  func pane(of key: String) -> DetailPane? { panes[StateKey(key)] }

  // MARK: Following the state

  /// Notes what a message did to the state.
  mutating func note(_ change: KnownChange, _ mutes: Mutes) {
    for touched in change.touched where panes[StateKey(touched.key)] != nil {
      self.touched.insert(StateKey(touched.key))
    }
    // Of a message that changes very many, the last ones are as good as any.
    for touched in change.touched.suffix(Self.most)
    where touched.new != nil && !mutes.covers(touched.key) {
      if recent.first.isSame(as: touched.key) { continue }
      recent.removeAll { $0.isSame(as: touched.key) }
      recent.insert(touched.key, at: 0)
    }
    if recent.count > Self.most { recent.removeLast(recent.count - Self.most) }
  }

  /// Notes what is other at another moment: there each card is laid out anew.
  mutating func move(_ change: KnownChange, _ mutes: Mutes) {
    note(change, mutes)
    for touched in change.touched { panes[StateKey(touched.key)] = nil }
  }

  /// Brings the cards into line with what is there.
  mutating func settle(_ wish: Wish, _ known: KnownState, _ past: StateHistory, at moment: Moment) {
    guard wish.room > 0 else {
      (shown, panes, touched, filledFrom) = ([], [:], [], nil)
      return
    }
    let order = order(wish, known, at: moment)
    let isOther = !order.elementsEqual(shown) { $0.isSame(as: $1) }
    shown = order
    guard isOther || !touched.isEmpty else { return }
    var new: [StateKey: DetailPane] = [:]
    for key in shown where known.entry(for: key)?.isLarge != true {
      var pane = panes[StateKey(key)] ?? DetailPane()
      pane.show(
        DetailPane.Subject(key: key),
        known,
        past,
        touched: touched.contains(StateKey(key)),
        at: moment,
        height: wish.rows
      )
      new[StateKey(key)] = pane
    }
    (panes, touched) = (new, [])
  }

  // MARK: Places

  /// The entries that are shown, in their places.
  private mutating func order(_ wish: Wish, _ known: KnownState, at moment: Moment) -> [String] {
    let room = min(wish.room, Self.most - 1)
    var seats = Seats(places, room: room, known, pins: wish.pins, at: moment.uptime)
    for key in wish.pins { seats.seat(key, unless: wish.current) }
    for key in recent { seats.seat(key, unless: wish.current) }
    // One more waits, in case the cursor is on an entry that has a place.
    if seats.keys.count > room {
      filledFrom = nil
    } else if filledFrom != known.index.version {
      filledFrom = known.index.version
      let all = Self.first(in: known)
      let others = all.filter { !wish.current.isSame(as: $0) }
      for key in others + all where seats.keys.count <= room { seats.add(key) }
    }
    places = Array(seats.keys.prefix(Self.most))
    return seen(room, without: wish.current)
  }

  /// The entries in the places that are seen; that of the entry under the cursor is lent to the one that waits, or
  /// to the last one, so that no other moves.
  private func seen(_ room: Int, without current: String?) -> [String] {
    guard let own = places.prefix(room).firstIndex(where: { current.isSame(as: $0) }) else {
      return Array(places.prefix(room))
    }
    var seen = Array(places.prefix(room + 1))
    let spare = seen.removeLast()
    if own < seen.count { seen[own] = spare }
    return seen
  }

  /// The first entry of each group in the order of the tree, then the second ones, and so on.
  private static func first(in known: KnownState) -> [String] {
    var byGroup: [(prefix: String?, keys: [String])] = []
    for position in 0..<min(mostLookedAt, known.index.rowCount) {
      switch known.index.row(at: position) {
      case .entry(let key)?:
        let prefix = KeyParts.prefix(of: key)
        if prefix != nil, byGroup.last?.prefix == prefix {
          byGroup[byGroup.count - 1].keys.append(key)
        } else {
          byGroup.append((prefix, [key]))
        }
      case .group(let prefix)?:
        let entries = known.index.group(prefix).map { group in
          group.isOpen ? [] : (0..<3).compactMap { group.entries.element(atRow: $0)?.element.key }
        }
        byGroup.append((prefix, entries ?? []))
      case nil: break
      }
    }
    let longest = byGroup.map(\.keys.count).max() ?? 0
    return (0..<longest).flatMap { round in
      byGroup.compactMap { $0.keys.indices.contains(round) ? $0.keys[round] : nil }
    }
  }
}

/// Entries in places, the first of which are seen.
private struct Seats {
  private(set) var keys: [String]
  private let room: Int
  private let known: KnownState
  private let pins: Set<StateKey>
  private let uptime: Duration
  private var taken: Set<StateKey>

  /// Begins with the places as they were, without what has gone and what is not to be heard of.
  init(_ places: [String], room: Int, _ known: KnownState, pins: [String], at uptime: Duration) {
    (self.room, self.known, self.uptime) = (room, known, uptime)
    self.pins = Set(pins.map { StateKey($0) })
    keys = places
    taken = Set(places.map { StateKey($0) })
    // From behind, so that one that waits takes a place that is free now.
    for index in keys.indices.reversed() where !isThere(keys[index]) {
      taken.remove(StateKey(keys[index]))
      if index < room, keys.count > room {
        keys[index] = keys.remove(at: room)
      } else {
        keys.remove(at: index)
      }
    }
  }

  private func isPinned(_ key: String) -> Bool { pins.contains(StateKey(key)) }

  private func isThere(_ key: String) -> Bool {
    known.entry(for: key) != nil && (isPinned(key) || !known.mutes.covers(key))
  }

  /// Whether an entry has gone, or what happened to it is marked no more.
  private func isQuiet(_ key: String) -> Bool {
    guard !known.index.isGhost(key), let news = known.news(of: key) else { return true }
    return uptime - news.at.uptime >= KnownState.markTime
  }

  /// Gives an entry a place behind all others.
  mutating func add(_ key: String) {
    guard known.index.isPresent(key), isThere(key),
      taken.insert(StateKey(key)).inserted
    else { return }
    keys.append(key)
  }

  /// Gives an entry a place that is seen, if one is free or it may have somebody else's.
  mutating func seat(_ key: String, unless current: String?) {
    guard !current.isSame(as: key), known.index.isPresent(key), isThere(key) else { return }
    let seen = keys.prefix(room)
    guard !taken.contains(StateKey(key)) || !seen.contains(where: { $0.isSame(as: key) })
    else { return }
    guard keys.count >= room else { return add(key) }
    guard isPinned(key) || !isQuiet(key), let place = seen.firstIndex(where: yields(to: key)) else {
      return
    }
    // Who waited and who had the place change places.
    if let waiting = keys.firstIndex(where: { $0.isSame(as: key) }) {
      keys.swapAt(waiting, place)
    } else {
      taken.remove(StateKey(keys[place]))
      taken.insert(StateKey(key))
      keys[place] = key
    }
  }

  private func yields(to key: String) -> (String) -> Bool {
    let isForPin = isPinned(key)
    return { !isPinned($0) && (isForPin || isQuiet($0)) }
  }
}
