package struct TimedOut: Error {}

/// Runs an operation, and leaves it behind if it takes too long or the caller is cancelled.
///
/// For what cannot be cancelled, as much of NIO: waiting for it is bounded from outside.
///
/// - Parameters:
///   - limit: How long it may take.
///   - operation: What to do.
///   - discard: Takes what came too late for anybody to have.
/// - Returns: What `operation` returns.
/// - Throws: `TimedOut`, `CancellationError`, or what `operation` throws.
package func bounded<Value: Sendable>(
  within limit: Duration,
  _ operation: @escaping @Sendable () async throws -> Value,
  discard: @escaping @Sendable (Value) async -> Void = { _ in }
) async throws -> Value {
  let result = Promise<Result<Value, any Error>>()
  let work = Task {
    do {
      let value = try await operation()
      if !result.fulfil(.success(value)) { await discard(value) }
    } catch {
      result.fulfil(.failure(error))
    }
  }
  let timer = Task {
    try await Task.sleep(for: limit)
    result.fulfil(.failure(TimedOut()))
  }
  defer {
    work.cancel()
    timer.cancel()
  }
  return try await result.get()
}

/// Runs two operations at once until the first of them ends; the other is cancelled, and waited for.
///
/// - Returns: What the first to end returns.
/// - Throws: What it throws.
package func race<Value: Sendable>(
  _ one: @escaping @Sendable () async throws -> Value,
  _ other: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  try await withThrowingTaskGroup(of: Value.self) { group in
    group.addTask { try await one() }
    group.addTask { try await other() }
    defer { group.cancelAll() }
    guard let value = try await group.next() else { throw CancellationError() }
    return value
  }
}

/// Runs an operation for at most so long; nil when the time was up first.
///
/// The operation is cancelled then, and is waited for: it must end soon when it is cancelled.
package func within<Value: Sendable>(
  _ limit: Duration?,
  _ operation: @escaping @Sendable () async throws -> Value
) async throws -> Value? {
  guard let limit else { return try await operation() }
  return try await race(operation) {
    try await Task.sleep(for: limit)
    return nil
  }
}
