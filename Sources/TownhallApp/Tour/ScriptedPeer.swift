import ConcurrencySupport
import SharedState
import StateSync

/// Somebody else in the practice town, who does what a lesson's script says, one act after the other.
final class ScriptedPeer: Sendable {
  /// So many acts may wait; a script has a handful.
  private static let mostWaiting = 100

  private let acts: AsyncStream<StateChange>.Continuation
  private let work: Task<Void, Never>

  /// Makes a neighbour of somebody who can change the town.
  init(_ change: @escaping @Sendable (StateChange) async -> Void) {
    let (stream, acts) = AsyncStream.makeStream(
      of: StateChange.self,
      bufferingPolicy: .bufferingOldest(Self.mostWaiting)
    )
    self.acts = acts
    work = Task {
      for await act in stream where !Task.isCancelled { await change(act) }
    }
  }

  /// Begins with an act, after those that are not done yet, and returns at once.
  func act(_ change: StateChange) { acts.yield(change) }

  /// Does no more, and returns when the act that is under way has ended.
  func finish() async {
    acts.finish()
    work.cancel()
    await work.value
  }
}

extension SyncClient {
  func isLive(within limit: Duration) async -> Bool {
    (try? await within(limit) { try await self.waitUntilLive() }) != nil
  }
}
