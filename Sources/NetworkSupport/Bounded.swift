/// An operation took too long.
package struct TimedOut: Error {}

/// Runs an operation, and leaves it behind if it takes too long or the caller is cancelled.
///
/// Much of NIO cannot be cancelled, so waiting for it is bounded from outside.
///
/// - Parameters:
///   - limit: how long it may take.
///   - operation: what to do.
///   - discard: takes what came too late for anybody to have.
/// - Returns: what `operation` returns.
/// - Throws: `TimedOut`, `CancellationError`, or what `operation` throws.
package func bounded<Value: Sendable>(
  within limit: Duration,
  _ operation: @escaping @Sendable () async throws -> Value,
  discard: @escaping @Sendable (Value) async -> Void
) async throws -> Value {
  let (results, continuation) = AsyncThrowingStream.makeStream(of: Value.self)
  let work = Task {
    do {
      let value = try await operation()
      if case .terminated = continuation.yield(value) { await discard(value) }
    } catch {
      continuation.finish(throwing: error)
    }
  }
  let timer = Task {
    try await Task.sleep(for: limit)
    continuation.finish(throwing: TimedOut())
  }
  defer {
    work.cancel()
    timer.cancel()
  }
  for try await value in results { return value }
  throw CancellationError()
}
