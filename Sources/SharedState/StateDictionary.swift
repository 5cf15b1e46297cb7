internal import HashTreeCollections

/// A whole shared state at one moment: every key and its entry.
///
/// A copy is O(1) and stays as it is while the live side moves on, so a snapshot, a step of history and a point
/// to undo to are all the same cheap thing: a value that you keep.
///
/// ```swift
/// var state = StateDictionary()
/// state["selection.a"] = ["name": "A"]
/// let snapshot = state              // of the whole state
/// state["selection.a"] = nil
/// snapshot["selection.a"]           // still there
/// ```
///
/// Keys are compared byte by byte, as all peers do: two spellings of "é" are two keys.
public struct StateDictionary: Sendable {
  private var entries: TreeDictionary<StateKey, StateEntry>

  /// Makes an empty state.
  public init() { entries = [:] }

  /// Makes a state from plain values.
  ///
  /// - Complexity: O(*n*) in the number of values.
  public init(_ values: [String: StateValue]) {
    self.init()
    for (key, value) in values { self[key] = value }
  }

  /// How many keys have a value.
  public var count: Int { entries.count }

  /// Whether no key has a value.
  public var isEmpty: Bool { entries.isEmpty }

  /// All keys, in no order.
  ///
  /// - Complexity: O(*n*).
  public var keys: [String] { entries.keys.map(\.text) }

  /// All keys that begin with a prefix, sorted.
  ///
  /// The prefix is compared byte by byte and may be any text: nothing asks for a dot at its end.
  ///
  /// - Complexity: O(*n*) in all keys of the state, plus the sorting of those found.
  public func keys(withPrefix prefix: String) -> [String] {
    entries.keys.lazy.map(\.text).filter { $0.begins(with: prefix) }
      .sorted { $0.precedes($1) }
  }

  /// How many keys begin with a prefix.
  ///
  /// - Complexity: O(*n*) in all keys of the state, unless the prefix is empty.
  public func count(withPrefix prefix: String) -> Int {
    prefix.isEmpty ? count : entries.keys.count { $0.text.begins(with: prefix) }
  }

  /// Whether a key has a value.
  public func contains(_ key: String) -> Bool { contains(StateKey(key)) }

  /// Whether a key has a value.
  package func contains(_ key: StateKey) -> Bool { entries[key] != nil }

  /// The entry of a key, decoded or not.
  ///
  /// - Complexity: O(log *n*), near to O(1).
  public func entry(for key: String) -> StateEntry? { entries[StateKey(key)] }

  /// The entry of a key, decoded or not.
  package func entry(for key: StateKey) -> StateEntry? { entries[key] }

  /// The value of a key; setting `nil` removes it.
  ///
  /// - Complexity: O(log *n*), plus decoding.
  public subscript(key: String) -> StateValue? {
    get { entries[StateKey(key)]?.value }
    set { entries[StateKey(key)] = newValue.map(StateEntry.init) }
  }

  /// Sets or removes the entry of a key.
  public mutating func setEntry(_ entry: StateEntry?, for key: String) {
    put(entry, at: StateKey(key))
  }

  /// Sets or removes the entry of a key, and returns what was there.
  @discardableResult
  package mutating func put(_ entry: StateEntry?, at key: StateKey) -> StateEntry? {
    if let entry {
      entries.updateValue(entry, forKey: key)
    } else {
      entries.removeValue(forKey: key)
    }
  }

  /// Applies a change.
  ///
  /// - Complexity: O(*m* log *n*) for *m* keys touched.
  public mutating func apply(_ change: StateChange) {
    // Also of a whole state in the order in which it came: in that of the hashes, which spares the tree half its waits for
    // memory, each key and value that is taken along is waited for instead, and nothing is won.
    for (key, entry) in change.items { put(entry, at: key) }
  }

  /// The change that leads from an older state to this one.
  ///
  /// - Complexity: O(*n* + *m*) in the sizes of the two states. Who follows a state does not need this: events say what
  ///   each key held before.
  public func changes(since older: StateDictionary) -> StateChange {
    // Nothing public of the tree tells which values differ and passes over what both share: `==` does that, but says
    // only whether any do. So both are walked over side by side. Trees of the same keys have the same shape, however
    // they came about, so in most steps both are at one key: nothing is looked up, and a value that they share is known
    // by where it lies. Half of what is left is the count of owners of each value, which a walk must touch.
    var change = StateChange()
    if older.isEmpty { change.reserveCapacity(count) }
    var (news, olds) = (entries.makeIterator(), older.entries.makeIterator())
    var (new, old) = (news.next(), olds.next())
    while new != nil || old != nil {
      if let new, let old, new.key == old.key {
        if new.value != old.value { change.put(new.value, at: new.key) }
      } else if let key = old?.key, entries[key] == nil {
        change.put(nil, at: key)
        old = olds.next()
        continue
      } else if let item = new {
        let before = older.entries[item.key]
        if before != item.value { change.put(item.value, at: item.key) }
        if before == nil {
          new = news.next()
          continue
        }
      }
      // Where a key more or less has moved others, both have all of them and are soon at one key again.
      (new, old) = (news.next(), olds.next())
    }
    return change
  }
}

extension StateDictionary: Sequence {
  /// Walks over all keys and entries, in no order.
  public struct Iterator: IteratorProtocol {
    fileprivate var base: TreeDictionary<StateKey, StateEntry>.Iterator

    /// The next key and its entry.
    public mutating func next() -> (key: String, entry: StateEntry)? {
      base.next().map { (key: $0.key.text, entry: $0.value) }
    }
  }

  /// Starts a walk over all keys and entries.
  public func makeIterator() -> Iterator { Iterator(base: entries.makeIterator()) }
}

extension StateDictionary: Equatable {
  /// Whether both hold equal values at the same keys.
  ///
  /// - Complexity: O(*n*), plus decoding where bytes differ; parts that a state shares with its snapshot are
  ///   not looked at.
  public static func == (left: StateDictionary, right: StateDictionary) -> Bool {
    left.entries == right.entries
  }
}

extension StateDictionary: ExpressibleByDictionaryLiteral {
  /// Makes a state from plain values; of two equal keys the later value counts.
  public init(dictionaryLiteral elements: (String, StateValue)...) {
    self.init()
    for (key, value) in elements { self[key] = value }
  }
}
