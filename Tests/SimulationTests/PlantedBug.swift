/// A bug of a kind that somebody might really make, put between the machines by the simulation, so that a checker
/// can be seen to catch it.
enum PlantedBug: String, CaseIterable, Sendable {
  /// Coalescing keeps updates and forgets removals.
  case removalsForgotten
  /// Coalescing keeps the older of two values.
  case mergedBackwards
  /// A message of the town overtakes another on the same connection.
  case townOvertakesItself
  /// The first message of a connection is taken for one more change, so what vanished stays.
  case wholeStateMerged
  /// What was on its way when a connection broke is handed to the next one.
  case oldConnectionSpeaks
  /// A reader is shown what the town says, without own writes on their way.
  case ownWritesNotShown
  /// The echo of the counter comes in a message of its own, before the write that it stands for.
  case echoBeforeWrite
  /// A write overtakes an earlier one of the same client.
  case writeOvertakesWrite
  /// A write is swallowed, and the connection goes on.
  case writeSwallowed
  /// A write is sent once more, because its echo was slow to come.
  case writeRepeated
  /// The connection's own id is not claimed, so the town takes the client for somebody else.
  case claimForgotten
  /// The town is never told that a client has left.
  case departureUnnoticed
  /// A part of what has changed is not told to the screen.
  case changeNotShown
  /// The town tells each change at once, whatever rate was asked for.
  case rateForgotten
  /// The town gathers changes although there is credit for them.
  case creditForgotten

  /// The checker that has to catch it, alone.
  var caught: Checker {
    switch self {
    case .removalsForgotten, .mergedBackwards, .townOvertakesItself, .wholeStateMerged,
      .oldConnectionSpeaks:
      .agreement
    case .writeOvertakesWrite, .writeSwallowed, .writeRepeated, .claimForgotten,
      .departureUnnoticed:
      .nothingLost
    case .ownWritesNotShown: .noFlicker
    case .echoBeforeWrite: .outcomes
    case .changeNotShown: .drawnIsStored
    case .rateForgotten, .creditForgotten: .fairShare
    }
  }
}

/// What is looked at while a simulation runs and when it has come to rest.
enum Checker: String, CaseIterable, Sendable {
  /// In the end all clients hold what the town holds.
  case agreement
  /// The town equals a naive model that applies each write that reached it, one by one; and each write that was
  /// reported as taken is among them, once.
  case nothingLost
  /// While an own write is on its way, nothing else is seen at its keys.
  case noFlicker
  /// Each write ends once, and as what the message with its echo says.
  case outcomes
  /// What was told to the screen, change by change, adds up to the copy.
  case drawnIsStored
  /// Nobody is sent more than its rate allows, and what there is credit for is sent at once.
  case fairShare
}

/// What a checker found.
struct Violation: Error, CustomStringConvertible {
  let checker: Checker
  let time: Duration
  let text: String

  var description: String { "\(checker.rawValue) at \(time): \(text)" }
}
