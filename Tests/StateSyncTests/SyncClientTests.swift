import SharedState
import StateSync
import TestSupport
import Testing

@Suite("SyncClient", .timeLimit(.minutes(1)))
struct SyncClientTests {
  private let server = SyncServer(["scene": [0, 0]])

  private func liveClient(
    line: InMemoryLine = InMemoryLine(),
    options: SyncClient.Options = quickOptions()
  ) async throws -> SyncClient {
    let client = SyncClient(
      transport: InMemoryTransport(server: server, line: line),
      options: options
    )
    client.start()
    try await client.waitUntilLive()
    return client
  }

  @Test("Whoever stops listening while the status changes holds nobody up", .timeLimit(.minutes(1)))
  func listenersLeave() async {
    let town = SyncServer()
    for _ in 0..<500 {
      let client = SyncClient(transport: InMemoryTransport(server: town))
      let listeners = (0..<8).map { _ in
        let statuses = client.statuses()
        return Task { for await _ in statuses {} }
      }
      client.start()
      await Task.detached { for listener in listeners { listener.cancel() } }.value
      await client.stop()
    }
  }

  private static func quickOptions() -> SyncClient.Options {
    var options = SyncClient.Options()
    options.backoff = Backoff(shortest: .milliseconds(5), longest: .milliseconds(20))
    options.confirmationTimeout = .seconds(20)
    return options
  }

  @Test("A live client holds the town, and an accepted write is in both")
  func writes() async throws {
    let client = try await liveClient()
    #expect(client.state == ["scene": [0, 0]])
    let outcome = await client.send(StateChange(updates: ["a": 1]))
    guard case .accepted(let latency) = outcome else {
      Issue.record("it ended as \(outcome)")
      return
    }
    #expect(client.state["a"] == 1)
    #expect(server.state["a"] == 1)
    #expect(client.status == .live(latency: latency, locks: true, wire: "the same memory"))
    await client.stop()
    #expect(client.status == .stopped)
  }

  @Test("A client that only reads leaves no trace; one that wrote takes its counter along")
  func traces() async throws {
    let reader = try await liveClient()
    #expect(server.state == ["scene": [0, 0]])
    await reader.stop()
    let writer = try await liveClient()
    try await writer.write { _ in StateChange(updates: ["a": 1]) }
    #expect(server.state.keys.sorted() == ["a", "scene", "update.index.\(writer.userID)"])
    await writer.stop()
    #expect(server.state == ["scene": [0, 0], "a": 1])
    #expect(server.sessionCount == 0)
  }

  @Test(
    "A cut line is noticed, the copy stays readable, and after mending what vanished has vanished"
  )
  func reconnects() async throws {
    let line = InMemoryLine()
    let client = try await liveClient(line: line)
    let events = client.events()
    line.cut()
    for await status in client.statuses() {
      if case .waiting = status { break }
    }
    #expect(client.state == ["scene": [0, 0]])
    #expect(await client.send(StateChange(updates: ["a": 1])) == .disconnected)
    server.apply(StateChange(updates: ["b": 2], removals: ["scene"]))
    line.mend()
    try await client.waitUntilLive()
    #expect(client.state == ["b": 2])
    var iterator = events.makeAsyncIterator()
    let batch = await iterator.next()
    #expect(batch?.change == StateChange(updates: ["b": 2], removals: ["scene"]))
    await client.stop()
  }

  @Test("A town that no longer listens is noticed by the first write, and the client connects anew")
  func deafTown() async throws {
    let line = InMemoryLine()
    var options = Self.quickOptions()
    options.confirmationTimeout = .milliseconds(300)
    let client = try await liveClient(line: line, options: options)
    line.deafen()
    #expect(await client.send(StateChange(updates: ["a": 1])) == .unconfirmed)
    #expect(client.state["a"] == nil)
    line.mend()
    // On a machine that is busy, an echo may well take longer than this client waits.
    try await TransportProbe.eventually("a write is taken") {
      await client.send(StateChange(updates: ["a": 1])).isAccepted
    }
    #expect(client.state["a"] == 1)
    await client.stop()
  }

  @Test("An edit is computed on the freshest copy, and one that throws sends nothing")
  func edits() async throws {
    struct Refused: Error {}
    let client = try await liveClient()
    for _ in 0..<10 {
      try await client.write { state in
        StateChange(updates: ["n": .int((state["n"]?.int ?? 0) + 1)])
      }
    }
    #expect(server.state["n"] == 10)
    await #expect(throws: Refused.self) { try await client.write { _ in throw Refused() } }
    #expect(try await client.send { _ in StateChange() } == .accepted(latency: .zero))
    await client.stop()
  }

  @Test("Concurrent edits of one client follow each other, and none is lost")
  func concurrentEdits() async throws {
    let client = try await liveClient()
    try await withThrowingTaskGroup { group in
      for _ in 0..<50 {
        group.addTask {
          try await client.write { state in
            StateChange(updates: ["n": .int((state["n"]?.int ?? 0) + 1)])
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(server.state["n"] == 50)
    #expect(client.state["n"] == 50)
    await client.stop()
  }

  @Test("Writing without a connection throws an error that says so and where")
  func offline() async throws {
    let client = SyncClient(transport: InMemoryTransport(server: server, address: "memory:lab"))
    let error = await #expect(throws: WriteError.self) {
      try await client.write { _ in StateChange(updates: ["a": 1]) }
    }
    #expect(error?.outcome == .disconnected)
    #expect(error?.description.contains("memory:lab") == true)
    await client.stop()
  }

  @Test("An edit may read the copy that it is about to change")
  func readsInside() async throws {
    let client = try await liveClient()
    let outcome = try await client.send { state in
      StateChange(updates: ["same": .bool(client.state == state)])
    }
    #expect(outcome.isAccepted)
    #expect(server.state["same"] == true)
    await client.stop()
  }

  @Test("Events of a client tell others' changes and its own, each once")
  func events() async throws {
    let client = try await liveClient()
    let stream = client.events()
    await client.send(StateChange(updates: ["a": 1]))
    server.apply(StateChange(updates: ["b": 2]))
    try await TransportProbe.eventually("b arrives") { client.state["b"] == 2 }
    await client.stop()
    var copy: StateDictionary = ["scene": [0, 0]]
    var news: [String] = []
    for await batch in stream {
      for key in batch.change.keys { #expect(batch.old(key) == copy.entry(for: key)) }
      copy.apply(batch)
      news += batch.change.keys
    }
    #expect(copy == client.state)
    #expect(news.filter { $0 == "a" }.count == 1)
    #expect(news.filter { $0 == "b" }.count == 1)
  }

  @Test("Statuses begin with the present one, and end when the client has left")
  func statuses() async throws {
    let client = SyncClient(
      transport: InMemoryTransport(server: server),
      options: Self.quickOptions()
    )
    let stream = client.statuses()
    client.start()
    try await client.waitUntilLive()
    await client.stop()
    var seen: [LinkStatus] = []
    for await status in stream { seen.append(status) }
    #expect(
      seen == [
        .stopped, .connecting(attempt: 1), .syncing(received: 0, total: nil),
        .live(latency: nil, locks: true, wire: "the same memory"), .stopped,
      ]
    )
    var after = client.statuses().makeAsyncIterator()
    #expect(await after.next() == .stopped)
    #expect(await after.next() == nil)
  }

  @Test("Waiting for a town that is not there gives up after the attempts that were asked for")
  func givesUp() async throws {
    let line = InMemoryLine()
    line.cut()
    let client = SyncClient(
      transport: InMemoryTransport(server: server, line: line),
      options: Self.quickOptions()
    )
    client.start()
    let error = await #expect(throws: TransportError.self) {
      try await client.waitUntilLive(attempts: 3)
    }
    #expect(error?.message.contains("cut") == true)
    line.mend()
    try await client.waitUntilLive()
    await client.stop()
    await #expect(throws: TransportError.self) { try await client.waitUntilLive() }
  }

  @Test("Waiting can be cancelled")
  func waitingIsCancelled() async throws {
    let client = SyncClient(transport: InMemoryTransport(server: server))
    let wait = Task { try await client.waitUntilLive() }
    wait.cancel()
    await #expect(throws: CancellationError.self) { try await wait.value }
  }

  @Test("A town that closes in good order is looked for again")
  func townCloses() async throws {
    let client = try await liveClient()
    server.shutDown()
    for await status in client.statuses() {
      if case .waiting = status { break }
    }
    await client.stop()
    #expect(client.status == .stopped)
  }

  @Test("Stopping twice, at once, before starting, and while connecting all end")
  func stops() async throws {
    let idle = SyncClient(transport: InMemoryTransport(server: server))
    await idle.stop()
    idle.start()
    #expect(idle.status == .stopped)
    let client = try await liveClient()
    async let first: Void = client.stop()
    async let second: Void = client.stop()
    _ = await (first, second)
    let stuck = SyncClient(transport: StuckTransport(stuckAt: .connecting))
    stuck.start()
    await stuck.stop()
    #expect(stuck.status == .stopped)
  }

  @Test(
    "A wire that takes nothing more delays leaving by a second at most, and its writes still end"
  )
  func stuckWire() async throws {
    let client = SyncClient(transport: StuckTransport(stuckAt: .sending))
    client.start()
    try await client.waitUntilLive()
    async let outcome = client.send(StateChange(updates: ["a": 1]))
    try await TransportProbe.eventually("the write is on its way") { client.state["a"] == 1 }
    let start = ContinuousClock.now
    await client.stop()
    #expect(ContinuousClock.now - start < .seconds(5))
    #expect(await outcome == .disconnected)
  }

  @Test("A write that the wire cannot carry is refused, and the next one is not held up")
  func refused() async throws {
    let client = SyncClient(
      transport: PickyTransport(base: InMemoryTransport(server: server)),
      options: Self.quickOptions()
    )
    client.start()
    try await client.waitUntilLive()
    let outcome = await client.send(StateChange(updates: ["unsendable": 1]))
    #expect(outcome == .refused(reason: "not on this wire"))
    #expect(client.state["unsendable"] == nil)
    #expect(await client.send(StateChange(updates: ["a": 1])).isAccepted)
    await client.stop()
  }

  @Test(
    "Writes that a lock keeps out are refused, one that builds on another too, and come off again"
  )
  func locked() async throws {
    let client = try await liveClient()
    server.apply(StateChange(updates: ["n": 1]))
    try await TransportProbe.eventually("the client has it") { client.state["n"] == 1 }
    #expect(server.updateLocks(["n": .hold(seconds: 1000)], as: "somebody else"))
    let refused = WriteOutcome.refused(reason: "locked by another")
    async let first = client.send { state in
      StateChange(updates: ["n": .int((state["n"]?.int ?? 0) + 1), "beside": 1])
    }
    async let second = client.send { state in
      StateChange(updates: ["n": .int((state["n"]?.int ?? 0) + 1)])
    }
    async let third = client.send { state in
      StateChange(updates: ["free": state["free"] ?? 1])
    }
    #expect(try await first == refused)
    #expect(try await second == refused)
    #expect(try await third.isAccepted)
    #expect(client.state["n"] == 1 && client.state["beside"] == nil)
    #expect(server.state["n"] == 1 && server.state["beside"] == nil && server.state["free"] == 1)
    await #expect(throws: WriteError(refused, address: "memory:")) {
      try await client.write { _ in StateChange(removals: ["n"]) }
    }
    #expect(client.state["n"] == 1)
    #expect(server.updateLocks(["n": .release], as: "somebody else"))
    #expect(await client.send(StateChange(updates: ["n": 5])).isAccepted)
    #expect(client.state["n"] == 5)
    await client.stop()
  }

  @Test("Its locks keep others out, stay over a new connection, and need a live one")
  func locks() async throws {
    let line = InMemoryLine()
    let client = try await liveClient(line: line)
    let other = try await liveClient()
    #expect(try await client.updateLocks(["scene": .hold(seconds: 1000)]))
    #expect(try await !other.updateLocks(["scene": .hold(seconds: 1), "x": .hold(seconds: 1000)]))
    #expect(await client.send(StateChange(updates: ["scene": 1, "x": 1])).isAccepted)
    #expect(await !other.send(StateChange(updates: ["scene": 2])).isAccepted)
    line.cut()
    for await status in client.statuses() {
      if case .waiting = status { break }
    }
    let lost = await #expect(throws: TransportError.self) {
      try await client.updateLocks(["scene": .release])
    }
    #expect(lost?.code == .connectionLost)
    await #expect(throws: CommandFailure.self) { try await client.listCommands() }
    line.mend()
    try await client.waitUntilLive()
    #expect(await client.send(StateChange(updates: ["scene": 3])).isAccepted)
    #expect(try await client.updateLocks(["scene": .release]))
    #expect(await other.send(StateChange(updates: ["scene": 4])).isAccepted)
    await client.stop()
    await other.stop()
  }

  @Test("It lists and runs the town's commands, and hears why one came to nothing")
  func commands() async throws {
    let client = try await liveClient()
    server.apply(StateChange(updates: ["avatar.a": [:]]))
    let names = try await client.listCommands().map(\.name)
    #expect(names == ["multiuser/radially-orient-origins"])
    #expect(try await client.runCommand("multiuser/radially-orient-origins") == .null)
    #expect(server.state.contains("user-origin.a"))
    await #expect(throws: CommandFailure(.unknownCommand, "unknown command: fly")) {
      try await client.runCommand("fly")
    }
    await client.stop()
  }

  @Test("A wire without locks and commands says so")
  func poorWire() async throws {
    let client = SyncClient(
      transport: PickyTransport(base: InMemoryTransport(server: server)),
      options: Self.quickOptions()
    )
    client.start()
    try await client.waitUntilLive()
    await #expect(
      throws: TransportError(.unsupported, "the wire of the town at memory: knows no locks")
    ) {
      try await client.updateLocks(["a": .hold(seconds: 1)])
    }
    await #expect(
      throws: CommandFailure(.unavailable, "the wire of the town at memory: knows no commands")
    ) {
      try await client.runCommand("fly")
    }
    await client.stop()
  }

  @Test("A client that nobody holds any more leaves the town, counter and all")
  func dropped() async throws {
    var client: SyncClient? = try await liveClient()
    try await client?.write { _ in StateChange(updates: ["a": 1]) }
    #expect(server.state.count == 3)
    client = nil
    #expect(client == nil)
    let server = server
    try await TransportProbe.eventually("the client has left") { server.sessionCount == 0 }
    #expect(server.state == ["scene": [0, 0], "a": 1])
  }

  @Test("Random ids are version 4 UUIDs, and differ")
  func userIDs() {
    let ids = (0..<100).map { _ in SyncClient.randomUserID() }
    #expect(Set(ids).count == 100)
    for id in ids {
      #expect(
        id.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/)
          != nil
      )
    }
  }
}

/// A wire that gets stuck, and minds no cancellation; only closing sets it free.
private struct StuckTransport: StateTransport {
  enum Place { case connecting, sending }
  let stuckAt: Place
  let address = "stuck:"

  func connect() async throws -> any StateConnection {
    let connection = StuckConnection()
    if stuckAt == .connecting {
      await connection.hang()
      throw TransportError(.unreachable, "stuck")
    }
    return connection
  }
}

private actor StuckConnection: StateConnection {
  nonisolated var wire: String { "a test" }

  private var hasSentState = false
  private var waiters: [CheckedContinuation<Void, Never>] = []
  private var isClosed = false

  func hang() async {
    // The end of the test must not wait for this one.
    let release = Task {
      try? await Task.sleep(for: .seconds(2))
      close()
    }
    if !isClosed { await withCheckedContinuation { waiters.append($0) } }
    release.cancel()
  }

  func receive() async throws -> StateDelivery? {
    if !hasSentState {
      hasSentState = true
      return .change(StateChange())
    }
    if !isClosed { await withCheckedContinuation { waiters.append($0) } }
    return nil
  }

  func send(_ change: StateChange) async throws {
    if !isClosed { await withCheckedContinuation { waiters.append($0) } }
    throw TransportError(.connectionLost, "stuck")
  }

  func close() {
    isClosed = true
    for waiter in waiters { waiter.resume() }
    waiters = []
  }
}

/// A wire that cannot carry one key.
private struct PickyTransport: StateTransport {
  let base: InMemoryTransport
  var address: String { base.address }

  func connect() async throws -> any StateConnection {
    PickyConnection(base: try await base.connect())
  }
}

private struct PickyConnection: StateConnection {
  var wire: String { "a test" }

  let base: any StateConnection

  func receive() async throws -> StateDelivery? { try await base.receive() }
  func close() async { await base.close() }
  func send(_ change: StateChange) async throws {
    if change.touches("unsendable") { throw TransportError(.unsendable, "not on this wire") }
    try await base.send(change)
  }
}
