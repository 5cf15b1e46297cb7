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
public struct StateChange: Sendable {
  /// What each key holds now; nothing, if it is gone.
  private var table = KeyTable<StateEntry?>()
  private var removalCount = 0

  /// Makes a change in which nothing happened.
  public init() {}

  /// Makes a change; a key that is both updated and removed counts as removed, as it does on NanoVer's server.
  ///
  /// - Complexity: O(*n*) in the number of keys.
  public init(entries: [String: StateEntry], removals: Set<String> = []) {
    reserveCapacity(entries.count)
    for (key, entry) in entries { update(key, to: entry) }
    for key in removals { remove(key) }
  }

  /// Updates on their way into a change, of which nobody has said that no key comes twice.
  ///
  /// A wire reads a message into this, since to look for each key among those before it costs more than to read it.
  package struct Incoming {
    fileprivate var items: ContiguousArray<KeyTable<StateEntry?>.Item> = []

    package init(reserving count: Int) { items.reserveCapacity(count) }

    /// Adds what a key holds; if it comes again, the last counts.
    package mutating func append(_ entry: StateEntry, at key: StateKey) {
      items.append(.init(key: key, value: entry))
    }
  }

  /// Makes a change of updates that have come in.
  ///
  /// - Complexity: O(*n*).
  package init(_ incoming: consuming Incoming) { table = KeyTable(incoming.items) }

  /// Makes a change of removals only.
  ///
  /// - Complexity: O(*n*) in the number of keys.
  public init(removals: some Sequence<String>) {
    for key in removals { remove(key) }
  }

  /// Makes a change from plain values.
  ///
  /// - Complexity: O(*n*) in the number of keys.
  public init(updates: [String: StateValue], removals: Set<String> = []) {
    self.init(entries: updates.mapValues(StateEntry.init), removals: removals)
  }

  /// The new value of each key that was set.
  public var updates: Updates { Updates(table: table, count: table.count - removalCount) }

  /// The keys that were removed.
  public var removals: Removals { Removals(table: table, count: removalCount) }

  /// Whether nothing happened.
  public var isEmpty: Bool { table.isEmpty }

  /// How many keys the change touches.
  public var count: Int { table.count }

  /// The keys that the change touches, in no order.
  ///
  /// - Complexity: O(*n*) in the number of keys.
  public var keys: [String] { table.items.map(\.key.text) }

  /// The keys that the change touches, each with its new entry, or nothing if it is gone.
  package var items: some RandomAccessCollection<(key: StateKey, entry: StateEntry?)> {
    table.items.lazy.map { (key: $0.key, entry: $0.value) }
  }

  /// The place of a key among ``items``, if the change touches it.
  package func position(of key: StateKey) -> Int? { table.position(of: key) }

  /// Makes room for a number of keys.
  public mutating func reserveCapacity(_ keys: Int) { table.reserveCapacity(keys) }

  /// Records that a key has a new value.
  public mutating func update(_ key: String, to entry: StateEntry) {
    put(entry, at: StateKey(key))
  }

  /// Records that a key has a new value.
  public mutating func update(_ key: String, to value: StateValue) {
    update(key, to: StateEntry(value))
  }

  /// Records that a key is gone.
  public mutating func remove(_ key: String) { put(nil, at: StateKey(key)) }

  /// Records what a key holds: nothing, if it is gone.
  package mutating func put(_ entry: StateEntry?, at key: String) { put(entry, at: StateKey(key)) }

  /// Records what a key holds: nothing, if it is gone.
  package mutating func put(_ entry: StateEntry?, at key: StateKey) {
    let former = table.put(entry, for: key).former
    if case .some(.none) = former { removalCount -= 1 }
    if entry == nil { removalCount += 1 }
  }

  /// Forgets what happened to a key, and returns whether anything had.
  @discardableResult
  public mutating func forget(_ key: String) -> Bool { forget(StateKey(key)) }

  /// Forgets what happened to a key, and returns whether anything had; the last of ``items`` is in its place then.
  @discardableResult
  package mutating func forget(_ key: StateKey) -> Bool {
    guard let (_, former) = table.remove(key) else { return false }
    if former == nil { removalCount -= 1 }
    return true
  }

  /// Whether the change touches a key.
  public func touches(_ key: String) -> Bool { touches(StateKey(key)) }

  /// Whether the change touches a key.
  package func touches(_ key: StateKey) -> Bool { table.position(of: key) != nil }

  /// What the change says of a key: nil for nothing, an inner nil if it is gone.
  package subscript(key: StateKey) -> StateEntry?? { table[key] }

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
    for item in later.table.items { put(item.value, at: item.key) }
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
    for item in table.items { inverse.put(base.entry(for: item.key), at: item.key) }
    return inverse
  }
}

extension StateChange: Equatable {
  /// Whether both do the same to the same keys.
  ///
  /// - Complexity: O(*n*), plus decoding where bytes differ.
  public static func == (left: StateChange, right: StateChange) -> Bool {
    left.count == right.count && left.table.items.allSatisfy { right.table[$0.key] == $0.value }
  }
}

extension StateChange {
  /// The updates of a change, read like a dictionary whose keys are compared byte by byte.
  ///
  /// ```swift
  /// for (key, entry) in change.updates { print(key, entry.value.text) }
  /// change.updates["selection.a"]?.value
  /// ```
  public struct Updates: Sendable, Sequence, ExpressibleByDictionaryLiteral {
    fileprivate let table: KeyTable<StateEntry?>
    /// How many keys were set.
    public let count: Int

    fileprivate init(table: KeyTable<StateEntry?>, count: Int) {
      (self.table, self.count) = (table, count)
    }

    /// Makes updates; of two equal keys the later value counts.
    public init(dictionaryLiteral elements: (String, StateEntry)...) {
      var table = KeyTable<StateEntry?>()
      for (key, entry) in elements { table.put(entry, for: StateKey(key)) }
      self.init(table: table, count: table.count)
    }

    /// How many keys were set, for algorithms that make room first.
    public var underestimatedCount: Int { count }

    /// Whether no key was set.
    public var isEmpty: Bool { count == 0 }

    /// The keys that were set, in no order.
    ///
    /// - Complexity: O(*n*) in the number of keys.
    public var keys: [String] {
      // The entries are not taken out to be looked at: each would be counted as owned and let go of again.
      table.items.indices.lazy.filter { table.items[$0].value != nil }.map {
        table.items[$0].key.text
      }
    }

    /// The new entries, in the order of `keys`.
    ///
    /// - Complexity: O(*n*) in the number of keys.
    public var values: [StateEntry] { map(\.value) }

    /// The new entry of a key, if it was set.
    public subscript(key: String) -> StateEntry? { self[StateKey(key)] }

    /// The new entry of a key, if it was set.
    package subscript(key: StateKey) -> StateEntry? { table[key] ?? nil }

    /// Starts a walk over the keys and their new entries, in no order.
    public func makeIterator() -> Iterator { Iterator(base: table.items.makeIterator()) }

    /// Walks over updates.
    public struct Iterator: IteratorProtocol {
      fileprivate var base: ContiguousArray<KeyTable<StateEntry?>.Item>.Iterator

      /// The next key and its new entry.
      public mutating func next() -> (key: String, value: StateEntry)? {
        while let item = base.next() {
          if let entry = item.value { return (key: item.key.text, value: entry) }
        }
        return nil
      }
    }
  }

  /// The removals of a change, read like a set whose keys are compared byte by byte.
  public struct Removals: Sendable, Sequence, ExpressibleByArrayLiteral {
    fileprivate let table: KeyTable<StateEntry?>
    /// How many keys were removed.
    public let count: Int

    fileprivate init(table: KeyTable<StateEntry?>, count: Int) {
      (self.table, self.count) = (table, count)
    }

    /// Makes removals.
    public init(arrayLiteral elements: String...) {
      var table = KeyTable<StateEntry?>()
      for key in elements { table.put(nil, for: StateKey(key)) }
      self.init(table: table, count: table.count)
    }

    /// How many keys were removed, for algorithms that make room first.
    public var underestimatedCount: Int { count }

    /// Whether no key was removed.
    public var isEmpty: Bool { count == 0 }

    /// Whether a key was removed.
    public func contains(_ key: String) -> Bool {
      if case .some(.none) = table[StateKey(key)] { true } else { false }
    }

    /// Starts a walk over the removed keys, in no order.
    public func makeIterator() -> Iterator {
      Iterator(base: (isEmpty ? [] : table.items).makeIterator())
    }

    /// Walks over removals.
    public struct Iterator: IteratorProtocol {
      fileprivate var base: ContiguousArray<KeyTable<StateEntry?>.Item>.Iterator

      /// The next removed key.
      public mutating func next() -> String? {
        while let item = base.next() {
          if item.value == nil { return item.key.text }
        }
        return nil
      }
    }
  }
}

extension StateChange.Updates: Equatable {
  /// Whether both set the same keys to equal values.
  public static func == (left: Self, right: Self) -> Bool {
    left.count == right.count && left.allSatisfy { right[$0.key] == $0.value }
  }
}

extension StateChange.Removals: Equatable {
  /// Whether both name the same keys.
  public static func == (left: Self, right: Self) -> Bool {
    left.count == right.count && left.allSatisfy(right.contains)
  }
}
