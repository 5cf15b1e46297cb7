package import SharedState

/// What shows somebody who may not be there any more: their avatar, hands, place and counters.
///
/// A NanoVer server clears it away when it notices that somebody has left, which it does not while the simulation stands
/// still: what stays behind is seen by everybody as a ghost.
package struct LeftBehind: Hashable, Sendable {
  package let id: String
  /// Their keys, in order.
  package let keys: [String]

  /// Everybody of whom there is something, by their ids.
  ///
  /// What somebody has made, such as selections, is not counted: that may well outlive a visit.
  ///
  /// - Complexity: O(*n*) in the keys of the state, and in the values of the interactions.
  package static func all(in state: StateDictionary) -> [LeftBehind] {
    var keys: [StateKey: [String]] = [:]
    for (key, entry) in state {
      guard let id = person(of: key, entry) else { continue }
      keys[StateKey(id), default: []].append(key)
    }
    return keys.map { LeftBehind(id: $0.key.text, keys: $0.value.sorted()) }
      .sorted { $0.id < $1.id }
  }

  /// Whose body, hands or counters an entry shows; `nil` if nobody's.
  package static func person(of key: String, _ entry: @autoclosure () -> StateEntry) -> String? {
    if let id = Links.personID(inKey: key) { return String(key[id]) }
    guard key.begins(with: PersonKeys.interactions) else { return nil }
    return entry().value["owner.id"]?.string
  }
}
