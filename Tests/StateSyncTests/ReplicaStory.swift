import SharedState
import StateSync
import TestSupport
import Testing

/// A replica machine with a clock and chance of its own, for stories of call, expected actions, call.
struct ReplicaStory {
  typealias Action = ReplicaMachine.Action
  typealias ConnectionID = ReplicaMachine.ConnectionID
  typealias WriteID = ReplicaMachine.WriteID

  var machine: ReplicaMachine
  var now = Duration.seconds(100)
  /// What is seen, as the events tell it.
  private var seen = StateDictionary()
  private var generator = SeededGenerator(seed: 7)

  static let counter = "update.index.me"
  static let avatar = "avatar.me"

  init() {
    machine = ReplicaMachine(ReplicaMachine.Configuration(userID: "me"))
  }

  /// A machine that is live on its first connection, with a town.
  static func live(in town: [String: StateValue] = ["a": 0]) -> ReplicaStory {
    var story = ReplicaStory()
    _ = story.handle(.startRequested)
    _ = story.handle(.connected(ConnectionID(1)))
    _ = story.tell(town)
    return story
  }

  /// A machine that has written once, which was accepted, so that its id is claimed.
  static func writing(in town: [String: StateValue] = ["a": 0]) -> ReplicaStory {
    var story = live(in: town)
    _ = story.write(1, ["first": true])
    _ = story.tell(["first": true, counter: 1])
    return story
  }

  /// Hands in an event, and returns what is to be done; what is shown must replace what was seen before, and is
  /// returned without that.
  mutating func handle(_ event: ReplicaMachine.Event) -> [Action] {
    let actions = machine.handle(event, at: now, using: &generator).map { action -> Action in
      guard case .show(let batch) = action else { return action }
      for key in batch.change.keys { #expect(batch.old(key) == seen.entry(for: key)) }
      seen.apply(batch)
      return .show(StateEvents(batch.change))
    }
    #expect(seen == machine.visible)
    return actions
  }

  mutating func write(
    _ number: Int,
    _ updates: [String: StateValue] = [:],
    removals: Set<String> = []
  ) -> [Action] {
    handle(.writeRequested(WriteID(number), StateChange(updates: updates, removals: removals)))
  }

  mutating func tell(
    _ updates: [String: StateValue] = [:],
    removals: Set<String> = [],
    over connection: Int = 1
  ) -> [Action] {
    let change = StateChange(updates: updates, removals: removals)
    return handle(.delivered(ConnectionID(connection), .change(change)))
  }

  /// Moves the clock to the machine's own deadline, and lets the timer fire.
  mutating func fireTimer() -> [Action] {
    now = machine.deadline ?? now
    return handle(.timerFired)
  }
}

extension ReplicaMachine.Action {
  static func send(
    _ updates: [String: StateValue] = [:],
    removals: Set<String> = [],
    for write: Int? = nil,
    over connection: Int = 1
  ) -> Self {
    .send(
      ReplicaMachine.ConnectionID(connection),
      StateChange(updates: updates, removals: removals),
      for: write.map { ReplicaMachine.WriteID($0) }
    )
  }

  static func show(_ updates: [String: StateValue] = [:], removals: Set<String> = []) -> Self {
    .show(StateEvents(StateChange(updates: updates, removals: removals)))
  }

  static func finish(_ number: Int, _ outcome: WriteOutcome) -> Self {
    .finish(ReplicaMachine.WriteID(number), outcome)
  }

  static func connect(_ number: Int) -> Self { .connect(ReplicaMachine.ConnectionID(number)) }
  static func close(_ number: Int) -> Self { .close(ReplicaMachine.ConnectionID(number)) }
  static func leave(_ number: Int) -> Self { .leave(ReplicaMachine.ConnectionID(number)) }
}
