import SharedState

/// The town as a beginner would write it: one dictionary, one write after the other, no coalescing, no cohorts.
struct NaiveServer {
  private(set) var houses: [String: StateValue] = [:]
  /// How often each write has reached the town, by its writer and counter.
  private var arrivals: [String: [Int64: Int]] = [:]
  /// The connections on which each user has written.
  private var connections: [String: Set<Int>] = [:]

  mutating func receive(_ change: StateChange, from user: String, over connection: Int) {
    connections[user, default: []].insert(connection)
    for key in change.removals { houses[key] = nil }
    for (key, entry) in change.updates { houses[key] = entry.value }
    if let counter = change.updates["update.index.\(user)"]?.value.int {
      arrivals[user, default: [:]][counter, default: 0] += 1
    }
  }

  /// A user whose last connection has gone takes along what is called after it or owned by it.
  mutating func leave(_ user: String, over connection: Int) {
    guard connections[user]?.remove(connection) != nil, connections[user]?.isEmpty == true
    else { return }
    houses = houses.filter { key, value in
      let isNamedAfter = key.split(separator: ".", omittingEmptySubsequences: false)
        .dropFirst().contains(Substring(user))
      let isOwned = key.hasPrefix("interaction.") && value["owner.id"]?.string == user
      return !isNamedAfter && !isOwned
    }
  }

  func arrivals(of counter: Int64, by user: String) -> Int { arrivals[user]?[counter] ?? 0 }

  /// The first difference from a town, in words; nil if there is none.
  func difference(from state: StateDictionary) -> String? {
    for (key, value) in houses where state[key] != value {
      return "\(key) should be \(value) and is \(state[key].map { "\($0)" } ?? "gone")"
    }
    return state.keys.first { houses[$0] == nil }.map { "\($0) should be gone" }
  }
}
