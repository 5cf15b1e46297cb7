import SharedState
import StateSync
import TownhallKit

/// Where a tour takes place: a town of the learner's own, or a street of a town that others live in.
struct PracticeServer: Sendable {
  /// The learner's own client, to which this is the whole town; whoever shows it starts it.
  let learner: SyncClient
  /// Who acts where a lesson needs a second person.
  let neighbour: ScriptedPeer

  let tell: @Sendable (LearnerReport) -> Void

  private let end: @Sendable () async -> String?

  /// Opens a town of its own in this program, which others can join.
  static func offline() async throws -> PracticeServer {
    let server = try await SharedStateServer.start(orNextFree: true)
    // Without locks, as on a street: the neighbour writes where the learner does, whatever is locked.
    let way = InMemoryTransport(
      server: server.endpoint,
      address: server.address,
      knowsLocks: false
    )
    let learner = SyncClient(transport: way)
    return PracticeServer(
      learner: learner,
      // Nobody's client, so that the neighbour's counter does not stand among the lesson's houses.
      neighbour: ScriptedPeer { [endpoint = server.endpoint] in endpoint.apply($0) },
      tell: { _ in },
      end: {
        await learner.stop()
        await server.close()
        return nil
      }
    )
  }

  /// Takes a street of a town that is there, after clearing what former tours have left in it.
  static func onStreet(
    through way: any StateTransport,
    variables: [String: String]
  ) async throws -> PracticeServer {
    for abandoned in PracticeRecord.takeAbandoned(at: way.address, in: variables) {
      await PracticePrefix.clear(abandoned, through: way)
    }
    let street = try PracticePrefix(through: way, variables: variables)
    return PracticeServer(
      learner: street.learner,
      neighbour: ScriptedPeer { await street.change($0) },
      tell: { street.tell($0) },
      end: { await street.leave() }
    )
  }

  /// Leaves, and takes everything along.
  ///
  /// - Returns: What to tell the person if something may be left.
  func leave() async -> String? {
    await neighbour.finish()
    return await end()
  }
}
