package import SharedState

/// Changes that wait for somebody, coalesced: the newest word on each key, however long it takes.
///
/// It is bounded by the number of keys, and updates and removals in it never share a key.
package struct ChangeBuffer: Sendable, Equatable {
  /// What has gathered.
  package private(set) var change = StateChange()

  package init() {}

  package var isEmpty: Bool { change.isEmpty }

  /// Adds what happened later.
  ///
  /// - Complexity: O(*n*) in the size of `later`; O(1) into an empty buffer.
  package mutating func merge(_ later: StateChange) {
    if change.isEmpty {
      change = later
    } else {
      change.merge(later)
    }
  }

  /// Empties the buffer and returns what was in it, or nil if there was nothing.
  package mutating func take() -> StateChange? {
    guard !change.isEmpty else { return nil }
    defer { change = StateChange() }
    return change
  }
}
