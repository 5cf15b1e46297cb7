import SharedState
import TestSupport
import Testing

@Suite("LocalStateEndpoint")
struct LocalStateEndpointTests {
  @Test(
    "It keeps every promise of an endpoint",
    .timeLimit(.minutes(1)),
    arguments: EndpointConformance.Check.allCases
  )
  func conforms(to check: EndpointConformance.Check) async throws {
    try await EndpointConformance { LocalStateEndpoint(["someone": "else"]) }.run(check)
  }

  @Test("It begins with the state that it was given")
  func start() {
    #expect(LocalStateEndpoint(["a": 1]).state == ["a": 1])
    #expect(LocalStateEndpoint().state.isEmpty)
  }
}

@Suite("StateEventHub", .timeLimit(.minutes(1)))
struct StateEventHubTests {
  private func batch(_ value: StateValue) -> StateEvents {
    var state = StateDictionary()
    return StateEvents(applying: StateChange(updates: ["a": value]), to: &state)
  }

  @Test("What a reader has not fetched is merged, and read before the end")
  func merging() async {
    let hub = StateEventHub()
    let events = hub.events()
    var state: StateDictionary = ["a": 0]
    for change in [StateChange(updates: ["a": 1]), StateChange(updates: ["b": 2, "a": 3])] {
      hub.publish(StateEvents(applying: change, to: &state))
    }
    hub.finish()
    var read: [StateEvents] = []
    for await batch in events { read.append(batch) }
    #expect(read.count == 1)
    #expect(read.first?.old("a") == StateEntry(0))
    #expect(read.first?.old("b") == nil)
    #expect(read.first?.change == StateChange(updates: ["a": 3, "b": 2]))
  }

  @Test("Large batches are told one by one, until a reader has fallen far behind")
  func large() async {
    let hub = StateEventHub()
    let (near, far) = (hub.events(), hub.events())
    var reader = near.makeAsyncIterator()
    var state = StateDictionary()
    let changes = (0..<200).map { number in
      StateChange(updates: .init(uniqueKeysWithValues: (0..<100).map { ("\($0)", .int(number)) }))
    }
    for change in changes.prefix(50) {
      hub.publish(StateEvents(applying: change, to: &state))
    }
    for change in changes.prefix(50) {
      let batch = await reader.next()
      #expect(batch?.change == change)
    }
    for change in changes.dropFirst(50) {
      hub.publish(StateEvents(applying: change, to: &state))
    }
    hub.finish()
    var (seen, count) = (StateDictionary(), 0)
    for await batch in far {
      seen.apply(batch)
      count += 1
    }
    #expect(seen == state)
    // 200 batches of 100 keys are more than wait as they are.
    #expect(count < 100)
  }

  @Test(
    "A reader that has missed very much gets one batch of all of it, and the same as one who was quick"
  )
  func bounded() async {
    let hub = StateEventHub()
    let (slow, quick) = (hub.events(), hub.events())
    var (state, seen) = (StateDictionary(), StateDictionary())
    var reader = quick.makeAsyncIterator()
    for number in 0..<300 {
      var change = StateChange(updates: ["a": .int(Int64(number)), "\(number % 7)": 1])
      change.remove("\((number + 3) % 7)")
      hub.publish(StateEvents(applying: change, to: &state))
      if let batch = await reader.next() { seen.apply(batch) }
    }
    hub.finish()
    var batches: [StateEvents] = []
    for await batch in slow { batches.append(batch) }
    #expect(batches.count == 1)
    #expect(batches.first?.old("a") == nil)
    var copy = StateDictionary()
    for batch in batches { copy.apply(batch) }
    #expect(copy == state && seen == state)
  }

  @Test("Only what is published after asking is read")
  func fromNowOn() async {
    let hub = StateEventHub()
    hub.publish(batch(1))
    let events = hub.events()
    hub.publish(batch(2))
    #expect(await events.first { _ in true }?.change.updates["a"]?.value == 2)
  }

  @Test("A waiting reader is woken by what happens, and by the end")
  func waking() async {
    let hub = StateEventHub()
    let events = hub.events()
    let reader = Task {
      var count = 0
      for await _ in events { count += 1 }
      return count
    }
    for _ in 0..<20 { await Task.yield() }
    hub.publish(batch(1))
    for _ in 0..<20 { await Task.yield() }
    hub.finish()
    #expect(await reader.value == 1)
  }

  @Test("A reader who comes after the end does not wait")
  func late() async {
    let hub = StateEventHub()
    hub.finish()
    for await _ in hub.events() { Issue.record("Nothing was published") }
  }

  @Test("A reader who goes away is forgotten")
  func forgetting() async {
    let hub = StateEventHub()
    do {
      let events = hub.events()
      #expect(hub.hasReaders)
      _ = events
    }
    #expect(!hub.hasReaders)
    let reader = Task { [events = hub.events()] in
      for await _ in events {}
    }
    reader.cancel()
    await reader.value
    #expect(!hub.hasReaders)
  }

  @Test("Two tasks that read one stream share its batches, and both end")
  func sharing() async {
    let hub = StateEventHub()
    let events = hub.events()
    let readers = (0..<2).map { _ in
      Task {
        var count = 0
        for await _ in events { count += 1 }
        return count
      }
    }
    for round in 1...3 {
      for _ in 0..<20 { await Task.yield() }
      hub.publish(batch(.int(Int64(round))))
    }
    hub.finish()
    var total = 0
    for reader in readers { total += await reader.value }
    #expect((1...3).contains(total))
  }

  @Test("Cancelling at any moment ends the reading", arguments: 0..<200)
  func cancelling(yields: Int) async {
    let hub = StateEventHub()
    let reader = Task { [events = hub.events()] in
      for await _ in events {}
    }
    for _ in 0..<yields % 7 { await Task.yield() }
    if yields.isMultiple(of: 2) { hub.publish(batch(1)) }
    reader.cancel()
    await reader.value
  }
}
