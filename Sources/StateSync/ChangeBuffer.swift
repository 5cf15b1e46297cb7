package import SharedState

/// Changes that wait for somebody, coalesced: the newest word on each key, however long it takes.
///
/// Updates and removals in it never share a key. It is bounded by the keys that whoever it waits for may hold and those
/// that the server holds now: an entry that came and went in the meantime leaves nothing behind.
package struct ChangeBuffer: Sendable, Equatable {
  package private(set) var change = StateChange()

  package init() {}

  package var isEmpty: Bool { change.isEmpty }

  /// Adds what happened later.
  ///
  /// - Parameters:
  ///   - later: What happened.
  ///   - known: The state that those for whom this waits have seen; it need not be told of the removal of
  ///     other keys.
  /// - Complexity: O(*n*) in the size of `later`.
  package mutating func merge(_ later: StateChange, known: StateDictionary) {
    guard !later.removals.isEmpty else { return change.merge(later) }
    var news = later
    for (key, entry) in later.items where entry == nil && !known.contains(key) {
      news.forget(key)
      change.forget(key)
    }
    change.merge(news)
  }

  /// Empties the buffer and returns what was in it, or nil if there was nothing.
  package mutating func take() -> StateChange? {
    guard !change.isEmpty else { return nil }
    defer { change = StateChange() }
    return change
  }
}
