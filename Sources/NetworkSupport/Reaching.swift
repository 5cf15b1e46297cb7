import ConcurrencySupport

/// Connects to a server, or says within a bounded time why that is not possible.
///
/// - Parameters:
///   - limit: How long it may take.
///   - dial: Connects.
///   - discard: Takes a connection that came too late.
///   - failure: Makes the error to throw, of a reason for a person.
/// - Returns: What `dial` returns.
/// - Throws: What `failure` makes, or an error of that kind as `dial` has thrown it, or `CancellationError`.
package func reach<Connection: Sendable, Failure: Error>(
  within limit: Duration,
  _ dial: @escaping @Sendable () async throws -> Connection,
  discard: @escaping @Sendable (Connection) async -> Void,
  failure: (_ reason: String) -> Failure
) async throws -> Connection {
  do {
    return try await bounded(within: limit, dial, discard: discard)
  } catch let error as CancellationError {
    throw error
  } catch let error as Failure {
    throw error
  } catch is TimedOut {
    throw failure("no answer within \(limit)")
  } catch {
    throw failure(NetworkFailure.describe(error))
  }
}
