import SharedState
import StateSync

/// A street in somebody's town that a learner practises on, and all that keeps the town as it was.
///
/// The learner sees `lesson.<id>.town.` as if it were the whole town. A second client keeps the street: it plays the
/// neighbour, tells a class how the learner gets on, and is the last to leave.
struct PracticePrefix: Sendable {
  let learner: SyncClient
  private let keeper: SyncClient
  private let reporter: Reporter
  /// The first time that the town is told whose street this is, and all later times.
  private let claim, renewal: Task<Void, Never>
  private let record: PracticeRecord.Held?

  private static let town = "town."
  /// How long the town may take to be there again when the learner leaves.
  private static let patience = Duration.seconds(2)

  /// Makes a street of a town, in which nobody lives yet, for a learner who is yet to be started.
  ///
  /// - Parameters:
  ///   - way: The way to the town.
  ///   - variables: The environment, which says where the street is put on record.
  /// - Throws: What keeps the record from being written.
  init(through way: any StateTransport, variables: [String: String]) throws {
    let (learner, neighbour) = (RandomIdentifier.make(), RandomIdentifier.make())
    let record = PracticeRecord(address: way.address, learner: learner, neighbour: neighbour)
    self.record = try record.hold(in: variables)
    self.learner = Self.client(learner, on: record.prefix + Self.town, through: way)
    keeper = Self.client(neighbour, on: record.prefix, through: way)
    reporter = Reporter(of: keeper)
    claim = Task { [learner = self.learner] in
      if await learner.isLive(within: .seconds(60)) { await Self.claim(learner) }
    }
    renewal = Task { [learner = self.learner] in
      for await status in learner.statuses() where status.isLive { await Self.claim(learner) }
    }
    keeper.start()
  }

  private static func client(
    _ id: String,
    on prefix: String,
    through way: any StateTransport
  ) -> SyncClient {
    var options = SyncClient.Options()
    options.userID = id
    return SyncClient(
      transport: PrefixTransport(to: prefix, of: id, through: way),
      options: options
    )
  }

  /// Has the town know whose street it is, before anything stands there: it takes away what bears the id of a user
  /// who leaves, but knows a user only by a write over the user's own connection.
  private static func claim(_ learner: SyncClient) async {
    await learner.send(StateChange(removals: ["nothing"]))
  }

  /// Changes the learner's town as somebody else.
  ///
  /// While the line is down nothing is done: the lesson begins again when it is back.
  func change(_ change: StateChange) async {
    var inside = StateChange()
    for (key, entry) in change.updates { inside.update(Self.town + key, to: entry) }
    for key in change.removals { inside.remove(Self.town + key) }
    await claim.value
    if await keeper.isLive(within: Self.patience) { await keeper.send(inside) }
  }

  func tell(_ report: LearnerReport) { reporter.tell(report) }

  /// Clears the street, and leaves the town.
  ///
  /// - Returns: What to tell the person if the town has not confirmed that nothing is left.
  func leave() async -> String? {
    claim.cancel()
    renewal.cancel()
    await reporter.finish()
    let isThere = await learner.isLive(within: Self.patience)
    // The learner first, whose own writes may still be on their way; then what anybody else has put there.
    let isCleared = isThere ? await Self.clear(learner) : false
    await learner.stop()
    // Both have the same way, so where one waited in vain the other need not wait.
    let isKept = await keeper.isLive(within: isThere ? Self.patience : .zero)
    let isClear = isKept ? await Self.clear(keeper) && isCleared : false
    await keeper.stop()
    guard !isClear else {
      record?.discard()
      return nil
    }
    record?.leave()
    return "the town at \(learner.address) did not confirm that the practice street is gone; "
      + "the next 'townhall tour --town \(learner.address)' clears what is left of it"
  }

  /// Removes all that a client sees, and returns whether the town has confirmed that.
  private static func clear(_ client: SyncClient) async -> Bool {
    // More than once, since others may be quick to write.
    for _ in 0..<3 {
      let keys = houses(client)
      if keys.isEmpty { return true }
      guard await client.send(StateChange(removals: keys)).isAccepted else { return false }
    }
    return houses(client).isEmpty
  }

  /// All that a client sees but its own counter, which goes when the client leaves.
  private static func houses(_ client: SyncClient) -> [String] {
    client.state.keys.filter { $0 != "update.index.\(client.userID)" }
  }

  /// Clears what a tour has left that could not clear it itself, and that the town has not cleared either.
  ///
  /// Whoever leaves a town under an id takes all with it that bears the id, so this goes by the ids of both.
  static func clear(_ abandoned: PracticeRecord.Held, through way: any StateTransport) async {
    let record = abandoned.record
    for id in [record.learner, record.neighbour] {
      let client = client(id, on: record.prefix, through: way)
      client.start()
      guard await client.isLive(within: .seconds(10)), await clearAll(client) else {
        await client.stop()
        return abandoned.leave()
      }
      await client.stop()
    }
    abandoned.discard()
  }

  /// Removes all that a client sees, its own counter of former times included.
  private static func clearAll(_ client: SyncClient) async -> Bool {
    let keys = client.state.keys
    if keys.isEmpty { return true }
    // The counter goes when the client leaves, since it has written now.
    return await client.send(StateChange(removals: keys)).isAccepted
  }
}
