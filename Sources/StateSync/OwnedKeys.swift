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
    let interactions = Array(interactions.utf8)
    return state.lazy.filter { key, entry in
      // All keys are looked at while the server can do nothing else, so this reads plain bytes.
      var key = key
      return key.withUTF8 { key in
        has(key, component)
          || key.starts(with: interactions) && entry.value["owner.id"] == .string(user)
      }
    }.map(\.key)
  }

  /// Whether a key has the component somewhere, followed by a dot or by its end.
  private static func has(_ key: UnsafeBufferPointer<UInt8>, _ component: [UInt8]) -> Bool {
    guard key.count >= component.count else { return false }
    let dot = UInt8(ascii: ".")
    for start in 0...key.count - component.count where key[start] == dot {
      let end = start + component.count
      guard end == key.count || key[end] == dot else { continue }
      if key[start..<end].elementsEqual(component) { return true }
    }
    return false
  }
}
