import ScreenKit
import SharedState
import StateInspection

/// Who is here, and what happens in their name, kept up change by change.
///
/// The wires name no author, so what counts as somebody's is what bears their id: their avatar, the count of their
/// writes, what a Python client has built, and the interactions that say who owns them.
struct Presence: Sendable {
  /// Somebody with an avatar.
  struct Person: Sendable {
    /// When they came, if that was after us.
    var came: Moment?
    /// When something of theirs last changed, if it has since we came.
    var last: Moment?
    /// How often it does; a message counts once, whatever it changes.
    var rate = RateMeter()
  }

  /// Their ids in the order in which they came, so that nobody's place changes.
  private(set) var ids: [String] = []
  private var persons: [StateKey: Person] = [:]
  /// Who owns an interaction.
  private var owners: [StateKey: StateKey] = [:]
  /// The interactions that somebody owns, in the order in which they began.
  private var holdings: [StateKey: [String]] = [:]

  private static let interactions = "interaction."

  subscript(id: String) -> Person? { persons[StateKey(id)] }

  /// The interactions that somebody owns.
  func holdings(of id: String) -> [String] { holdings[StateKey(id)] ?? [] }

  // MARK: Following the state

  /// Takes in the first copy of the state, which is no news.
  mutating func settleIn(_ change: StateChange) {
    let keys = change.updates.keys.filter { People.avatar(in: $0) != nil || Self.isInteraction($0) }
    for key in StateKey.sorted(keys) { come(key, change.updates[key]) }
  }

  /// Takes in what a message did to the state.
  mutating func take(_ change: KnownChange, _ people: People, at moment: Moment) {
    var active: Set<StateKey> = []
    var left: Set<StateKey> = []
    for touched in change.touched {
      if touched.new != nil { come(touched.key, touched.new, at: moment) }
      if let id = owners[StateKey(touched.key)]
        ?? people.id(inKey: touched.key).map(StateKey.init)
      {
        active.insert(id)
      }
      guard touched.new == nil else { continue }
      if let id = People.avatar(in: touched.key) { left.insert(StateKey(id)) }
      letGo(touched.key)
    }
    if !left.isEmpty { ids.removeAll { left.contains(StateKey($0)) } }
    for id in left { persons[id] = nil }
    for id in active where persons[id] != nil {
      persons[id]?.last = moment
      persons[id]?.rate.note(at: moment.uptime)
    }
  }

  /// Shows who was here at another moment.
  mutating func move(_ moves: [PastMove], _ people: People) {
    for move in moves {
      if move.entry != nil {
        come(move.key, move.entry)
      } else {
        letGo(move.key)
        if let id = People.avatar(in: move.key) {
          ids.removeAll { $0.isSame(as: id) }
          persons[StateKey(id)] = nil
        }
      }
    }
    // How busy somebody was is not known of other moments.
    for move in moves {
      guard let id = owners[StateKey(move.key)] ?? people.id(inKey: move.key).map(StateKey.init),
        persons[id] != nil
      else { continue }
      persons[id] = Person(last: move.news?.at)
    }
  }

  private static func isInteraction(_ key: String) -> Bool { key.begins(with: interactions) }

  private mutating func come(_ key: String, _ entry: StateEntry?, at moment: Moment? = nil) {
    if let id = People.avatar(in: key) {
      guard persons[StateKey(id)] == nil else { return }
      persons[StateKey(id)] = Person(came: moment)
      ids.append(id)
    } else if Self.isInteraction(key), owners[StateKey(key)] == nil, let entry,
      let owner = Self.owner(in: entry)
    {
      owners[StateKey(key)] = owner
      holdings[owner, default: []].append(key)
    }
  }

  private static func owner(in entry: StateEntry) -> StateKey? {
    guard case .string(let id)? = entry.glanced?["owner.id"] else { return nil }
    return StateKey(id)
  }

  private mutating func letGo(_ key: String) {
    guard let owner = owners.removeValue(forKey: StateKey(key)) else { return }
    holdings[owner]?.removeAll { $0.isSame(as: key) }
    if holdings[owner]?.isEmpty == true { holdings[owner] = nil }
  }
}
