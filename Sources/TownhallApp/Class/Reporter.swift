import SharedState
import StateSync
import Synchronization

/// Tells a class how a learner gets on, and once more whenever the town has lost it, as after a broken connection.
final class Reporter: Sendable {
  private static let key = "learner"

  private final class Newest: Sendable {
    let report = Mutex<LearnerReport?>(nil)
  }

  private let client: SyncClient
  private let newest = Newest()
  private let bell: AsyncStream<Void>.Continuation
  private let work: Task<Void, Never>

  /// Makes a reporter of a client that sees the learner's street.
  init(of client: SyncClient) {
    self.client = client
    let (rings, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    self.bell = bell
    let events = client.events()
    let watch = Task {
      for await batch in events where batch.change.removals.contains(Self.key) { bell.yield() }
    }
    work = Task { [newest] in
      var told: LearnerReport?
      for await _ in rings {
        guard let report = newest.report.withLock({ $0 }),
          report != told || !client.state.contains(Self.key)
        else { continue }
        let change = StateChange(updates: [Self.key: report.value])
        guard await client.isLive(within: .seconds(60)) else {
          bell.yield()
          continue
        }
        switch await client.send(change) {
        case .accepted, .overwritten, .refused: told = report
        case .unconfirmed, .disconnected: bell.yield()
        }
      }
      watch.cancel()
    }
  }

  /// Tells how the learner gets on now, and returns at once.
  func tell(_ report: LearnerReport) {
    newest.report.withLock { $0 = report }
    bell.yield()
  }

  /// Tells no more.
  func finish() async {
    bell.finish()
    work.cancel()
    await work.value
  }
}
