import SharedState
import StateSync
import TestSupport

/// A client of the simulated town: the machine, and what somebody who looks over its shoulder has noted.
struct Resident {
  typealias ConnectionID = ReplicaMachine.ConnectionID
  typealias WriteID = ReplicaMachine.WriteID

  /// A write, from the moment it was asked for.
  struct Write {
    let id: WriteID
    let change: StateChange
    /// Whether it is seen before the town has told it; others are pushed and not looked at again.
    let isSeen: Bool
    /// The counter that was sent with it; nil if it was never sent.
    var counter: Int64?
    var outcome: WriteOutcome?
    /// The keys that the town has spoken of since.
    var heard: Set<String> = []
  }

  let user: String
  var machine: ReplicaMachine
  var isDead = false
  /// What a screen shows that is told of each change.
  var screen = StateDictionary()
  var writes: [Write] = []
  /// The first write that may still be on its way; those before it have ended.
  var firstPending = 0
  /// When its timer is set for, so that it is not set twice.
  var timer: Duration?
  /// The number of its connection on the network.
  var link: Int?

  init(user: String) {
    self.user = user
    machine = ReplicaMachine(ReplicaMachine.Configuration(userID: user))
  }

  /// The newest own write on its way to each key, by key.
  var pendingValues: [String: StateValue?] {
    var values: [String: StateValue?] = [:]
    for write in writes[firstPending...]
    where write.isSeen && write.counter != nil && write.outcome == nil {
      for key in write.change.removals { values.updateValue(nil, forKey: key) }
      for (key, entry) in write.change.updates { values.updateValue(entry.value, forKey: key) }
    }
    return values
  }

  mutating func hear(_ change: StateChange) {
    for index in firstPending..<writes.count { writes[index].heard.formUnion(change.keys) }
  }

  mutating func note(_ outcome: WriteOutcome, for id: WriteID) -> Write? {
    guard let index = writes.lastIndex(where: { $0.id == id }), writes[index].outcome == nil
    else { return nil }
    writes[index].outcome = outcome
    while firstPending < writes.count, writes[firstPending].outcome != nil { firstPending += 1 }
    return writes[index]
  }

  mutating func note(_ counter: Int64?, for id: WriteID) {
    guard let index = writes.lastIndex(where: { $0.id == id }) else { return }
    writes[index].counter = counter
  }
}

/// What residents do all day: they contend for a few houses, keep some of their own, and now and then touch
/// somebody else's avatar.
struct Habits {
  private let shared = ["scene", "selection.a", "selection.b", "visualiser.a"]
  private var serial: Int64 = 0

  mutating func change(
    by user: String,
    seeing state: StateDictionary,
    strangers: [String],
    using generator: inout SeededGenerator
  ) -> StateChange {
    serial += 1
    let key = shared.randomElement(using: &generator) ?? "scene"
    switch Int.random(in: 0..<20, using: &generator) {
    case 0..<6: return StateChange(updates: [key: ["by": .string(user), "n": .int(serial)]])
    case 6..<11: return StateChange(updates: [key: updated(state[key], by: user)])
    case 11..<13: return StateChange(removals: [key])
    case 13..<15:
      return StateChange(
        updates: ["scene": [.int(serial)], "selection.a": [.int(serial)]],
        removals: ["selection.b"]
      )
    case 15: return StateChange(updates: ["avatar.\(user)": .int(serial)])
    case 16:
      let owned: StateValue = ["owner.id": .string(user), "n": .int(serial)]
      return StateChange(updates: ["interaction.\(serial % 3)": owned])
    case 17:
      // Nothing new, said once more.
      return StateChange(updates: [key: state[key] ?? .int(serial)])
    case 18:
      return StateChange(removals: state.keys.filter { $0.hasPrefix("interaction.") })
    default:
      let stranger = strangers.randomElement(using: &generator) ?? user
      return StateChange(updates: ["avatar.\(stranger)": .int(serial)])
    }
  }

  /// One field changed, the others as they were seen.
  private func updated(_ value: StateValue?, by user: String) -> StateValue {
    var fields = value?.object ?? [:]
    fields[user] = .int(serial)
    return .object(fields)
  }
}
