import TextScreen
import SharedState

/// What a new house in a street should look like, learnt from its neighbours.
enum EntryTemplate {
  /// How many neighbours are looked at, and from how long on a list is left for the person to fill.
  private static let neighbours = 64
  private static let longestList = 16

  /// A house like those of the street: the fields that most of them have, with the values of the first such.
  ///
  /// Where that neighbour holds its own address or name, the new house holds its own: clients require that
  /// `id` and `playerid` agree with the key. Long lists, which are sets of atoms, begin empty.
  ///
  /// - Complexity: O(*n*) in the keys of the town, plus the decoding of up to 64 neighbours.
  static func entry(named name: String, street: String, in state: StateDictionary) -> StateValue {
    let houses = state.keys(withPrefix: street).prefix(neighbours).compactMap { key in
      state[key].flatMap { $0.object == nil ? nil : (key: key, value: $0) }
    }
    var votes: [Set<String>: Int] = [:]
    for house in houses { votes[Set(house.value.object?.keys ?? []), default: 0] += 1 }
    let most = votes.values.max() ?? 0
    guard
      let model = houses.first(where: { votes[Set($0.value.object?.keys ?? [])] == most })
    else { return .object([:]) }
    return renamed(
      model.value,
      from: String(model.key.dropFirst(street.count)),
      to: name,
      street: street
    )
  }

  /// The same house under another name.
  static func renamed(
    _ value: StateValue,
    from old: String,
    to new: String,
    street: String
  ) -> StateValue {
    // Without a name to look for, every empty text would be taken for it.
    guard !street.isEmpty, !old.isEmpty else { return value }
    return adapted(value, [street + old: street + new, old: new])
  }

  private static func adapted(_ value: StateValue, _ names: [String: String]) -> StateValue {
    switch value {
    case .string(let text): .string(names[text] ?? text)
    case .array(let elements) where elements.count > longestList: .array([])
    case .array(let elements): .array(elements.map { adapted($0, names) })
    case .object(let object):
      .object(StateObject(object.map { ($0.key, adapted($0.value, names)) }))
    default: value
    }
  }
}
