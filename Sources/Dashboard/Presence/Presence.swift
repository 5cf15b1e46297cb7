import ScreenKit
import SharedState

/// Who is here, and what happens in their name, kept up change by change.
///
/// The wires name no author, so what counts as somebody's is what bears their id: their avatar, the count of their
/// writes, what a Python client has built, and the interactions that say who owns them.
struct Presence: Sendable {
  /// Somebody with an avatar.
  struct Person: Sendable {
    /// When something of theirs last changed, if it has since we came.
    var last: Moment?
    /// How often it does; a message counts once, whatever it changes.
    var rate = RateMeter()
  }

  /// Their ids in the order in which they came, so that nobody's place changes.
  private(set) var ids: [String] = []
  private var people: [ExactText: Person] = [:]
  /// Who owns an interaction.
  private var owners: [ExactText: ExactText] = [:]
  /// The interactions that somebody owns, in the order in which they began.
  private var holdings: [ExactText: [String]] = [:]
  /// How long ids are, so that most parts of keys are known at once to be none.
  private var lengths: Set<Int> = []

  private static let avatars = "avatar."
  private static let interactions = "interaction."

  subscript(id: String) -> Person? { people[ExactText(id)] }

  /// The interactions that somebody owns.
  func holdings(of id: String) -> [String] { holdings[ExactText(id)] ?? [] }

  // MARK: Following the state

  /// Takes in the first copy of the state, which is no news.
  mutating func settleIn(_ change: StateChange) {
    let keys = change.updates.keys.filter { Self.isAvatar($0) || Self.isInteraction($0) }
    for key in ExactText.sorted(keys) { come(key, change.updates[key]) }
  }

  /// Takes in what a message did to the state.
  mutating func take(_ change: KnownChange, at moment: Moment) {
    var active: Set<ExactText> = []
    var left: Set<ExactText> = []
    for touched in change.touched {
      if touched.new != nil { come(touched.key, touched.new) }
      if let id = owner(of: touched.key) { active.insert(id) }
      guard touched.new == nil else { continue }
      if Self.isAvatar(touched.key) { left.insert(ExactText(KeyParts(touched.key).name)) }
      letGo(touched.key)
    }
    if !left.isEmpty { ids.removeAll { left.contains(ExactText($0)) } }
    for id in left { people[id] = nil }
    for id in active where people[id] != nil {
      people[id]?.last = moment
      people[id]?.rate.note(at: moment.uptime)
    }
  }

  private static func isAvatar(_ key: String) -> Bool {
    key.begins(with: avatars) && key.utf8.count > avatars.utf8.count
  }

  private static func isInteraction(_ key: String) -> Bool { key.begins(with: interactions) }

  private mutating func come(_ key: String, _ entry: StateEntry?) {
    if Self.isAvatar(key) {
      let id = KeyParts(key).name
      guard people[ExactText(id)] == nil else { return }
      people[ExactText(id)] = Person()
      ids.append(id)
      lengths.insert(id.utf8.count)
    } else if Self.isInteraction(key), owners[ExactText(key)] == nil, let entry,
      let owner = Self.owner(in: entry)
    {
      owners[ExactText(key)] = owner
      holdings[owner, default: []].append(key)
    }
  }

  private static func owner(in entry: StateEntry) -> ExactText? {
    guard (entry.packed?.bytes.count ?? 0) <= Preview.largestDecoded,
      case .string(let id)? = entry.value["owner.id"]
    else { return nil }
    return ExactText(id)
  }

  private mutating func letGo(_ key: String) {
    guard let owner = owners.removeValue(forKey: ExactText(key)) else { return }
    holdings[owner]?.removeAll { ExactText($0) == ExactText(key) }
    if holdings[owner]?.isEmpty == true { holdings[owner] = nil }
  }

  /// Whose an entry is: by what it says of itself, or by a part of its key.
  private func owner(of key: String) -> ExactText? {
    if let owner = owners[ExactText(key)] { return owner }
    guard !people.isEmpty else { return nil }
    for part in key.utf8.split(separator: UInt8(ascii: ".")).dropFirst()
    where lengths.contains(part.count) {
      let id = ExactText(String(decoding: part, as: UTF8.self))
      if people[id] != nil { return id }
    }
    // An id may hold dots itself.
    let name = ExactText(KeyParts(key).name)
    return people[name] == nil ? nil : name
  }
}
