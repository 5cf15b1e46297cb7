/// Runs work for at most so long; nil when the time was up first.
///
/// The work is cancelled then, and is waited for: it must end soon when it is cancelled.
func within<Result: Sendable>(
  _ limit: Duration?,
  _ work: @escaping @Sendable () async throws -> Result
) async throws -> Result? {
  guard let limit else { return try await work() }
  return try await withThrowingTaskGroup(of: Result?.self) { group in
    group.addTask { try await work() }
    group.addTask {
      try await Task.sleep(for: limit)
      return nil
    }
    defer { group.cancelAll() }
    return try await group.next() ?? nil
  }
}
