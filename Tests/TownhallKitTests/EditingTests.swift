import StateSync
import TestSupport
import Testing
import TownhallKit

@Suite("Edits by the front door")
struct EditingTests {
  private static let seen: StateValue = ["name": "A", "hide": false]

  private func together(
    _ body: (SharedStateClient, SharedStateServer) async throws -> Void
  ) async throws {
    let server = try await SharedStateServer.start(port: 0, holding: ["selection.a": Self.seen])
    let client = try await SharedStateClient.connect(to: server.address)
    try await body(client, server)
    await client.close()
    await server.close()
  }

  @Test("A field that somebody else has changed meanwhile stays as they left it")
  func merges() async throws {
    try await together { client, server in
      try await server.sharedState.update("selection.a", ["hide": true])
      #expect(await eventually { client.sharedState.snapshot()["selection.a"]?["hide"] == true })
      let edit = EditRequest(
        .update,
        "selection.a",
        from: Self.seen,
        to: ["name": "B", "hide": false]
      )
      #expect(try await client.apply(edit).isArrival)
      #expect(server.sharedState.snapshot()["selection.a"] == ["name": "B", "hide": true])
    }
  }

  @Test("A true conflict is told with what is there, and nothing is sent")
  func conflict() async throws {
    try await together { client, server in
      let live: StateValue = ["name": "C", "hide": false]
      try await server.sharedState.set("selection.a", to: live)
      #expect(await eventually { client.sharedState.snapshot()["selection.a"] == live })
      let edit = EditRequest(
        .update,
        "selection.a",
        from: Self.seen,
        to: ["name": "B", "hide": false]
      )
      #expect(try await client.apply(edit) == .conflict(key: "selection.a", live: live))
      #expect(try await server.apply(edit) == .conflict(key: "selection.a", live: live))
      #expect(server.sharedState.snapshot()["selection.a"] == live)
    }
  }

  @Test("A refusal, a lost server and a cancelled task are told")
  func refusals() async throws {
    let edit = EditRequest(.set, "scene", from: nil, to: 1)
    #expect(
      try await SharedStateView(LockedState()).apply(edit) == .sent(.refused(reason: "locked"))
    )
    try await together { client, server in
      let cancelled = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        return try await client.apply(edit)
      }
      await #expect(throws: CancellationError.self) { try await cancelled.value }
      await client.close()
      let lost = try await client.apply(edit)
      #expect(lost == .sent(.disconnected) && !server.sharedState.contains("scene"))
    }
  }

  /// A state in which everything is locked.
  private final class LockedState: SharedStateEndpoint {
    let state = StateDictionary()

    func write(_ edit: @Sendable (StateDictionary) throws -> StateChange) async throws {
      _ = try edit(state)
      throw WriteError(.refused(reason: "locked"), address: "here")
    }

    func events() -> AsyncStream<StateEvents> { AsyncStream { $0.finish() } }
  }
}
