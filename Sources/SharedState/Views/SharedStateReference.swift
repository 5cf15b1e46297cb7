/// A reference to one value: a key, and the state in which to look.
///
/// A reference holds no value. It can be kept, handed on and used again and again: each ``snapshot()`` looks
/// anew, and finds the value of that moment. It may lead to a key that has no value yet.
///
/// ```swift
/// let reference = state["some.key"]
/// reference.hasValue                       // false
/// try await reference.set(["some_field": 90])
/// try await reference.update(["some_field": 91])
/// try reference.snapshot()                 // {"some_field":91}
/// ```
///
/// Two references are equal if they have the same key in the same state. The references of the original were equal
/// whatever their state, so a set of them could lose some.
public struct SharedStateReference<Value: SharedStateEntry>: Sendable {
  /// The whole key, with its prefix.
  public let key: String
  /// Where the state is kept.
  public let endpoint: any SharedStateEndpoint

  /// Makes the address of a key.
  public init(key: String, endpoint: any SharedStateEndpoint) {
    self.key = key
    self.endpoint = endpoint
  }

  /// Whether the key has a value now.
  public var hasValue: Bool { endpoint.state.contains(key) }

  /// The value now; it stays as it is while the state moves on, and changing it changes nothing else.
  ///
  /// - Throws: ``SharedStateError/keyNotFound(key:)``, or ``SharedStateError/unreadable(key:type:reason:)`` if
  ///   the value is not what this reference reads.
  public func snapshot() throws(SharedStateError) -> Value { try read(from: endpoint.state) }
}

// Writing. All of these return when the change has been accepted.
extension SharedStateReference {
  /// Sets the value, whether or not there was one.
  public func set(_ value: Value) async throws {
    let value = value.stateValue
    try await endpoint.write { _ in StateChange(updates: [key: value]) }
  }

  /// Sets the value to an entry made of some fields, whether or not there was one.
  ///
  /// - Throws: ``SharedStateError/unreadable(key:type:reason:)`` if the fields make no such entry.
  public func set(fields: StateObject) async throws { try await set(make(of: .object(fields))) }

  /// Sets some fields of the value, which must be a dictionary, and leaves the others.
  ///
  /// No other write of this endpoint comes in between reading and writing.
  ///
  /// - Throws: ``SharedStateError/keyNotFound(key:)``, ``SharedStateError/notADictionary(key:kind:)``, or
  ///   ``SharedStateError/unreadable(key:type:reason:)`` if the value is, or would become, something that
  ///   this reference cannot read. Nothing is written then.
  public func update(_ fields: StateObject) async throws {
    try await endpoint.write { freshest in
      guard let entry = freshest.entry(for: key) else {
        throw SharedStateError.keyNotFound(key: key)
      }
      let current = entry.value
      guard current.object != nil else {
        throw SharedStateError.notADictionary(key: key, kind: current.kind)
      }
      var value = try make(of: current)
      for field in fields {
        try explaining { try value.setField(field.key, to: field.value) }
      }
      return StateChange(updates: [key: value.stateValue])
    }
  }

  /// Changes the value in place; nothing is written if `body` throws.
  ///
  /// ```swift
  /// try await reference.modify { value in
  ///   value.object?["some_field"] = 91
  ///   value.object?["other_field"] = nil
  /// }
  /// ```
  ///
  /// No other write of this endpoint comes in between reading and writing.
  ///
  /// - Parameter body: Changes the value that it is handed. It may run on another thread and must be quick.
  /// - Throws: ``SharedStateError/keyNotFound(key:)``, ``SharedStateError/unreadable(key:type:reason:)``, or
  ///   what `body` throws.
  public func modify(_ body: @Sendable (inout Value) throws -> Void) async throws {
    try await endpoint.write { freshest in
      var value = try read(from: freshest)
      try body(&value)
      return StateChange(updates: [key: value.stateValue])
    }
  }

  /// Removes the value; the reference stays good.
  ///
  /// - Throws: ``SharedStateError/keyNotFound(key:)``.
  public func remove() async throws {
    try await endpoint.write { freshest in
      guard freshest.contains(key) else { throw SharedStateError.keyNotFound(key: key) }
      return StateChange(removals: [key])
    }
  }
}

extension SharedStateReference where Value == StateValue {
  /// Sets the value to a typed entry, whether or not there was one.
  @_disfavoredOverload
  public func set(_ value: some SharedStateEntry) async throws { try await set(value.stateValue) }
}

extension SharedStateReference {
  func read(from state: StateDictionary) throws(SharedStateError) -> Value {
    guard let entry = state.entry(for: key) else { throw .keyNotFound(key: key) }
    return try make(of: entry.value)
  }

  func make(of value: StateValue) throws(SharedStateError) -> Value {
    try explaining { try Value(stateValue: value) }
  }

  /// Names the key and the type in an error of an entry, which knows neither.
  private func explaining<Result>(
    _ body: () throws -> Result
  ) throws(SharedStateError) -> Result {
    do {
      return try body()
    } catch {
      throw .unreadable(key: key, type: "\(Value.self)", reason: "\(error)")
    }
  }
}

extension SharedStateReference: Hashable {
  /// Whether both lead to the same key of the same state.
  public static func == (left: SharedStateReference, right: SharedStateReference) -> Bool {
    left.endpoint === right.endpoint && left.key.isSame(as: right.key)
  }

  /// Feeds the key and the state into a hasher.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(endpoint))
    hasher.combine(StateKey(key))
  }
}

extension SharedStateReference: CustomStringConvertible {
  /// The key, as a person would look for it.
  public var description: String { "reference to \(StateValue.string(key).text)" }
}
