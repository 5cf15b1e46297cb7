import ConcurrencySupport
import SharedState
import StateSync

/// Tells a class how a learner gets on, and once more whenever the town has lost it, as after a broken connection.
final class Reporter: Sendable {
  private static let key = "learner"

  private let client: SyncClient
  private let newest = CoalescingMailbox<LearnerReport?>(nil)
  private let work: Task<Void, Never>

  /// Makes a reporter of a client that sees the learner's street.
  init(of client: SyncClient) {
    self.client = client
    let events = client.events()
    let watch = Task { [newest] in
      for await batch in events where batch.change.removals.contains(Self.key) { newest.ring() }
    }
    work = Task { [newest] in
      var told: LearnerReport?
      for await _ in newest.rings {
        guard let report = newest.open({ $0 }),
          report != told || !client.state.contains(Self.key)
        else { continue }
        let change = StateChange(updates: [Self.key: report.value])
        guard await client.isLive(within: .seconds(60)) else {
          newest.ring()
          continue
        }
        switch await client.send(change) {
        case .accepted, .overwritten, .refused: told = report
        case .unconfirmed, .disconnected: newest.ring()
        }
      }
      watch.cancel()
    }
  }

  /// Tells how the learner gets on now, and returns at once.
  func tell(_ report: LearnerReport) { newest.put { $0 = report } }

  func finish() async {
    newest.finish()
    work.cancel()
    await work.value
  }
}
