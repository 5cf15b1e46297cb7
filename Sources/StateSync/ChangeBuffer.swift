package import SharedState

/// Changes that wait for somebody, coalesced: the newest word on each key, however long it takes.
///
/// Updates and removals in it never share a key. It is bounded by the keys that whoever it waits for may hold and those
/// that the server holds now: an entry that came and went in the meantime leaves nothing behind.
///
/// It keeps no state to know who holds what, because each that somebody keeps makes the next write to it copy what they
/// share; what each key held when it was first touched tells as much.
package struct ChangeBuffer: Sendable, Equatable {
  package private(set) var change = StateChange()
  /// Whether those for whom this waits may hold each key, in the order of the change.
  private var isHeld: ContiguousArray<Bool> = []

  package init() {}

  package var isEmpty: Bool { change.isEmpty }

  /// Adds what happened later.
  ///
  /// - Complexity: O(*n*) in the size of `later`.
  package mutating func merge(_ later: StateEvents) {
    guard !isEmpty || !later.change.removals.isEmpty else {
      // The one change that was made since the last was sent, most of the time.
      change = later.change
      isHeld = ContiguousArray(later.touched.lazy.map { $0.old != nil })
      return
    }
    for (key, old, new) in later.touched { merge(new, at: key, wasHeld: old != nil) }
  }

  /// Adds what happened later, of keys that somebody wants to hear of.
  ///
  /// - Complexity: O(*n*) in the size of `later`.
  mutating func merge(_ later: StateEvents, only filter: KeyFilter) {
    for (key, entry) in filter.narrowed(later.change).items {
      merge(entry, at: key, wasHeld: later.old(key) != nil)
    }
  }

  /// Adds what gathered later.
  ///
  /// - Complexity: O(*n*) in the size of `later`.
  package mutating func merge(_ later: ChangeBuffer) {
    guard !isEmpty else {
      self = later
      return
    }
    for (position, item) in later.change.items.enumerated() {
      merge(item.entry, at: item.key, wasHeld: later.isHeld[position])
    }
  }

  private mutating func merge(_ entry: StateEntry?, at key: StateKey, wasHeld: Bool) {
    let position = change.position(of: key)
    if entry == nil, !(position.map { isHeld[$0] } ?? wasHeld) {
      // Nobody has heard of it. In its place goes the last, as in the change.
      guard let position else { return }
      change.forget(key)
      isHeld.swapAt(position, isHeld.count - 1)
      isHeld.removeLast()
      return
    }
    change.put(entry, at: key)
    if position == nil { isHeld.append(wasHeld) }
  }

  /// Notes that somebody joins those for whom this waits who holds all that is set in it.
  ///
  /// - Complexity: O(*n*) in the keys of the change.
  mutating func noteHolder() {
    for (position, item) in change.items.enumerated() where item.entry != nil {
      isHeld[position] = true
    }
  }

  /// Empties the buffer and returns what was in it, or nil if there was nothing.
  package mutating func take() -> ChangeBuffer? {
    guard !change.isEmpty else { return nil }
    defer { self = ChangeBuffer() }
    return self
  }
}
