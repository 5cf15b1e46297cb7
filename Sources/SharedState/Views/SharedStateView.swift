/// A view of a whole shared state.
///
/// Looking up a key gives a ``SharedStateReference``, which you can keep, whether or not the key has a
/// value. A prefix gives a ``SharedStateCollection``. Reading is local and takes no time; writing waits
/// until the change has been accepted.
///
/// ```swift
/// let state = SharedStateView(LocalStateEndpoint())
/// try await state.set("some.key", to: 2.4)
/// let reference = state["some.key"]
/// try reference.snapshot()                     // 2.4
/// state.collection("some.").keys               // ["some.key"]
/// ```
public struct SharedStateView: Sendable {
  /// Where the state is kept.
  public let endpoint: any SharedStateEndpoint

  /// Makes a view of the state that an endpoint keeps.
  public init(_ endpoint: any SharedStateEndpoint) { self.endpoint = endpoint }

  /// The address of a key, which need not have a value.
  public subscript(key: String) -> SharedStateReference<StateValue> {
    SharedStateReference(key: key, endpoint: endpoint)
  }

  /// The address of a key whose value is read as a type.
  public subscript<Value: SharedStateEntry>(
    key: String, as type: Value.Type
  ) -> SharedStateReference<Value> {
    SharedStateReference(key: key, endpoint: endpoint)
  }

  /// A view of the keys that begin with a prefix: a collection.
  ///
  /// The prefix may be any text; nothing forces a dot at its end, and `"sel"` is a collection with all
  /// selections on it.
  public func collection(_ prefix: String) -> SharedStateCollection<StateValue> {
    SharedStateCollection(prefix: prefix, endpoint: endpoint)
  }

  /// A view of the keys that begin with a prefix, whose values are read as a type.
  public func collection<Value: SharedStateEntry>(
    _ prefix: String,
    of type: Value.Type
  ) -> SharedStateCollection<Value> {
    SharedStateCollection(prefix: prefix, endpoint: endpoint)
  }
}

// Reading.
extension SharedStateView {
  /// The whole state at this moment; it stays as it is while the state moves on.
  ///
  /// - Complexity: O(1).
  public func snapshot() -> StateDictionary { endpoint.state }

  /// All keys, sorted.
  ///
  /// - Complexity: O(*n* log *n*) in the number of keys.
  public var keys: [String] { endpoint.state.keys(withPrefix: "") }

  /// How many keys have a value.
  public var count: Int { endpoint.state.count }

  /// Whether no key has a value.
  public var isEmpty: Bool { endpoint.state.isEmpty }

  /// Whether a key has a value.
  public func contains(_ key: String) -> Bool { endpoint.state.contains(key) }

  /// Whether a reference leads to a value of this state.
  public func contains<Other>(_ reference: SharedStateReference<Other>) -> Bool {
    reference.endpoint === endpoint && contains(reference.key)
  }

  /// What happens from now on to the keys that begin with a prefix.
  ///
  /// ```swift
  /// for await event in state.changes(under: "selection.") {
  ///   print(event.kind, event.key, event.new?.text ?? "")
  /// }
  /// ```
  ///
  /// The sequence ends when the endpoint does, or with the task that reads it. It belongs to one reader;
  /// ask again for a second.
  public func changes(under prefix: String = "") -> SharedStateChanges {
    SharedStateChanges(batches: endpoint.events(), prefix: prefix)
  }
}

extension SharedStateView: Sequence {
  /// Starts a walk over references to all keys that have a value now, sorted by key.
  ///
  /// - Complexity: O(*n* log *n*) in the number of keys.
  public func makeIterator() -> IndexingIterator<[SharedStateReference<StateValue>]> {
    keys.map { self[$0] }.makeIterator()
  }
}

extension SharedStateView: SharedStateDirectory {
  /// Removes the values of all keys, in one change.
  public func clear() async throws { try await collection("").clear() }
}
