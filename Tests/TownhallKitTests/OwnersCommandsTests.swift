import AccessControl
import SharedState
import StateSync
import TestSupport
import Testing

@testable import TownhallKit

@Suite("What is asked of a server of ours", .timeLimit(.minutes(2)))
struct OwnersCommandsTests {
  private static let tokens: [AccessRole: AccessToken] = [
    .owner: AccessToken("town-owner"), .writer: AccessToken("town-writer"),
    .guest: AccessToken("town-guest"),
  ]

  #if GRPC
  static let wires = ["ws", "grpc"]
  #else
  static let wires = ["ws"]
  #endif

  /// A town that asks for tokens, and a client of each role there.
  private func with(
    _ wire: String,
    _ body: ([AccessRole: SharedStateClient]) async throws -> Void
  ) async throws {
    var list = AccessList()
    for (role, token) in Self.tokens {
      try list.add(Grant(role, name: "the \(role)", digest: token.digest))
    }
    let server = try await SharedStateServer.start(
      port: 0,
      holding: ["a": 1],
      gate: AccessGate(list)
    )
    var clients: [AccessRole: SharedStateClient] = [:]
    for (role, token) in Self.tokens {
      var address = try ServerAddress("\(wire)://127.0.0.1:\(server.port)")
      address.token = token
      clients[role] = try await SharedStateClient.connect(
        through: address.transport(),
        patience: .seconds(20)
      )
    }
    do {
      try await body(clients)
    } catch {
      await server.close()
      throw error
    }
    for client in clients.values { await client.close() }
    await server.close()
  }

  /// Why a write was not taken; nil if it was.
  private func refusal(
    of updates: [String: StateValue],
    by client: SharedStateClient
  ) async -> String? {
    do {
      try await client.endpoint.write { _ in StateChange(updates: updates) }
      return nil
    } catch {
      return String(describing: error)
    }
  }

  private func fields(_ answer: StateValue) -> Set<String> {
    Set(answer.object?.map(\.key) ?? [])
  }

  @Test(
    "Everybody may ask who wrote a key, and is told no address and no token; owners are told all",
    arguments: wires
  )
  func author(wire: String) async throws {
    try await with(wire) { clients in
      let (owner, writer) = (try #require(clients[.owner]), try #require(clients[.writer]))
      #expect(await refusal(of: ["a": 2], by: writer) == nil)
      for role in AccessRole.allCases {
        let client = try #require(clients[role])
        #expect(client.role == role)
        let answer = try await client.run("townhall/author", arguments: ["key": "a"])
        #expect(fields(answer) == ["connection", "age", "name", "role", "user", "gone"])
        #expect(answer["name"] == "the writer" && answer["role"] == "writer")
        #expect(answer["gone"] == false && answer["age"]?.double.map { $0 < 60 } == true)
        let nobody = try await client.run("townhall/author", arguments: ["key": "nobody"])
        #expect(fields(nobody) == [])
      }
      let answer = try await owner.run("townhall/who", arguments: ["key": "a"])
      #expect(
        fields(answer) == [
          "connection", "age", "name", "role", "user", "gone", "address", "token", "wire",
        ]
      )
      #expect(answer["address"] == "127.0.0.1")
    }
  }

  @Test("All else is for owners, and refused to others in words", arguments: wires)
  func roles(wire: String) async throws {
    try await with(wire) { clients in
      for command in OwnersCommand.allCases where command != .author {
        for role in [AccessRole.writer, .guest] {
          let failure = await #expect(throws: CommandFailure.self) {
            try await clients[role]?.run(command.name, arguments: ["connection": 1])
          }
          let words = role == .guest ? "a guest reads" : "for an owner"
          #expect(failure?.message.contains(words) == true, "\(role) \(command)")
        }
      }
    }
  }

  @Test(
    "A frozen connection does nothing but read, and does not free itself; a muted one is not seen",
    arguments: wires
  )
  func restraints(wire: String) async throws {
    try await with(wire) { clients in
      let (owner, writer) = (try #require(clients[.owner]), try #require(clients[.writer]))
      #expect(await refusal(of: ["a": 3], by: writer) == nil)
      let number = try #require(
        try await owner.run("townhall/who")["connections"]?.array?
          .first { $0["name"] == "the writer" }?["connection"]?.int
      )
      let writers: StateObject = ["connection": .int(number)]
      func restraint(_ answer: StateValue) -> StateValue? { answer["restraint"] }

      #expect(restraint(try await owner.run("townhall/mute", arguments: writers)) == "muted")
      let avatar = await refusal(of: ["avatar.w": [:]], by: writer)
      #expect(avatar?.contains("muted") == true, "\(avatar ?? "taken")")
      #expect(await refusal(of: ["a": 4], by: writer) == nil)

      let both = try await owner.run("townhall/freeze", arguments: writers)
      #expect(restraint(both) == "frozen, muted")
      let write = await refusal(of: ["a": 5], by: writer)
      #expect(write?.contains("frozen") == true, "\(write ?? "taken")")
      for command in ["multiuser/radially-orient-origins", "townhall/release"] {
        let failure = await #expect(throws: CommandFailure.self) {
          try await writer.run(command, arguments: writers)
        }
        #expect(failure?.message.contains("frozen") == true, "\(command)")
      }
      #expect(owner.endpoint.state["a"]?.int == 4)

      #expect(restraint(try await owner.run("townhall/release", arguments: writers)) == "")
      #expect(await refusal(of: ["a": 6, "avatar.w": [:]], by: writer) == nil)
    }
  }
}
