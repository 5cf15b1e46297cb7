internal import SharedState

/// The entries that a connection takes with it when it leaves, and whose those are.
///
/// NanoVer's server finds them by looking for the id anywhere behind a dot, so user `1` takes `x.10` along, and
/// an empty id every dotted key. Here an id counts only as a whole component of the key.
enum OwnedKeys {
  private static let avatars = "avatar."
  private static let interactions = "interaction."

  /// The user whose avatar a change writes; of several, the first in order, so that the choice is not chance.
  static func user(claimedBy change: StateChange) -> String? {
    change.updates.keys.lazy
      .filter { $0.begins(with: avatars) }
      .map { String(decoding: $0.utf8.dropFirst(avatars.utf8.count), as: UTF8.self) }
      .filter { !$0.isEmpty }
      .min()
  }

  /// The keys that go when a user leaves.
  ///
  /// - Complexity: O(*n*) in the bytes of all keys.
  static func keys(of user: String, in state: StateDictionary) -> [String] {
    let component = Array(".\(user)".utf8)
    return state.lazy.filter { key, entry in
      has(key, component)
        || key.begins(with: interactions) && entry.value["owner.id"] == .string(user)
    }.map(\.key)
  }

  /// Whether a key has the component somewhere, followed by a dot or by its end.
  private static func has(_ key: String, _ component: [UInt8]) -> Bool {
    var rest = key.utf8[...]
    while let dot = rest.firstIndex(of: UInt8(ascii: ".")) {
      rest = rest[dot...]
      if rest.starts(with: component) {
        let next = rest.dropFirst(component.count).first
        if next == nil || next == UInt8(ascii: ".") { return true }
      }
      rest = rest.dropFirst()
    }
    return false
  }
}
