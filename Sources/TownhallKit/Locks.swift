public import SharedState
internal import StateSync

extension SharedStateReference {
  /// Runs some work while nobody else can write this value, and gives the lock back however the work ends.
  ///
  /// Only servers of the gRPC generations, and those of this program, know locks.
  ///
  /// ```swift
  /// try await client.sharedState["scene"].withLock { … }
  /// ```
  ///
  /// - Parameters:
  ///   - length: How long the lock is to outlive this program, should it die; it is renewed until the work ends.
  ///   - work: What to do. It is cancelled if the lock is lost.
  /// - Returns: What the work returns.
  /// - Throws: What the work throws, or an error that says why the lock could not be taken or was lost.
  public func withLock<Result: Sendable>(
    for length: Duration = .seconds(5),
    _ work: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    guard let locking = endpoint as? any LockingEndpoint else {
      throw TransportError(.unsupported, "this town knows no locks")
    }
    return try await locking.holdingLocks(on: [key], for: length, work)
  }
}

extension SharedStateClient {
  /// Runs some work while nobody else can write some keys, and gives the locks back however the work ends.
  ///
  /// - Parameters:
  ///   - keys: What to lock: all of them, or none.
  ///   - length: How long the locks are to outlive this program, should it die; they are renewed until the work ends.
  ///   - work: What to do. It is cancelled if the locks are lost.
  /// - Returns: What the work returns.
  /// - Throws: What the work throws, or an error that says why the locks could not be taken or were lost.
  public func holdingLocks<Result: Sendable>(
    on keys: [String],
    for length: Duration = .seconds(5),
    _ work: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    try await sync.holdingLocks(on: keys, for: length, work)
  }
}
