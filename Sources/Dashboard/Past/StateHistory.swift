import SharedState

/// The past of every entry that has changed since we came, within a bound.
///
/// Each entry has a share, so that one that moves sixty times a second thins its own past and not that of the others.
/// When all together take too much, the share shrinks, and a hand that goes round from entry to entry thins what is
/// above it. The last value of an entry that was removed goes last of all: only if such values alone take too much are
/// those forgotten that left the longest ago.
struct StateHistory: Sendable {
  /// The most bytes that all entries may take.
  let capacity: Int
  /// About how many bytes are taken.
  private(set) var bytes = 0

  private let largestShare: Int
  private static let leastShare = 512
  private var share: Int
  private var entries: [(key: String, history: EntryHistory, departure: Int)] = []
  private var places: [StateKey: Int] = [:]
  /// The entry that is thinned next when room is needed.
  private var hand = 0
  private var nextID = 0
  /// Entries in the order in which they were removed; of an entry that was removed twice the last time counts.
  private var departures: [(key: String, number: Int)] = []
  private var firstDeparture = 0

  init(capacity: Int = 64 << 20) {
    self.capacity = capacity
    largestShare = capacity / 64
    share = largestShare
  }

  // MARK: Asking

  /// The past of an entry, if it has changed since we came.
  func entry(_ key: String) -> EntryHistory? { places[StateKey(key)].map { entries[$0].history } }

  /// How many entries have a past.
  var count: Int { entries.count }

  /// Entries that have left and not come back, the last one first.
  ///
  /// - Complexity: O(*n*) in all that left.
  func departed(from prefix: String? = nil) -> [(key: String, history: EntryHistory)] {
    departures[firstDeparture...].reversed().compactMap { departure in
      guard isCurrent(departure), let place = places[StateKey(departure.key)],
        prefix.map({ departure.key.begins(with: $0) }) ?? true
      else { return nil }
      return (departure.key, entries[place].history)
    }
  }

  // MARK: Taking in

  /// Notes what a message did to the state.
  ///
  /// - Complexity: O(*c*) amortised for *c* entries that changed; no value is decoded.
  mutating func note(_ change: KnownChange, at moment: Moment) {
    for touched in change.touched { note(touched, at: moment) }
    if bytes > capacity { makeRoom() }
    if bytes < capacity / 4, share < largestShare {
      share = min(largestShare, max(Self.leastShare, share * 2))
    }
  }

  private mutating func note(_ touched: KnownChange.Touched, at moment: Moment) {
    let place = place(of: touched.key)
    let before = entries[place].history.bytes
    let origin = EntryHistory.Origin(at: moment, author: touched.author)
    let isGone = touched.kind == .removed
    nextID += 1
    entries[place].history.note(touched.old, isGone: isGone, since: origin, id: nextID)
    if share > 0, entries[place].history.bytes > share {
      entries[place].history.thin(to: share - share / 4)
    }
    bytes += entries[place].history.bytes - before
    if isGone { noteDeparture(of: touched.key, at: place) }
  }

  private mutating func place(of key: String) -> Int {
    if let place = places[StateKey(key)] { return place }
    entries.append((key, EntryHistory(key: key), 0))
    places[StateKey(key)] = entries.count - 1
    bytes += entries[entries.count - 1].history.bytes
    return entries.count - 1
  }

  private mutating func noteDeparture(of key: String, at place: Int) {
    entries[place].departure = nextID
    departures.append((key, nextID))
    // An entry that comes and goes all day is in the list once for each time.
    guard departures.count > 2 * entries.count + 64 else { return }
    departures = departures[firstDeparture...].filter { isCurrent($0) }
    firstDeparture = 0
  }

  private func isCurrent(_ departure: (key: String, number: Int)) -> Bool {
    guard let place = places[StateKey(departure.key)] else { return false }
    return entries[place].history.isVacant && entries[place].departure == departure.number
  }

  // MARK: Making room

  private mutating func makeRoom() {
    while bytes > capacity, !entries.isEmpty {
      guard hand < entries.count else {
        hand = 0
        if share == 0 { return forgetOldest() }
        share = share > Self.leastShare ? share / 2 : 0
        continue
      }
      if share == 0, !entries[hand].history.isVacant {
        forget(at: hand)
      } else {
        let before = entries[hand].history.bytes
        entries[hand].history.thin(to: share)
        bytes += entries[hand].history.bytes - before
        hand += 1
      }
    }
  }

  /// Forgets entries that were removed the longest ago.
  private mutating func forgetOldest() {
    while bytes > capacity, firstDeparture < departures.count {
      let departure = departures[firstDeparture]
      if isCurrent(departure), let place = places[StateKey(departure.key)] { forget(at: place) }
      firstDeparture += 1
    }
  }

  private mutating func forget(at place: Int) {
    let gone = entries[place]
    bytes -= gone.history.bytes
    places[StateKey(gone.key)] = nil
    let last = entries.removeLast()
    guard place < entries.count else { return }
    entries[place] = last
    places[StateKey(last.key)] = place
  }
}
