/// A view of the keys that begin with one prefix.
///
/// Every call that takes a key resolves it: the prefix is put before it unless it stands there already. Values
/// are read as the collection's type, though the state holds them as dictionaries.
///
/// ```swift
/// let selections = state.collection("selection.", of: ParticleSelection.self)
/// try await selections.set("abc", to: ParticleSelection(displayName: "Pair", particleIDs: [0, 2]))
/// selections["abc"].key                       // "selection.abc"
/// selections["selection.abc"].key             // "selection.abc"
/// try selections["abc"].snapshot().particleIDs   // [0, 2]
/// ```
///
/// The prefix is compared byte by byte and is taken as it is, which has consequences at the edges:
/// - `collection[""]` and `collection["selection."]` are both the key that equals the prefix.
/// - The key `selection.selection.x` is found by its whole text only; `selection.x` is another key.
/// - Without a dot at its end a prefix also matches longer words: `sel` takes in `selection.a`.
///
/// What cannot be read as the collection's type is never written over by a change of a field: the change is refused.
public struct SharedStateCollection<Value: SharedStateEntry>: Sendable {
  /// What all keys begin with.
  public let prefix: String
  /// Where the state is kept.
  public let endpoint: any SharedStateEndpoint

  /// Makes a view of the keys that begin with a prefix.
  public init(prefix: String, endpoint: any SharedStateEndpoint) {
    self.prefix = prefix
    self.endpoint = endpoint
  }

  /// A reference to a key of this collection, which need not have a value.
  public subscript(key: String) -> SharedStateReference<Value> {
    SharedStateReference(key: resolve(key), endpoint: endpoint)
  }

  /// The whole key: the prefix is put before it unless it stands there already.
  public func resolve(_ key: String) -> String { key.resolved(under: prefix) }
}

extension String {
  /// The text as a key under a prefix, which may stand there already.
  package func resolved(under prefix: String) -> String {
    begins(with: prefix) ? self : prefix + self
  }
}

// Reading.
extension SharedStateCollection {
  /// All values of this collection, taken at one moment.
  ///
  /// What cannot be read as the collection's type is named by ``SharedStateSnapshot/unreadable``; one odd entry
  /// does not hide the others.
  ///
  /// - Complexity: O(*n*) in all keys of the state, plus reading the values found.
  public func snapshot() -> SharedStateSnapshot<Value> {
    let state = endpoint.state
    return SharedStateSnapshot(prefix: prefix, references: references(in: state), state: state)
  }

  /// The whole keys of this collection, sorted.
  ///
  /// - Complexity: O(*n*) in all keys of the state, plus the sorting of those found.
  public var keys: [String] { endpoint.state.keys(withPrefix: prefix) }

  /// How many keys of this collection have a value.
  ///
  /// - Complexity: O(*n*) in all keys of the state.
  public var count: Int { endpoint.state.count(withPrefix: prefix) }

  /// Whether no key of this collection has a value.
  ///
  /// - Complexity: O(*n*) in all keys of the state.
  public var isEmpty: Bool { count == 0 }

  /// Whether a key of this collection, with or without its prefix, has a value.
  public func contains(_ key: String) -> Bool { endpoint.state.contains(resolve(key)) }

  /// Whether a reference leads to a value of this collection and this state.
  ///
  /// The original also says yes to keys of other collections, which it would then not list.
  public func contains<Other>(_ reference: SharedStateReference<Other>) -> Bool {
    reference.endpoint === endpoint && reference.key.begins(with: prefix) && reference.hasValue
  }

  /// What happens from now on to the keys of this collection.
  public func changes() -> SharedStateChanges {
    SharedStateChanges(batches: endpoint.events(), prefix: prefix)
  }

  private func references(in state: StateDictionary) -> [SharedStateReference<Value>] {
    state.keys(withPrefix: prefix).map { SharedStateReference(key: $0, endpoint: endpoint) }
  }
}

extension SharedStateCollection: Sequence {
  /// Starts a walk over references to the keys of this collection that have a value now, sorted by key.
  ///
  /// - Complexity: O(*n*) in all keys of the state, plus the sorting of those found.
  public func makeIterator() -> IndexingIterator<[SharedStateReference<Value>]> {
    references(in: endpoint.state).makeIterator()
  }
}

// Writing. All of these return when the change has been accepted.
extension SharedStateCollection: SharedStateDirectory {
  /// Adds a value under a key that nobody else has: the prefix and a random UUID.
  ///
  /// - Returns: The address of the new value; keep it if you want to change it later.
  @discardableResult
  public func add(_ value: Value) async throws -> SharedStateReference<Value> {
    let reference = self[prefix + RandomIdentifier.make()]
    try await reference.set(value)
    return reference
  }

  /// Adds an entry made of some fields under a key that nobody else has.
  ///
  /// - Returns: The address of the new value.
  /// - Throws: ``SharedStateError/unreadable(key:type:reason:)`` if the fields make no such entry.
  @discardableResult
  public func add(fields: StateObject) async throws -> SharedStateReference<Value> {
    let reference = self[prefix + RandomIdentifier.make()]
    try await reference.set(fields: fields)
    return reference
  }

  /// Sets the value of a key to an entry made of some fields, whether or not it had one.
  ///
  /// - Throws: ``SharedStateError/unreadable(key:type:reason:)`` if the fields make no such entry.
  @discardableResult
  public func set(
    _ key: String,
    fields: StateObject
  ) async throws -> SharedStateReference<Value> {
    try await self[key].set(fields: fields)
    return self[key]
  }

  /// Removes all values of this collection in one change.
  ///
  /// Nobody sees half of it, and a value that somebody else removes meanwhile is no error.
  public func clear() async throws {
    try await endpoint.write { [prefix] freshest in
      StateChange(removals: freshest.keys(withPrefix: prefix))
    }
  }
}

extension SharedStateCollection where Value == StateValue {
  /// Adds a typed entry under a key that nobody else has.
  @discardableResult
  @_disfavoredOverload
  public func add(_ value: some SharedStateEntry) async throws -> SharedStateReference<Value> {
    try await add(value.stateValue)
  }
}
