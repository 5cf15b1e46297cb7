import StateSync

/// Connects to a server, or says within a bounded time why that is not possible.
///
/// - Parameters:
///   - address: Where the server is, for a person.
///   - limit: How long it may take.
///   - dial: Connects.
///   - discard: Takes a connection that came too late.
/// - Returns: What `dial` returns.
/// - Throws: `TransportError` that says what was tried and what happened, or `CancellationError`.
package func reach<Connection: Sendable>(
  _ address: String,
  within limit: Duration,
  _ dial: @escaping @Sendable () async throws -> Connection,
  discard: @escaping @Sendable (Connection) async -> Void
) async throws -> Connection {
  do {
    return try await bounded(within: limit, dial, discard: discard)
  } catch let error as CancellationError {
    throw error
  } catch let error as TransportError {
    throw error
  } catch is TimedOut {
    throw TransportError.unreachable(address, "no answer within \(limit)")
  } catch {
    throw TransportError.unreachable(address, Trouble.describe(error))
  }
}
