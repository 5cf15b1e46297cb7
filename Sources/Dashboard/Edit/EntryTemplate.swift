import TextScreen
import SharedState

/// What a new entry of a group should look like, learnt from those that are there.
enum EntryTemplate {
  /// How many entries are looked at, and from how long on a list is left for the person to fill.
  private static let mostSeen = 64
  private static let longestList = 16
  /// The fields with what people call an entry.
  private static let titles: Set<String> = ["name", "display_name"]

  /// An entry like those of the group: the fields that most of them have, with the values of the first such, whose key is
  /// told too.
  ///
  /// Where that one holds its own key or name, the new entry holds its own: clients require that
  /// `id` and `playerid` agree with the key. What people call it is its own too, nothing hides it, and long lists,
  /// which are sets of atoms, begin empty.
  ///
  /// - Complexity: O(*n*) in the keys of the state, plus the decoding of up to 64 values.
  static func begun(
    named name: String,
    prefix: String,
    in state: StateDictionary
  ) -> (like: String?, value: StateValue) {
    guard let model = model(prefix, in: state) else { return (nil, .object([:])) }
    let old = String(model.key.dropFirst(prefix.count))
    let value = titled(unhidden(model.value), name)
    return (model.key, renamed(value, from: old, to: name, prefix: prefix))
  }

  /// The same entry by the name of the new one, where it has one that people see.
  private static func titled(_ value: StateValue, _ name: String) -> StateValue {
    guard var object = value.object else { return value }
    for title in titles where object[title]?.string?.isEmpty == false {
      object[title] = .string(name)
    }
    return .object(object)
  }

  /// The same entry with nothing that hides it, or that hides what it draws.
  private static func unhidden(_ value: StateValue) -> StateValue {
    guard case .object(let object) = value else { return value }
    return .object(
      StateObject(
        object.map { field in
          let hides = field.key == "hide" || field.key.hasSuffix(".hide")
          return (field.key, hides && field.value == true ? false : unhidden(field.value))
        }
      )
    )
  }

  private static func model(
    _ prefix: String,
    in state: StateDictionary
  ) -> (key: String, value: StateValue)? {
    let entries = state.keys(withPrefix: prefix).prefix(mostSeen).compactMap { key in
      state[key].flatMap { $0.object == nil ? nil : (key: key, value: $0) }
    }
    var votes: [Set<String>: Int] = [:]
    for entry in entries { votes[Set(entry.value.object?.keys ?? []), default: 0] += 1 }
    let most = votes.values.max() ?? 0
    return entries.first { votes[Set($0.value.object?.keys ?? [])] == most }
  }

  /// The same entry under another name.
  static func renamed(
    _ value: StateValue,
    from old: String,
    to new: String,
    prefix: String
  ) -> StateValue {
    // Without a name to look for, every empty text would be taken for it.
    guard !prefix.isEmpty, !old.isEmpty else { return value }
    return adapted(value, [prefix + old: prefix + new, old: new])
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
