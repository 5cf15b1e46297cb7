import CursesTerminal
import Dashboard
import SharedState
import StateEditing
import StateSync
import Testing
import TextScreen

@testable import TownhallApp

@Suite("What the runner tells the dashboard")
struct EffectRunnerTests {
  private func runner(
    _ town: SyncClient,
    _ inbox: Inbox,
    _ clipboard: ClipboardResult = .sent
  ) -> EffectRunner {
    EffectRunner(
      screen: ClipboardScreen(answer: clipboard),
      town: town,
      inbox: inbox,
      editor: ExternalEditor(variables: [:]),
      readOnly: false
    )
  }

  @Test(
    "Before its outcome an edit tells what it changed and what takes that back, as it was when it was sent"
  )
  func sent() async throws {
    let town = SyncServer(["a": ["x": 1, "y": 1]])
    let client = SyncClient(transport: InMemoryTransport(server: town))
    client.start()
    try await client.waitUntilLive()
    town.apply(StateChange(updates: ["a": ["x": 1, "y": 2]]))
    while client.state["a"]?["y"] != 2 { try await Task.sleep(for: .milliseconds(5)) }
    let inbox = Inbox()
    let entry = EditRequest.Entry(key: "a", base: ["x": 1, "y": 1], mine: ["x": 9, "y": 1])
    runner(client, inbox).run(
      .edit(EditRequest(id: EditID(4), verb: .update, entries: [entry]))
    )
    let messages = await messages(of: inbox, count: 2)
    guard case .sent(let id, let change, let inverse)? = messages.first else {
      Issue.record("first came \(messages)")
      return
    }
    #expect(id == EditID(4))
    #expect(change == StateChange(updates: ["a": ["x": 9, "y": 2]]))
    #expect(inverse == StateChange(updates: ["a": ["x": 1, "y": 2]]))
    guard case .outcome(EditID(4), .sent(.accepted))? = messages.dropFirst().first else {
      Issue.record("then came \(messages)")
      return
    }
    await client.stop()
  }

  @Test("An edit that a lock keeps out says so, and goes through when the lock is given back")
  func locked() async throws {
    let town = SyncServer(["a": 1])
    let client = SyncClient(transport: InMemoryTransport(server: town))
    client.start()
    try await client.waitUntilLive()
    let entry = EditRequest.Entry(key: "a", base: 1, mine: 2)
    for (number, holds) in [(1, true), (2, false)] {
      // What is told of the connection after the first edit is no word about the second.
      let inbox = Inbox()
      let request: LockRequest = holds ? .hold(seconds: 600) : .release
      #expect(town.updateLocks(["a": request], as: "somebody else"))
      let edit = EditRequest(id: EditID(number), verb: .set, entries: [entry])
      runner(client, inbox).run(.edit(edit))
      let messages = await messages(of: inbox, count: 2)
      guard case .outcome(EditID(number), let outcome)? = messages.dropFirst().first else {
        Issue.record("then came \(messages)")
        return
      }
      #expect((outcome == .sent(.refused(reason: "locked by another"))) == holds)
      #expect(town.state["a"] == (holds ? 1 : 2) && client.state["a"] == town.state["a"])
    }
    await client.stop()
  }

  @Test(
    "What became of a copy is told, with the bytes and the limit",
    arguments: [(ClipboardResult.sent, nil), (.tooLong(limit: 7), 7)] as [(ClipboardResult, Int?)]
  )
  func copied(answer: ClipboardResult, expected: Int?) async {
    let client = SyncClient(transport: InMemoryTransport(server: SyncServer()))
    let inbox = Inbox()
    runner(client, inbox, answer).run(.copy("é!"))
    guard case .copied(let bytes, let limit)? = await messages(of: inbox, count: 1).first else {
      Issue.record("nothing was told")
      return
    }
    #expect(bytes == 3 && limit == expected)
  }

  private func messages(of inbox: Inbox, count: Int) async -> [Message] {
    var messages: [Message] = []
    for await _ in inbox.rings {
      messages += inbox.take()
      if messages.count >= count { break }
    }
    return messages
  }
}

/// A screen that answers a copy and is otherwise not there.
struct ClipboardScreen: DashboardScreen {
  let answer: ClipboardResult
  var size: Size { Size(columns: 80, rows: 24) }
  var events: AsyncStream<ScreenEvent> { AsyncStream { $0.finish() } }
  func show(_ model: Model) {}
  func redraw() {}
  func suspend() {}
  func setMouse(_ reported: Bool) {}
  func copyToClipboard(_ text: String) -> ClipboardResult { answer }
  func withTerminalReleased<Result>(
    _ body: () async throws -> Result
  ) async rethrows -> Result { try await body() }
}
