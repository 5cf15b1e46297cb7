import ConcurrencySupport
import SharedState
import StateSync
import TownhallKit

/// A town that is joined when it is first needed, and stays joined over many calls.
actor StandingTown {
  /// Where it is.
  let address: ServerAddress
  private let trust: CertificateOptions
  private let surroundings: Surroundings
  private var joining: Task<SharedStateClient, any Error>?

  init(_ address: ServerAddress, trust: CertificateOptions, in surroundings: Surroundings) {
    var address = address
    // What is silent is told from what is at peace.
    address.isWatched = true
    (self.address, self.trust) = (address, trust)
    // Nobody can be asked: the terminal, if there is one, belongs to the other program.
    var surroundings = surroundings
    (surroundings.isWatched, surroundings.isInteractive) = (false, false)
    self.surroundings = surroundings
  }

  /// The client in this town, if it is the one that is asked for, with a copy that is the town's.
  func client(
    at address: ServerAddress,
    within patience: Duration
  ) async throws -> SharedStateClient? {
    guard address.description == self.address.description else { return nil }
    return try await client(within: patience)
  }

  /// The client, with a copy that is the town's.
  ///
  /// - Throws: Why the town cannot be joined, or has been lost for longer than that.
  func client(within patience: Duration) async throws -> SharedStateClient {
    let joining =
      joining
      ?? Task { [address, trust, surroundings] in
        try await trust.connect(
          to: address,
          as: SyncClient.randomUserID(),
          patience: patience,
          in: surroundings
        )
      }
    self.joining = joining
    let client: SharedStateClient
    do {
      client = try await joining.value
    } catch {
      // The next call tries again.
      if self.joining == joining { self.joining = nil }
      throw error
    }
    try await Self.waitUntilLive(client, within: patience)
    return client
  }

  private static func waitUntilLive(
    _ client: SharedStateClient,
    within patience: Duration
  ) async throws {
    guard !client.isLive else { return }
    let (statuses, last) = (client.sync.statuses(), Locked("it does not answer"))
    let isLive = try await ConcurrencySupport.within(patience) {
      for await status in statuses {
        if status.isLive { return true }
        if case .waiting(_, let reason, _) = status { last.withLock { $0 = reason } }
      }
      return false
    }
    guard isLive != true else { return }
    let reason = Program.safe(last.withLock { $0 })
    throw Failure(.noTown, "lost the town at \(client.address): \(reason)")
  }

  /// Leaves the town in good order, if it was joined.
  func leave() async {
    joining?.cancel()
    if let client = try? await joining?.value { await client.close() }
    joining = nil
  }
}
