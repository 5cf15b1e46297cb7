import Dashboard
import SharedState
import StateSync
import Synchronization

/// Carries what is wanted of locks to the town, one request after the other, and gives back what is left at the end.
final class LockErrands: Sendable {
  /// How long the town may take at the end; a lock that is not given back ends by itself.
  private static let patience = Duration.milliseconds(500)

  private struct Contents {
    /// The locks that the town may have granted.
    var held: Set<StateKey> = []
    /// The last request; each waits for the one before, or a lock could be given back before it is taken.
    var last: Task<Void, Never>?
  }

  private let town: SyncClient
  private let inbox: Inbox
  private let contents = Mutex(Contents())

  init(town: SyncClient, inbox: Inbox) { (self.town, self.inbox) = (town, inbox) }

  /// Takes a lock, or renews it, and tells the dashboard what became of that.
  func take(_ key: String, for time: Duration) {
    contents.withLock { _ = $0.held.insert(StateKey(key)) }
    queue { [self] in
      // A release that was still on its way has forgotten it.
      contents.withLock { _ = $0.held.insert(StateKey(key)) }
      let until = town.clock.now() + time
      do {
        let isGranted = try await town.updateLocks([key: .hold(seconds: time / .seconds(1))])
        if !isGranted { forget(key) }
        inbox.put(.locked(key, isGranted ? .success(until) : .failure(.heldByAnother(keys: [key]))))
      } catch {
        let reason = String(describing: error)
        inbox.put(.locked(key, .failure(.unanswered(keys: [key], reason: reason))))
      }
    }
  }

  func release(_ key: String) {
    queue { [self] in
      _ = try? await town.updateLocks([key: .release])
      forget(key)
    }
  }

  /// Gives back all locks that may still be held, and returns when the town has them or has taken too long.
  func giveBackAll() async {
    for key in contents.withLock({ $0.held }) { release(key.text) }
    guard let last = contents.withLock({ $0.last }) else { return }
    await town.clock.wait(for: last, atMost: Self.patience)
  }

  private func forget(_ key: String) { contents.withLock { _ = $0.held.remove(StateKey(key)) } }

  private func queue(_ errand: @escaping @Sendable () async -> Void) {
    contents.withLock { contents in
      contents.last = Task { [before = contents.last] in
        await before?.value
        await errand()
      }
    }
  }
}
