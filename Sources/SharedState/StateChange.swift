/// What happened to a shared state: some keys have new values, others are gone.
///
/// This is the one coin that crosses every border: the wires, the sync engine, undo, history and the screen all
/// speak it. Updates and removals never share a key, because clients disagree about what such a message means.
///
/// ```swift
/// var change = StateChange(updates: ["selection.a": ["name": "A"]])
/// change.remove("selection.a")
/// change.updates.isEmpty        // true: a key is in one of the two, never in both
/// ```
public struct StateChange: Sendable, Equatable {
  /// The new value of each key that was set.
  public private(set) var updates: [String: StateEntry]
  /// The keys that were removed.
  public private(set) var removals: Set<String>

  /// Makes a change; a key that is both updated and removed counts as removed, as it does on NanoVer's server.
  ///
  /// - Complexity: O(*n*) in the number of removals.
  public init(entries: [String: StateEntry] = [:], removals: Set<String> = []) {
    updates = entries
    self.removals = removals
    for key in removals { updates[key] = nil }
  }

  /// Makes a change from plain values.
  ///
  /// - Complexity: O(*n*) in the number of keys.
  public init(updates: [String: StateValue], removals: Set<String> = []) {
    self.init(entries: updates.mapValues(StateEntry.init), removals: removals)
  }

  /// Whether nothing happened.
  public var isEmpty: Bool { updates.isEmpty && removals.isEmpty }

  /// How many keys the change touches.
  public var count: Int { updates.count + removals.count }

  /// The keys that the change touches, in no order.
  public var keys: [String] { Array(updates.keys) + Array(removals) }

  /// Records that a key has a new value.
  public mutating func update(_ key: String, to entry: StateEntry) {
    removals.remove(key)
    updates[key] = entry
  }

  /// Records that a key has a new value.
  public mutating func update(_ key: String, to value: StateValue) {
    update(key, to: StateEntry(value))
  }

  /// Records that a key is gone.
  public mutating func remove(_ key: String) {
    updates[key] = nil
    removals.insert(key)
  }

  /// Forgets what happened to a key, and returns whether anything had.
  @discardableResult
  public mutating func forget(_ key: String) -> Bool {
    let wasUpdated = updates.removeValue(forKey: key) != nil
    return removals.remove(key) != nil || wasUpdated
  }

  /// Whether the change touches a key.
  public func touches(_ key: String) -> Bool {
    updates[key] != nil || removals.contains(key)
  }

  /// Adds what happened later: the newest word on each key counts.
  ///
  /// - Complexity: O(*n*) in the size of `later`.
  public mutating func merge(_ later: StateChange) {
    for key in later.removals { remove(key) }
    for (key, entry) in later.updates { update(key, to: entry) }
  }

  /// The change that leads back from after this one to `base`.
  ///
  /// ```swift
  /// var town = base
  /// town.apply(change)
  /// town.apply(change.inverse(against: base))   // town == base
  /// ```
  ///
  /// - Complexity: O(*n*) in the number of keys touched.
  public func inverse(against base: StateDictionary) -> StateChange {
    var inverse = StateChange()
    for key in keys {
      if let entry = base.entry(for: key) {
        inverse.update(key, to: entry)
      } else {
        inverse.remove(key)
      }
    }
    return inverse
  }
}
