internal import SharedState

/// The entries that a connection takes with it when it leaves, and whose those are.
///
/// NanoVer's server finds them by looking for the id anywhere behind a dot, so user `1` takes `x.10` along, and
/// an empty id every dotted key. Here an id counts only as a whole component of the key.
enum OwnedKeys {
  private static let avatars = PersonKeys.avatars
  private static let counters = PersonKeys.counters
  private static let interactions = PersonKeys.interactions

  /// Whose an entry is, where a key that bears somebody's id may be another's.
  ///
  /// Who comes over a network takes along what it wrote itself and what is written for a person by that name, and nothing
  /// else: whoever calls itself `root` does not own the selection of that name. Within a program all are one.
  struct Ownership: Sendable {
    private let identity: Visitor.Identity
    private let authors: AuthorBook

    init(of identity: Visitor.Identity, by authors: AuthorBook) {
      (self.identity, self.authors) = (identity, authors)
    }

    func holds(_ key: StateKey, of user: String) -> Bool {
      if identity == Visitor.program.identity { return true }
      return authors.entry(for: key)?.visitor.identity == identity
        || OwnedKeys.isBody(key.text, of: user) || key.text == PersonKeys.origins + user
    }
  }

  /// Whether a key is of somebody's body: `avatar.` and the id, `cursor.`, the id and `.left`, and the like.
  static func isBody(_ key: String, of user: String) -> Bool {
    PersonKeys.bodies.contains { family in
      guard key.begins(with: family) else { return false }
      let rest = key.utf8.dropFirst(family.utf8.count)
      guard rest.starts(with: user.utf8) else { return false }
      let behind = rest.dropFirst(user.utf8.count).first
      return behind == nil || family == "cursor." && behind == UInt8(ascii: ".")
    }
  }

  /// Whether a key shows where somebody is and what their hands do.
  static func isShown(_ key: String) -> Bool {
    PersonKeys.bodies.contains { $0 != counters && key.begins(with: $0) }
  }

  /// The id in the key of an avatar.
  static func user(ofAvatar key: String) -> String? { user(in: key, behind: avatars) }

  private static func user(in key: String, behind prefix: String) -> String? {
    guard key.begins(with: prefix), key.utf8.count > prefix.utf8.count else { return nil }
    return String(decoding: key.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
  }

  /// The user whose counter a change writes.
  static func user(countedBy change: StateChange) -> String? {
    change.updates.keys.lazy.compactMap { user(in: $0, behind: counters) }.min()
  }

  /// The user whose avatar a change writes; of several, the first in order, so that the choice is not chance.
  static func user(claimedBy change: StateChange) -> String? {
    change.updates.keys.lazy.compactMap { user(in: $0, behind: avatars) }.min()
  }

  /// The keys that go when a user leaves.
  ///
  /// - Complexity: O(*n*) in the bytes of all keys.
  static func keys(
    of user: String,
    in state: StateDictionary,
    _ ownership: Ownership
  ) -> [String] {
    let component = Array(".\(user)".utf8)
    let interactions = Array(interactions.utf8)
    let named = state.lazy.filter { key, entry in
      // All keys are looked at while the server can do nothing else, so this reads plain bytes.
      var key = key
      return key.withUTF8 { key in
        has(key, component)
          || key.starts(with: interactions) && entry.value["owner.id"] == .string(user)
      }
    }
    return named.map(\.key).filter { ownership.holds(StateKey($0), of: user) }
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
