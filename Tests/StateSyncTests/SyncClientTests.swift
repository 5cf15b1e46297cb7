import SharedState
import StateSync
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
    #expect(outcome.isAccepted)
    #expect(client.state["a"] == 1)
    #expect(server.state["a"] == 1)
    #expect(client.latency != nil)
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
    try await client.waitUntilLive()
    #expect(await client.send(StateChange(updates: ["a": 1])).isAccepted)
    await client.stop()
  }
}
