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
  private var updated: [ExactText: StateEntry]
  private var removed: Set<ExactText>

  /// Makes a change in which nothing happened.
  public init() {
    updated = [:]
    removed = []
  }

  /// Makes a change; a key that is both updated and removed counts as removed, as it does on NanoVer's server.
  ///
  /// - Complexity: O(*n*) in the number of keys.
  public init(entries: [String: StateEntry], removals: Set<String> = []) {
    self.init()
    for (key, entry) in entries { update(key, to: entry) }
    for key in removals { remove(key) }
  }

  /// Makes a change of removals only.
  ///
  /// - Complexity: O(*n*) in the number of keys.
  public init(removals: some Sequence<String>) {
    self.init()
    for key in removals { remove(key) }
  }

  /// Makes a change from plain values.
  ///
  /// - Complexity: O(*n*) in the number of keys.
  public init(updates: [String: StateValue], removals: Set<String> = []) {
    self.init(entries: updates.mapValues(StateEntry.init), removals: removals)
  }

  /// The new value of each key that was set.
  public var updates: Updates { Updates(entries: updated) }

  /// The keys that were removed.
  public var removals: Removals { Removals(keys: removed) }

  /// Whether nothing happened.
  public var isEmpty: Bool { updated.isEmpty && removed.isEmpty }

  /// How many keys the change touches.
  public var count: Int { updated.count + removed.count }

  /// The keys that the change touches, in no order.
  ///
  /// - Complexity: O(*n*) in the number of keys.
  public var keys: [String] { updated.keys.map(\.text) + removed.map(\.text) }

  /// Makes room for a number of updates.
  public mutating func reserveCapacity(_ updates: Int) { updated.reserveCapacity(updates) }

  /// Records that a key has a new value.
  public mutating func update(_ key: String, to entry: StateEntry) {
    update(ExactText(key), to: entry)
  }

  /// Records that a key has a new value.
  public mutating func update(_ key: String, to value: StateValue) {
    update(key, to: StateEntry(value))
  }

  /// Records that a key is gone.
  public mutating func remove(_ key: String) { remove(ExactText(key)) }

  /// Records what a key holds: nothing, if it is gone.
  package mutating func put(_ entry: StateEntry?, at key: String) {
    if let entry { update(key, to: entry) } else { remove(key) }
  }

  /// Forgets what happened to a key, and returns whether anything had.
  @discardableResult
  public mutating func forget(_ key: String) -> Bool {
    let key = ExactText(key)
    let wasUpdated = updated.removeValue(forKey: key) != nil
    return removed.remove(key) != nil || wasUpdated
  }

  /// Whether the change touches a key.
  public func touches(_ key: String) -> Bool {
    let key = ExactText(key)
    return updated[key] != nil || removed.contains(key)
  }

  /// Adds what happened later: the newest word on each key counts.
  ///
  /// Merging is associative, and applying the merged change is the same as applying the two in turn.
  ///
  /// - Complexity: O(*n*) in the size of `later`.
  public mutating func merge(_ later: StateChange) {
    guard !isEmpty else {
      self = later
      return
    }
    for key in later.removed { remove(key) }
    for (key, entry) in later.updated { update(key, to: entry) }
  }

  /// The change that leads back from after this one to `base`.
  ///
  /// ```swift
  /// var state = base
  /// state.apply(change)
  /// state.apply(change.inverse(against: base))   // state == base
  /// ```
  ///
  /// - Complexity: O(*n*) in the number of keys touched.
  public func inverse(against base: StateDictionary) -> StateChange {
    var inverse = StateChange()
    for key in keys { inverse.put(base.entry(for: key), at: key) }
    return inverse
  }

  private mutating func update(_ key: ExactText, to entry: StateEntry) {
    if !removed.isEmpty { removed.remove(key) }
    updated[key] = entry
  }

  private mutating func remove(_ key: ExactText) {
    if !updated.isEmpty { updated[key] = nil }
    removed.insert(key)
  }
}

extension StateChange {
  /// The updates of a change, read like a dictionary whose keys are compared byte by byte.
  ///
  /// ```swift
  /// for (key, entry) in change.updates { print(key, entry.value.text) }
  /// change.updates["selection.a"]?.value
  /// ```
  public struct Updates: Sendable, Equatable, Sequence, ExpressibleByDictionaryLiteral {
    fileprivate let entries: [ExactText: StateEntry]

    fileprivate init(entries: [ExactText: StateEntry]) { self.entries = entries }

    /// Makes updates; of two equal keys the later value counts.
    public init(dictionaryLiteral elements: (String, StateEntry)...) {
      var entries: [ExactText: StateEntry] = [:]
      for (key, entry) in elements { entries[ExactText(key)] = entry }
      self.entries = entries
    }

    /// How many keys were set.
    public var count: Int { entries.count }

    /// How many keys were set, for algorithms that make room first.
    public var underestimatedCount: Int { entries.count }

    /// Whether no key was set.
    public var isEmpty: Bool { entries.isEmpty }

    /// The keys that were set, in no order.
    ///
    /// - Complexity: O(*n*) in the number of keys.
    public var keys: [String] { entries.keys.map(\.text) }

    /// The new entries, in the order of `keys`.
    ///
    /// - Complexity: O(*n*) in the number of keys.
    public var values: [StateEntry] { Array(entries.values) }

    /// The new entry of a key, if it was set.
    public subscript(key: String) -> StateEntry? { entries[ExactText(key)] }

    /// Starts a walk over the keys and their new entries, in no order.
    public func makeIterator() -> Iterator { Iterator(base: entries.makeIterator()) }

    /// Walks over updates.
    public struct Iterator: IteratorProtocol {
      fileprivate var base: [ExactText: StateEntry].Iterator

      /// The next key and its new entry.
      public mutating func next() -> (key: String, value: StateEntry)? {
        base.next().map { (key: $0.key.text, value: $0.value) }
      }
    }
  }

  /// The removals of a change, read like a set whose keys are compared byte by byte.
  public struct Removals: Sendable, Equatable, Sequence, ExpressibleByArrayLiteral {
    fileprivate let keys: Set<ExactText>

    fileprivate init(keys: Set<ExactText>) { self.keys = keys }

    /// Makes removals.
    public init(arrayLiteral elements: String...) { keys = Set(elements.map { ExactText($0) }) }

    /// How many keys were removed.
    public var count: Int { keys.count }

    /// How many keys were removed, for algorithms that make room first.
    public var underestimatedCount: Int { keys.count }

    /// Whether no key was removed.
    public var isEmpty: Bool { keys.isEmpty }

    /// Whether a key was removed.
    public func contains(_ key: String) -> Bool { keys.contains(ExactText(key)) }

    /// Starts a walk over the removed keys, in no order.
    public func makeIterator() -> Iterator { Iterator(base: keys.makeIterator()) }

    /// Walks over removals.
    public struct Iterator: IteratorProtocol {
      fileprivate var base: Set<ExactText>.Iterator

      /// The next removed key.
      public mutating func next() -> String? { base.next()?.text }
    }
  }
}
