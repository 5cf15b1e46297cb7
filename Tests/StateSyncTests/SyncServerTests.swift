import SharedState
import StateSync
import Synchronization
import TestSupport
import Testing

/// A sink that keeps what it is handed.
private final class Basin: ChangeSink {
  typealias Batch = (change: StateChange, receivers: [Int])

  let batches = Mutex<[Batch]>([])
  let ended = Mutex<Set<Int>>([])

  func deliver(_ change: SharedChange, to subscribers: [HubMachine.SubscriberID]) {
    batches.withLock { $0.append((change.change, subscribers.map(\.number))) }
  }

  func end(_ subscribers: [HubMachine.SubscriberID]) {
    ended.withLock { $0.formUnion(subscribers.map(\.number)) }
  }

  func next() async throws -> Batch {
    while true {
      if let batch = batches.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { return batch }
      try await Task.sleep(for: .milliseconds(1))
    }
  }
}

@Suite("SyncServer and ServerSession", .timeLimit(.minutes(1)))
struct SyncServerTests {
  private struct Refused: Error {}

  @Test("A session gets the whole state, then what changes, its own writes too")
  func session() async {
    let server = SyncServer(["a": 0])
    let session = server.join()
    #expect(await session.next()?.change == StateChange(updates: ["a": 0]))
    session.receive(StateChange(updates: ["a": 1]))
    #expect(server.state == ["a": 1])
    #expect(await session.next()?.change == StateChange(updates: ["a": 1]))
    server.apply(StateChange(removals: ["a"]))
    #expect(await session.next()?.change == StateChange(removals: ["a"]))
    session.leave()
    #expect(await session.next() == nil)
    #expect(server.sessionCount == 0)
  }

  @Test("Sessions that wait for the same change are handed the same object")
  func shared() async {
    let server = SyncServer()
    let sessions = (0..<20).map { _ in server.join() }
    for session in sessions { _ = await session.next() }
    let changes = await withTaskGroup { group in
      for session in sessions { group.addTask { await session.next() } }
      server.apply(StateChange(updates: ["a": 1]))
      return await group.reduce(into: Set<ObjectIdentifier>()) { changes, change in
        if let change { changes.insert(ObjectIdentifier(change)) }
      }
    }
    #expect(changes.count == 1)
  }

  @Test("A sink is handed one batch for all who are due, and nothing for those who are not ready")
  func sink() async throws {
    let (server, basin) = (SyncServer(["a": 0]), Basin())
    let sessions = (0..<5).map { _ in server.join(interval: .zero, only: nil, into: basin) }
    let numbers = sessions.map(\.id.number)
    server.ready(sessions.map(\.id))
    let whole = try await basin.next()
    #expect(whole.change == StateChange(updates: ["a": 0]) && whole.receivers == numbers)
    server.apply(StateChange(updates: ["a": 1]))
    #expect(basin.batches.withLock { $0.isEmpty })
    server.ready(sessions.dropLast().map(\.id))
    let first = try await basin.next()
    #expect(first.change == StateChange(updates: ["a": 1]))
    #expect(first.receivers == numbers.dropLast())
    server.apply(StateChange(updates: ["b": 2]))
    server.ready(sessions.map(\.id))
    let second = [try await basin.next(), try await basin.next()]
    #expect(
      second.map(\.receivers).sorted { $0.count < $1.count } == [[numbers[4]], numbers.dropLast()]
    )
    #expect(
      Set(second.flatMap(\.change.keys)) == ["a", "b"],
      "who was not ready is given first what it missed"
    )
    sessions[0].leave()
    server.shutDown()
    #expect(basin.ended.withLock { $0 } == Set(numbers.dropFirst()))
  }

  @Test("Local writes are immediate, and one that throws changes nothing")
  func localWrites() async throws {
    let server = SyncServer(["a": 1])
    try await server.write { state in
      StateChange(updates: ["b": state["a"] ?? nil])
    }
    #expect(server.state == ["a": 1, "b": 1])
    await #expect(throws: Refused.self) { try await server.write { _ in throw Refused() } }
    try await server.write { _ in StateChange() }
    #expect(server.state == ["a": 1, "b": 1])
  }

  @Test("Writes that read first do not lose each other")
  func contention() async throws {
    let server = SyncServer(["n": 0])
    try await withThrowingTaskGroup { group in
      for _ in 0..<100 {
        group.addTask {
          try await server.write { state in
            StateChange(updates: ["n": .int((state["n"]?.int ?? 0) + 1)])
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(server.state["n"] == 100)
  }

  @Test("A cancelled wait ends, and loses nothing")
  func cancellation() async {
    let server = SyncServer()
    let session = server.join()
    _ = await session.next()
    let wait = Task { await session.next() }
    wait.cancel()
    #expect(await wait.value == nil)
    server.apply(StateChange(updates: ["a": 1]))
    #expect(await session.next()?.change == StateChange(updates: ["a": 1]))
    let before = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return await session.next()
    }
    #expect(await before.value == nil)
  }

  @Test("A second waiter takes over from the first, which is let go")
  func twoWaiters() async throws {
    let server = SyncServer()
    let session = server.join()
    _ = await session.next()
    async let first = session.next()
    async let second = session.next()
    try await Task.sleep(for: .milliseconds(20))
    server.apply(StateChange(updates: ["a": 1]))
    let changes = await [first, second].compactMap { $0 }
    #expect(changes.count == 1)
  }

  @Test("A session that is dropped has left")
  func dropped() async {
    let server = SyncServer()
    var session: ServerSession? = server.join()
    session?.receive(StateChange(updates: ["avatar.u": 1, "x.u": 2, "y": 3]))
    #expect(server.sessionCount == 1)
    session = nil
    #expect(server.sessionCount == 0)
    #expect(server.state == ["y": 3])
    #expect(session == nil)
  }

  @Test("In a large town a leaver's houses go a little later")
  func largeTown() async throws {
    var houses: [String: StateValue] = [:]
    for number in 0..<30_000 { houses["selection.\(number)"] = 0 }
    let server = SyncServer(StateDictionary(houses))
    let session = server.join()
    session.receive(StateChange(updates: ["avatar.u": 1, "x.u": 2]))
    session.leave()
    while server.state.count > 30_000 { try await Task.sleep(for: .milliseconds(1)) }
    #expect(server.state.count == 30_000)
  }

  @Test("Shutting down lets everybody go and clears nobody's houses")
  func shutDown() async {
    let server = SyncServer()
    let session = server.join()
    _ = await session.next()
    session.receive(StateChange(updates: ["avatar.u": 1]))
    _ = await session.next()
    async let last = session.next()
    let events = server.events()
    server.shutDown()
    #expect(await last == nil)
    #expect(await session.next() == nil)
    #expect(!server.isOpen)
    var iterator = events.makeAsyncIterator()
    #expect(await iterator.next() == nil)
    #expect(await server.join().next() == nil, "nobody can join any more")
    #expect(server.state == ["avatar.u": 1])
  }

  @Test("Events join on to each other, and a slow reader gets one batch for all it missed")
  func events() async {
    let server = SyncServer(["n": 0])
    var events = server.events().makeAsyncIterator()
    for number in 1...1000 { server.apply(StateChange(updates: ["n": .int(Int64(number))])) }
    server.apply(StateChange(updates: ["m": 1]))
    let batch = await events.next()
    #expect(batch?.old("n") == StateEntry(0))
    #expect(batch?.old("m") == nil)
    #expect(batch?.change == StateChange(updates: ["n": 1000, "m": 1]))
  }

  @Test("A slow session is caught up with what is new, and a lower rate may be asked for")
  func intervals() async {
    let clock = ManualClock()
    let server = SyncServer(clock: clock.clock)
    let session = server.join(interval: .seconds(1))
    _ = await session.next()
    for number in 0..<HubMachine.reserve {
      server.apply(StateChange(updates: ["a": .int(Int64(number))]))
      #expect(await session.next()?.change.count == 1)
    }
    server.apply(StateChange(updates: ["a": 2, "b": 2]))
    async let next = session.next()
    await clock.waitForSleeper()
    clock.advance(by: .seconds(1))
    #expect(await next?.change == StateChange(updates: ["a": 2, "b": 2]))
    session.setInterval(.zero)
    server.apply(StateChange(updates: ["a": 3]))
    #expect(await session.next()?.change == StateChange(updates: ["a": 3]))
    server.apply(StateChange(updates: ["a": 4]))
    #expect(await session.next()?.change == StateChange(updates: ["a": 4]))
  }

  @Test("A server that nobody holds any more is gone, with its timer")
  func noLeak() async {
    weak var weakServer: SyncServer?
    do {
      let server = SyncServer()
      weakServer = server
      let session = server.join(interval: .seconds(3600))
      _ = await session.next()
      for number in 0..<HubMachine.reserve {
        server.apply(StateChange(updates: ["a": .int(Int64(number))]))
        _ = await session.next()
      }
      let wait = Task { await session.next() }
      server.apply(StateChange(updates: ["a": 2]))
      wait.cancel()
      _ = await wait.value
    }
    #expect(weakServer == nil)
  }
}
