import AccessControl
import MessagePack
import SharedState
import StateSync
import TestSupport
import Testing

@testable import WebSocketTransport

@Suite("Who may come over a WebSocket, and as what", .timeLimit(.minutes(1)))
struct AccessTests {
  private static let tokens: [AccessRole: AccessToken] = [
    .guest: AccessToken("town-guest"), .writer: AccessToken("town-writer"),
    .owner: AccessToken("town-owner"),
  ]

  private static func list(without role: AccessRole? = nil) throws -> AccessList {
    var list = AccessList()
    for (kind, token) in tokens where kind != role {
      try list.add(Grant(kind, name: "the \(kind)", digest: token.digest))
    }
    return list
  }

  private static func withGuardedServer(
    _ state: StateDictionary = ["scene": 0],
    _ body: (WebSocketServer, SyncServer, AccessGate) async throws -> Void
  ) async throws {
    let gate = AccessGate(try list())
    try await withServer(SyncServer(state), options: { $0.gate = gate }) { server, town in
      try await body(server, town, gate)
    }
  }

  private func client(
    of server: WebSocketServer,
    as role: AccessRole,
    _ body: (SyncClient) async throws -> Void
  ) async throws {
    try await withClient(of: server.address, options: { $0.token = Self.tokens[role] }, body)
  }

  @Test(
    "Without a token, or with one that is good for nothing, there is a 401 in words that name no token"
  )
  func denied() async throws {
    try await Self.withGuardedServer { server, _, _ in
      for token in [nil, AccessToken("town-nobody")] {
        var options = WebSocketClientTransport.Options()
        options.token = token
        let transport = try WebSocketClientTransport(server.address, options: options)
        let error = await #expect(throws: TransportError.self) { try await transport.connect() }
        #expect(error?.message.contains("401") == true && error?.message.contains("token") == true)
        #expect(error?.message.contains("nobody") == false)
      }
    }
  }

  @Test("Each role is told what it may do, and is held to it")
  func roles() async throws {
    try await Self.withGuardedServer { server, town, _ in
      for role in AccessRole.allCases {
        try await client(of: server, as: role) { client in
          try await eventually("it is told") { client.role == role }
          #expect(client.grantedName == "the \(role)")
          let outcome = await client.send(StateChange(updates: ["scene": .string("\(role)")]))
          if role == .guest {
            #expect(outcome == .refused(reason: "a guest reads, and writes its own avatar alone"))
            #expect(client.state["scene"] == 0 && town.state["scene"] == 0)
            // The connection is as good as before.
            let own = await client.send(StateChange(updates: ["avatar.\(client.userID)": [:]]))
            #expect(own.isAccepted)
            await #expect(throws: WriteError.self) {
              try await client.push(StateChange(updates: ["scene": 7]))
            }
          } else {
            #expect(outcome.isAccepted)
            #expect(town.state["scene"] == .string("\(role)"))
          }
        }
      }
    }
  }

  @Test("A guest runs no command, and is told so; it may ask which there are")
  func commands() async throws {
    try await Self.withGuardedServer { server, _, _ in
      try await client(of: server, as: .guest) { client in
        let commands = try await client.listCommands()
        #expect(!commands.isEmpty)
        let error = await #expect(throws: CommandFailure.self) {
          try await client.runCommand("multiuser/radially-orient-origins", arguments: [:])
        }
        #expect(error?.message.contains("guest") == true)
      }
    }
  }

  @Test("A token may stand in the query of an address, for clients that take nothing else")
  func query() async throws {
    try await Self.withGuardedServer { server, town, _ in
      let line = try await RawLine.connect(to: server.port, path: "/?token=town-writer")
      let message: StateValue = ["state": ["updates": ["a": 1], "removals": []]]
      try await line.send(RawFrame.binary(MessagePack.encode(message)).bytes)
      try await eventually("it is written") { town.state["a"] == 1 }
      await line.hangUp()
      let error = await #expect(throws: (any Error).self) {
        _ = try await RawLine.connect(to: server.port, path: "/?token=town-%zz")
      }
      #expect(error.map { "\($0)".contains("town-") } == false)
    }
  }

  @Test("Who has a token that is taken back is sent away with the reason, and the others stay")
  func revoked() async throws {
    try await Self.withGuardedServer { server, _, gate in
      try await client(of: server, as: .owner) { other in
        let line = try await RawLine.connect(to: server.port, path: "/?token=town-guest")
        _ = try await line.nextFrame()
        gate.replace(try Self.list(without: .guest))
        server.checkGrants()
        #expect(try await line.readToEnd() == 1008)
        #expect(other.status.isLive)
      }
    }
  }
}
