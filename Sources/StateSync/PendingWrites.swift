internal import SharedState

/// Own writes that the server has not confirmed, in order, and what they lay over the server's copy.
struct PendingWrites: Sendable {
  private struct Write: Sendable {
    let id: ReplicaMachine.WriteID
    let counter: Int64
    /// What it says; nil if that was sent and is not looked at again.
    let change: StateChange?
    let sentAt: Duration
    let deadline: Duration
  }

  /// What the newest own write says about a key; no entry means removed.
  private struct Layer: Sendable {
    let counter: Int64
    let entry: StateEntry?
  }

  /// What an echo of the counter brings.
  struct Confirmation {
    var outcomes: [(id: ReplicaMachine.WriteID, outcome: WriteOutcome)] = []
    /// Keys that no own write covers any more.
    var released: [StateKey] = []
    /// How long the newest of them took.
    var latency: Duration?
  }

  private var writes: [Write] = []
  private var layers: [StateKey: Layer] = [:]
  /// The newest counter that was sent.
  private(set) var lastCounter: Int64 = 0

  var isEmpty: Bool { writes.isEmpty }
  var count: Int { writes.count }
  /// Whether some key is seen as one of them has it.
  var isLaid: Bool { !layers.isEmpty }

  /// When the first of them is overdue.
  ///
  /// A large write may be allowed longer than a small one behind it.
  var deadline: Duration? { writes.lazy.map(\.deadline).min() }

  /// Whether an own write is on its way to a key.
  func covers(_ key: StateKey) -> Bool { layers[key] != nil }

  /// What own writes on their way say about a key: nil for nothing, an inner nil for removed.
  func entry(for key: StateKey) -> StateEntry?? { layers[key].map(\.entry) }

  /// Counts one up, as each message to the server does.
  mutating func nextCounter() -> Int64 {
    lastCounter += 1
    return lastCounter
  }

  /// Adds a write, and returns its counter.
  ///
  /// What it says is seen until the server has told it; without that only its confirmation is waited for.
  mutating func add(
    _ id: ReplicaMachine.WriteID,
    _ change: StateChange?,
    at now: Duration,
    deadline: Duration
  ) -> Int64 {
    let counter = nextCounter()
    let write = Write(id: id, counter: counter, change: change, sentAt: now, deadline: deadline)
    writes.append(write)
    guard let change else { return counter }
    for (key, entry) in change.items { layers[key] = Layer(counter: counter, entry: entry) }
    return counter
  }

  /// I3: takes out what the server's echo confirms, oldest first, with how each ended.
  ///
  /// - Parameters:
  ///   - echo: The counter that came back. One that we never sent confirms nothing.
  ///   - confirmed: The server's copy with the echo's message applied.
  ///   - now: The moment at which the echo arrived.
  /// - Returns: How each ended, and the keys that follow the server again.
  mutating func confirm(
    upTo echo: Int64,
    by confirmed: StateDictionary,
    at now: Duration
  ) -> Confirmation {
    guard echo <= lastCounter else { return Confirmation() }
    let done = writes.prefix { $0.counter <= echo }
    writes.removeFirst(done.count)
    var confirmation = Confirmation()
    var settled: Set<StateKey> = []
    for write in done.reversed() {
      let latency = now - write.sentAt
      confirmation.latency = confirmation.latency ?? latency
      let outcome: WriteOutcome =
        holds(write, in: confirmed, settled: &settled)
        ? .accepted(latency: latency) : .overwritten(latency: latency)
      confirmation.outcomes.append((write.id, outcome))
    }
    confirmation.outcomes.reverse()
    confirmation.released = settled.filter { release($0, upTo: echo) }
    return confirmation
  }

  /// Whether the server holds what a write says; keys that a later own write has settled are not asked again.
  private func holds(
    _ write: Write,
    in confirmed: StateDictionary,
    settled: inout Set<StateKey>
  ) -> Bool {
    guard let change = write.change else { return true }
    var holds = true
    for (key, entry) in change.items where settled.insert(key).inserted {
      holds = holds && confirmed.entry(for: key) == entry
    }
    return holds
  }

  private mutating func release(_ key: StateKey, upTo echo: Int64) -> Bool {
    guard let layer = layers[key], layer.counter <= echo else { return false }
    layers[key] = nil
    return true
  }

  mutating func takeOverdue(at now: Duration) -> [ReplicaMachine.WriteID] {
    let overdue = writes.filter { $0.deadline <= now }
    writes.removeAll { $0.deadline <= now }
    return overdue.map(\.id)
  }

  /// The writes that touch one of some keys, oldest first; of those whose words were not kept, all may.
  func touching(_ keys: Set<StateKey>) -> [ReplicaMachine.WriteID] {
    writes.filter { write in
      guard let change = write.change else { return true }
      return keys.contains { change.touches($0) }
    }.map(\.id)
  }

  /// Takes out one write, and returns the keys that it covered; nil if it is not there.
  mutating func withdraw(_ id: ReplicaMachine.WriteID) -> [StateKey]? {
    guard let position = writes.firstIndex(where: { $0.id == id }) else { return nil }
    let write = writes.remove(at: position)
    guard let change = write.change else { return [] }
    let covered = change.items.map(\.key).filter { layers[$0]?.counter == write.counter }
    for key in covered {
      let earlier = writes.last { $0.change?.touches(key) == true }
      layers[key] = earlier.map { Layer(counter: $0.counter, entry: $0.change?[key] ?? nil) }
    }
    return covered
  }

  mutating func removeAll() -> (ids: [ReplicaMachine.WriteID], keys: [StateKey]) {
    defer {
      writes = []
      layers = [:]
    }
    return (writes.map(\.id), Array(layers.keys))
  }
}
