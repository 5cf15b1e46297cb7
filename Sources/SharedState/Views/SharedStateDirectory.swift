/// Values that are found by their keys: those of a whole shared state, or of one collection of it.
public protocol SharedStateDirectory: Sendable {
  /// What the values are read as.
  associatedtype Value: SharedStateEntry

  /// A reference to a key, which need not have a value.
  subscript(key: String) -> SharedStateReference<Value> { get }
}

// All of these return when the change has been accepted.
extension SharedStateDirectory {
  /// Sets the value of a key, whether or not it had one.
  @discardableResult
  public func set(_ key: String, to value: Value) async throws -> SharedStateReference<Value> {
    try await self[key].set(value)
    return self[key]
  }

  /// Sets some fields of a value that is a dictionary, and leaves the others.
  ///
  /// - Throws: As ``SharedStateReference/update(_:)``; nothing is written then.
  @discardableResult
  public func update(
    _ key: String,
    _ fields: StateObject
  ) async throws -> SharedStateReference<Value> {
    try await self[key].update(fields)
    return self[key]
  }

  /// Changes a value in place; nothing is written if `body` throws.
  ///
  /// - Throws: As ``SharedStateReference/modify(_:)``.
  @discardableResult
  public func modify(
    _ key: String,
    _ body: @Sendable (inout Value) throws -> Void
  ) async throws -> SharedStateReference<Value> {
    try await self[key].modify(body)
    return self[key]
  }

  /// Removes the value of a key.
  ///
  /// - Throws: ``SharedStateError/keyNotFound(key:)``.
  public func remove(_ key: String) async throws { try await self[key].remove() }
}

extension SharedStateDirectory where Value == StateValue {
  /// Sets the value of a key to a typed entry, whether or not it had one.
  @discardableResult
  @_disfavoredOverload
  public func set(
    _ key: String,
    to value: some SharedStateEntry
  ) async throws -> SharedStateReference<Value> {
    try await set(key, to: value.stateValue)
  }
}
