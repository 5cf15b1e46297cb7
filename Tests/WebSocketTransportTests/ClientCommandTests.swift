import MessagePack
import SharedState
import StateSync
import Testing

@testable import WebSocketTransport

@Suite("Commands over a WebSocket", .timeLimit(.minutes(1)))
struct ClientCommandTests {
  @Test("A client lists and runs what the town and another client offer")
  func onOurServer() async throws {
    try await withServer { server, town in
      town.apply(StateChange(updates: ["avatar.a": [:]]))
      let runner = try await RawLine.connect(to: server.port)
      try await runner.send(
        .command(["register": ["name": "x/go", "arguments": ["a": 1], "label": "Go", "icon": "i"]])
      )
      try await withClient(of: server.address) { client in
        let go = CommandDescription(name: "x/go", arguments: ["a": 1], label: "Go", icon: "i")
        try await eventually("both are listed") {
          try await client.listCommands() == [
            CommandDescription(
              name: "multiuser/radially-orient-origins",
              arguments: ["radius": 1.0]
            ), go,
          ]
        }
        async let result = client.runCommand("x/go", arguments: ["b": [2.5]])
        let asked = try #require(try await runner.nextCommand()?["request"])
        #expect(asked["arguments"] == ["a": 1, "b": [2.5]])
        try await runner.send(.command(["request": asked, "response": ["ok": true]]))
        #expect(try await result == ["ok": true])
        let failing = Task { try await client.runCommand("x/go", arguments: [:]) }
        let again = try #require(try await runner.nextCommand()?["request"])
        try await runner.send(.command(["request": again, "exception": "out of order"]))
        await #expect(throws: CommandFailure(.failed, "out of order")) { try await failing.value }
        await #expect(throws: CommandFailure(.unknownCommand, "unknown command: fly")) {
          try await client.runCommand("fly")
        }
        #expect(try await client.runCommand("multiuser/radially-orient-origins") == .null)
        #expect(town.state.contains("user-origin.a"))
        let orphan = Task { try await client.runCommand("x/go") }
        _ = try await runner.nextCommand()
        await runner.hangUp()
        let left = CommandFailure(.failed, "the client that offered the command has left")
        await #expect(throws: left) { try await orphan.value }
      }
    }
  }

  @Test("The program itself runs what a WebSocket client offers")
  func fromTheTown() async throws {
    try await withServer { server, town in
      let runner = try await RawLine.connect(to: server.port)
      try await runner.send(.command(["register": ["name": "x/go", "arguments": nil]]))
      try await eventually("it is offered") { town.listCommands().count == 2 }
      async let result = town.runCommand("x/go", arguments: ["n": 1])
      let asked = try #require(try await runner.nextCommand()?["request"])
      try await runner.send(
        .command(["request": ["id": try #require(asked["id"])], "response": 7])
      )
      #expect(try await result == 7)
      await runner.hangUp()
    }
  }

  /// Runs a test with a client of a town that sends an empty state and then answers each request as the test says.
  private func withTown(
    patience: Duration = .seconds(20),
    _ answer: @escaping @Sendable (_ requests: [StateValue]) -> [StateValue]?,
    _ body: (SyncClient) async throws -> Void
  ) async throws {
    let server = try await FakeServer.start { line in
      try await line.send(Self.message(["state": ["updates": [:], "removals": []]]))
      var requests: [StateValue] = []
      while let command = try await line.nextCommand() {
        // A list of one is what servers of all years understand.
        requests.append(command.array?.first?["request"] ?? command)
        guard let replies = answer(requests) else { return }
        for reply in replies { try await line.send(Self.message(["command": reply])) }
      }
    }
    defer { server.stop() }
    let change: (inout WebSocketClientTransport.Options) -> Void = {
      $0.commandPatience = patience
    }
    try await withClient(of: server.address, options: change, body)
  }

  private static func message(_ value: StateValue) -> RawFrame {
    RawFrame(first: 0x82, payload: MessagePack.encode(value), mask: nil)
  }

  @Test("Answers find their calls by id, whatever their order and form, and strangers are ignored")
  func matching() async throws {
    try await withTown { requests in
      guard requests.count == 3 else { return [] }
      let answers = requests.map { request -> StateValue in
        ["request": request, "response": ["to": request["arguments"]?["n"] ?? nil]]
      }
      return [
        ["request": ["id": 99], "response": "nobody asked"],
        ["request": ["id": "1"], "response": "no number"], ["request": [:], "exception": "no id"],
        ["request": ["name": "ours", "id": 1]], ["register": ["name": "theirs"]],
        answers[2], [answers[0]], answers[1], answers[1],
      ]
    } _: { client in
      try await withThrowingTaskGroup { group in
        for number in 1...3 as ClosedRange<Int64> {
          group.addTask {
            let result = try await client.runCommand("go", arguments: ["n": .int(number)])
            #expect(result == ["to": .int(number)])
          }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test("A server of 2025 lists its commands by name and arguments only")
  func oldListing() async throws {
    try await withTown { requests in
      #expect(requests.last?["name"] == "commands/list")
      let list: StateValue = ["list": ["playback/load": ["index": 0], "commands/list": [:]]]
      return [[["request": requests.last ?? nil, "response": list]]]
    } _: { client in
      let commands = try await client.listCommands()
      #expect(commands == [CommandDescription(name: "playback/load", arguments: ["index": 0])])
    }
  }

  @Test(
    "NanoVer's server says that it has no such command by the quoted name, and may give no reason"
  )
  func wordings() async throws {
    try await withTown { requests in
      let request = requests.last ?? nil
      let words = request["name"] == "fly" ? "'fly'" : ""
      return [["request": request, "exception": .string(words)]]
    } _: { client in
      await #expect(throws: CommandFailure(.unknownCommand, "'fly'")) {
        try await client.runCommand("fly")
      }
      await #expect(throws: CommandFailure(.failed, "no reason was given")) {
        try await client.runCommand("go")
      }
    }
  }

  @Test("A town that does not answer is waited for within bounds, and the connection lives on")
  func silence() async throws {
    try await withTown(patience: .milliseconds(100)) { requests in
      requests.count == 1 ? [] : [["request": requests[1], "response": "well"]]
    } _: { client in
      await #expect(throws: CommandFailure(.unavailable, "no answer within 0.1 seconds")) {
        try await client.runCommand("go")
      }
      #expect(client.status.isLive)
      let cancelled = Task { try await client.runCommand("go") }
      cancelled.cancel()
      #expect((try? await cancelled.value) != .null)
    }
  }

  @Test("With the connection, what waits for an answer comes to nothing")
  func loss() async throws {
    try await withTown { _ in
      nil
    } _: { client in
      let failure = await #expect(throws: CommandFailure.self) {
        try await client.runCommand("go")
      }
      #expect(failure?.kind == .unavailable)
      #expect(failure?.message.contains("was lost") == true, "\(String(describing: failure))")
    }
  }

  @Test("Arguments that no message could hold are not sent")
  func tooLarge() async throws {
    try await withServer { server, _ in
      try await withClient(of: server.address, options: { $0.maximumMessageSize = 1000 }) {
        client in
        let failure = await #expect(throws: CommandFailure.self) {
          try await client.runCommand(
            "go",
            arguments: ["a": .bytes(Array(repeating: 0, count: 2000))]
          )
        }
        #expect(failure?.message.contains("too large") == true)
        #expect(client.status.isLive)
      }
    }
  }
}
