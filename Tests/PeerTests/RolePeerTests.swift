import AccessControl
import SharedState
import StateEditing
import StateSync
import Testing
import TownhallKit

@Suite(
  "Guests, writers and owners, with clients of every kind",
  .serialized,
  .timeLimit(.minutes(3)),
  .enabled(if: PeerEnvironment.isWanted, PeerEnvironment.reason)
)
struct RolePeerTests {
  /// Tokens that are good for nothing: none at all, and one that nobody was given.
  private static let strangers = [nil, AccessToken.random()]

  private static func merged(_ object: StateObject, _ other: StateObject) -> StateObject {
    StateObject((Array(object) + Array(other)).map { ($0.key, $0.value) })
  }

  // MARK: - NanoVer's client

  /// What NanoVer's client holds, once that is what the town holds.
  private func agree(_ python: PythonPeer, _ town: GuardedTown) async throws {
    try await eventually("both hold the same") {
      var copy = try await python.call("copy").object
      // NanoVer's client puts it into its own copy, and never sends it.
      copy?["imd.velocity_reset_available"] = nil
      return copy == town.houses
    }
  }

  /// What it was told beside the state, in fields that its own code passes over.
  private func told(_ python: PythonPeer, _ field: String) async throws -> [StateValue] {
    (try await python.call("told").array ?? []).compactMap { $0[field] }
  }

  @Test(
    "NanoVer's client, with a token in its address, sets, updates, removes and runs commands",
    arguments: [AccessRole.writer, .owner]
  )
  func nanoverWrites(role: AccessRole) async throws {
    try await GuardedTown.with { town in
      try await PythonPeer.withClient(of: town.address(as: role)) { python in
        try await agree(python, town)
        let roles = try await told(python, "role")
        #expect(roles == [["role": .string(role.rawValue), "name": .string("the \(role)")]])
        try await python.call("set", ["selection.x": 1, "scene": 5.0, "avatar.p": ["name": "P"]])
        try await eventually("all is set") {
          town.houses["selection.x"] == 1 && town.houses["scene"] == 5.0
            && town.houses["avatar.p"] == ["name": "P"]
        }
        try await python.call("remove", ["gone"])
        try await eventually("it is gone") { town.houses["gone"] == nil }
        let answer = try await python.call("command", .string(GuardedTown.command), ["radius": 2])
        #expect(answer["exception"] == nil && town.houses["user-origin.ada"] != nil)
        // What is Ada's stays hers, whoever may do all else.
        try await python.call("write", ["avatar.ada": ["name": "not Ada"]], [])
        try await eventually("it is told") { try await told(python, "refused").count == 1 }
        #expect(town.houses["avatar.ada"] == ["name": "Ada"])
        try await agree(python, town)
        let status = try await python.call("command", "townhall/status")
        if role == .owner {
          #expect(status["result"]?["entries"]?.int == Int64(town.server.endpoint.state.count))
        } else {
          #expect(status == ["exception": "this is for an owner, and not for a writer"])
        }
      }
    }
  }

  @Test(
    "NanoVer's client as a guest reads all; what else it writes is refused, told, and put right in its copy"
  )
  func nanoverGuest() async throws {
    try await GuardedTown.with { town in
      try await PythonPeer.withClient(of: town.address(as: .guest)) { python in
        try await agree(python, town)
        let before = town.houses
        #expect(try await told(python, "role") == [["role": "guest", "name": "the guest"]])
        var refusals = 0
        func refuses(
          _ updates: StateObject,
          removals: [String] = [],
          but own: StateObject = [:]
        ) async throws {
          let expected = Self.merged(town.houses, own)
          let keys = updates.map(\.key) + removals
          let all = StateValue.object(Self.merged(updates, own))
          try await python.call("write", all, .array(removals.map { .string($0) }))
          refusals += 1
          let count = refusals
          try await eventually("it is told of \(keys)") {
            try await told(python, "refused").count == count
          }
          let refusal = try await told(python, "refused").last
          #expect(refusal?["reason"] == .string(GuardedTown.refusal))
          let named = refusal?["keys"]?.array?.compactMap(\.string) ?? []
          #expect(Set(named) == Set(keys))
          #expect(town.houses == expected)
          try await agree(python, town)
        }
        for _ in 1...2 {
          try await refuses(["selection.x": ["name": "X"]])
          try await refuses(["scene": 5.0])
          try await refuses([:], removals: ["selection.base", "never.there"])
          try await refuses(["avatar.ada": ["name": "not Ada"]])
          try await refuses([:], removals: ["avatar.ada"])
          try await refuses(["interaction.1": ["particles": [1, 2]]])
          let answer = try await python.call("command", .string(GuardedTown.command))
          #expect(answer == ["exception": .string(GuardedTown.commandRefusal)])
          let status = try await python.call("command", "townhall/status")
          #expect(status == ["exception": .string(GuardedTown.commandRefusal)])
          // The first time it has no id yet, the second time this one.
          try await refuses(["scene": 6.0], but: ["avatar.g": ["name": "G"]])
        }
        try await refuses(["avatar.another": [:]])
        #expect(town.houses["avatar.g"] == ["name": "G"])
        try await python.call("offer", "test/echo")
        let commands = try await python.call("command", "commands/list")
        #expect(commands["result"]?["list"]?[GuardedTown.command] != nil)
        #expect(commands["result"]?["list"]?["test/echo"] == nil)
        try await python.call("remove", ["avatar.g"])
        try await eventually("its avatar is gone") { town.houses == before }
      }
    }
  }

  @Test("Without a good token NanoVer's client does not get in, and is told why without the token")
  func nanoverDenied() async throws {
    try await GuardedTown.with { town in
      for token in Self.strangers {
        let trouble = await #expect(throws: PeerTrouble.self) {
          try await PythonPeer.withClient(of: town.address(showing: token)) { _ in }
        }
        let words = trouble?.description ?? ""
        #expect(words.contains("401") && words.contains("token"), "\(words)")
        if let token { #expect(Evidence.pieces(of: token, in: words) == [], "\(words)") }
      }
      #expect(town.server.clientCount == 1)
    }
  }

  @Test("NanoVer's client is sent away when its token is taken back, and is told why")
  func nanoverRevoked() async throws {
    try await GuardedTown.with { town in
      try await PythonPeer.withClient(of: town.address(as: .guest)) { python in
        try await agree(python, town)
        try town.revoke(.guest)
        try await eventually("it is gone") { town.server.clientCount == 1 }
        let words = try await python.call("exec", "client.set_shared_value('avatar.g', 1)")
        #expect(words.string?.contains("1008") == true, "\(words)")
        #expect(words.string?.contains("was taken back") == true, "\(words)")
        #expect(town.houses["avatar.g"] == nil)
      }
    }
  }

  // MARK: - Python's gRPC

  #if GRPC
  private func withGRPCClient(
    of town: GuardedTown,
    _ name: String,
    showing token: AccessToken?,
    _ body: (PythonPeer) async throws -> Void
  ) async throws {
    try await PythonPeer.withGRPCClient(of: town.server.port, name: name) { python in
      if let token { try await python.call("token", .string(token.text)) }
      try await body(python)
    }
  }

  @Test(
    "A gRPC client, with a token in its metadata, hears, writes, locks and runs commands",
    arguments: GRPCServerTests.names,
    [AccessRole.writer, .owner]
  )
  func grpcWrites(name: String, role: AccessRole) async throws {
    try await GuardedTown.with { town in
      try await withGRPCClient(of: town, name, showing: GuardedTown.tokens[role]) { python in
        try await python.call("subscribe", 0.01)
        try await agree(python, town)
        #expect(try await python.call("role") == .string(role.rawValue))
        let done: StateValue = ["success": true, "reason": ""]
        let change: StateValue = ["selection.x": 1, "scene": 5, "gone": nil, "avatar.p": [:]]
        #expect(try await python.call("answer to update", "t", change) == done)
        #expect(town.houses["selection.x"] == 1.0 && town.houses["scene"] == 5.0)
        #expect(town.houses["gone"] == nil && town.houses["avatar.p"] == .object([:]))
        try await agree(python, town)
        #expect(try await python.call("answer to locks", "t", ["scene": 30]) == done)
        let kept = town.server.endpoint.apply(StateChange(updates: ["scene": 6.0]), as: "another")
        #expect(!kept)
        let answer = try await python.call("run", .string(GuardedTown.command), ["radius": 2])
        #expect(answer == .object([:]) && town.houses["user-origin.ada"] != nil)
        let ada: StateValue = ["avatar.ada": ["name": "not Ada"], "scene": 7]
        let hers: StateValue = [
          "success": false, "reason": "avatar.ada belongs to somebody else who is here",
        ]
        #expect(try await python.call("answer to update", "t", ada) == hers)
        #expect(town.houses["avatar.ada"] == ["name": "Ada"] && town.houses["scene"] == 5.0)
        let who = try await python.call("run", "townhall/who", [:])
        if role == .owner {
          #expect(who["connections"]?.array?.count == 2)
        } else {
          let words = "this is for an owner, and not for a writer"
          #expect(who == ["error": "PERMISSION_DENIED", "details": .string(words)])
        }
      }
    }
  }

  @Test(
    "A gRPC client as a guest hears all, and each way to write is refused with the reason",
    arguments: GRPCServerTests.names
  )
  func grpcGuest(name: String) async throws {
    try await GuardedTown.with { town in
      try await withGRPCClient(of: town, name, showing: GuardedTown.tokens[.guest]) { python in
        try await python.call("subscribe", 0.01)
        try await agree(python, town)
        #expect(try await python.call("role") == "guest")
        let before = town.houses
        let refused: StateValue = ["success": false, "reason": .string(GuardedTown.refusal)]
        let changes: [StateValue] = [
          ["selection.x": ["name": "X"]], ["scene": 5], ["selection.base": nil],
          ["avatar.ada": ["name": "not Ada"]], ["avatar.ada": nil],
          // All or nothing, so its own is not written either.
          ["avatar.g": ["name": "other"], "scene": 5],
        ]
        for isKnown in [false, true] {
          let own: StateObject = isKnown ? ["avatar.g": ["name": "G"]] : [:]
          let held = Self.merged(before, own)
          for change in changes {
            let answer = try await python.call("answer to update", "t", change)
            #expect(answer == refused, "\(change)")
            #expect(town.houses == held, "\(change)")
          }
          let locks = try await python.call("answer to locks", "t", ["scene": 30])
          #expect(
            locks == ["success": false, "reason": "a guest reads, and takes no locks"]
          )
          for command in [GuardedTown.command, "townhall/status"] {
            let answer = try await python.call("run", .string(command), [:])
            let words = GuardedTown.commandRefusal
            #expect(answer == ["error": "PERMISSION_DENIED", "details": .string(words)])
          }
          #expect(town.houses == held)
          let avatar: StateValue = ["avatar.g": ["name": "G"]]
          let answer = try await python.call("answer to update", "t", avatar)
          #expect(answer == ["success": true, "reason": ""])
          #expect(town.houses["avatar.g"] == ["name": "G"])
        }
        let second = try await python.call("answer to update", "t", ["avatar.h": [:]])
        #expect(second == refused)
        #expect(try await python.call("list")[GuardedTown.command] != nil)
        // No lock was taken on the way: whoever has another token writes.
        let isOpen = town.server.endpoint.apply(StateChange(updates: ["scene": 9.0]), as: "another")
        #expect(isOpen)
        try await agree(python, town)
      }
    }
  }

  @Test(
    "Without a good token each gRPC call ends in UNAUTHENTICATED, in words without the token",
    arguments: GRPCServerTests.names
  )
  func grpcDenied(name: String) async throws {
    try await GuardedTown.with { town in
      for token in Self.strangers {
        try await withGRPCClient(of: town, name, showing: token) { python in
          let before = town.houses
          let answers = [
            try await python.call("answer to update", "t", ["scene": 5]),
            try await python.call("answer to update", "t", ["avatar.g": [:]]),
            try await python.call("answer to locks", "t", ["scene": 30]),
            try await python.call("list"),
            try await python.call("run", .string(GuardedTown.command), [:]),
          ]
          for answer in answers {
            #expect(answer["error"] == "UNAUTHENTICATED")
            let words = answer["details"]?.string ?? ""
            #expect(words.contains("token"), "\(words)")
            if let token { #expect(Evidence.pieces(of: token, in: words) == [], "\(words)") }
          }
          try await python.call("subscribe", 0.01)
          try await eventually("the subscription ended") {
            try await python.repr("end") == "'UNAUTHENTICATED'"
          }
          #expect(try await python.call("keys") == ["end"])
          #expect(town.houses == before && town.server.clientCount == 1)
        }
      }
    }
  }

  @Test(
    "A gRPC client whose token is taken back hears and writes no more",
    arguments: GRPCServerTests.names
  )
  func grpcRevoked(name: String) async throws {
    try await GuardedTown.with { town in
      try await withGRPCClient(of: town, name, showing: GuardedTown.tokens[.writer]) { python in
        try await python.call("subscribe", 0.01)
        try await agree(python, town)
        try town.revoke(.writer)
        try await eventually("it is gone") { town.server.clientCount == 1 }
        // A call may still have met the connection as it was hung up.
        try await eventually("it is told why") {
          let answer = try await python.call("answer to update", "t", ["scene": 5])
          #expect(answer["success"] == nil)
          return answer["error"] == "UNAUTHENTICATED"
        }
        #expect(town.houses["scene"] == 0.0)
        try await eventually("the subscription ended") {
          try await python.repr("end") != "'absent'"
        }
        #expect(try await python.repr("scene") == "0.0")
      }
    }
  }
  #endif

  // MARK: - Ours

  #if GRPC
  private static let wires = ["ws", "grpc"]
  #else
  private static let wires = ["ws"]
  #endif

  /// A way in which a program can write, and which changes what a ``GuardedTown`` holds.
  struct Way: Sendable {
    let name: String
    let write: @Sendable (SharedStateClient) async throws -> Void

    init(
      _ name: String,
      _ write: @escaping @Sendable (SharedStateClient) async throws -> Void
    ) {
      (self.name, self.write) = (name, write)
    }

    static let all = [
      Way("set what is there") { try await $0.sharedState["scene"].set(5.0) },
      Way("set what is not there") { try await $0.sharedState["selection.x"].set(["a": 1.0]) },
      Way("update") { try await $0.sharedState["selection.base"].update(["name": "Mine"]) },
      Way("modify") { try await $0.sharedState["scene"].modify { $0 = 6.0 } },
      Way("remove") { try await $0.sharedState["gone"].remove() },
      Way("add") { _ = try await $0.sharedState.collection("selection.").add(["a": 2.0]) },
      Way("clear") { try await $0.sharedState.collection("street.").clear() },
      Way("apply an edit") { client in
        let seen = client.sharedState.snapshot()["scene"]
        let edit = EditRequest(.set, "scene", from: seen, to: 7.0)
        guard case .sent(let outcome) = try await client.apply(edit) else {
          throw PeerTrouble(description: "there was a conflict")
        }
        if !outcome.isAccepted { throw WriteError(outcome, address: client.address) }
      },
      Way("send") { client in
        let outcome = await client.sync.send(StateChange(updates: ["scene": 8.0]))
        if !outcome.isAccepted { throw WriteError(outcome, address: client.address) }
      },
      Way("push") { try await $0.sync.push(StateChange(updates: ["scene": 9.0])) },
    ]
  }

  private func join(
    _ town: GuardedTown,
    _ wire: String,
    as role: AccessRole
  ) async throws -> SharedStateClient {
    let client = try await SharedStateClient.connect(to: town.address(wire, as: role))
    try await eventually("it is told its role") { client.sync.role == role }
    #expect(client.sync.grantedName == "the \(role)")
    return client
  }

  @Test(
    "Our client writes in every way as its role permits, or is told that it may not",
    arguments: wires,
    AccessRole.allCases
  )
  func ours(wire: String, role: AccessRole) async throws {
    try await GuardedTown.with { town in
      let client = try await join(town, wire, as: role)
      for way in Way.all {
        let before = town.houses
        if role == .guest {
          let error = await #expect(throws: WriteError.self, "\(way.name)") {
            try await way.write(client)
          }
          #expect(error?.outcome == .refused(reason: GuardedTown.refusal), "\(way.name)")
          #expect(town.houses == before, "\(way.name)")
        } else {
          try await way.write(client)
          #expect(town.houses != before, "\(way.name)")
        }
        try await eventually("both hold the same after: \(way.name)") {
          GuardedTown.houses(client.endpoint.state) == town.houses
        }
      }
      let hers = [
        Way("set Ada's avatar") { try await $0.sharedState["avatar.ada"].set(["name": "not Ada"]) },
        Way("remove Ada's avatar") { try await $0.sharedState["avatar.ada"].remove() },
      ]
      for way in hers {
        let error = await #expect(throws: WriteError.self) { try await way.write(client) }
        let words =
          role == .guest ? GuardedTown.refusal : "avatar.ada belongs to somebody else who is here"
        #expect(error?.outcome == .refused(reason: words))
        #expect(town.houses["avatar.ada"] == ["name": "Ada"])
      }
      let own = "avatar.\(client.sync.userID)"
      try await client.sharedState[own].set(["name": "me"])
      #expect(town.houses[own] == ["name": "me"])
      #expect(client.isLive)
      await client.close()
    }
  }

  @Test(
    "Our client runs commands and takes locks as its role permits, or is told that it may not",
    arguments: wires,
    AccessRole.allCases
  )
  func oursCommands(wire: String, role: AccessRole) async throws {
    try await GuardedTown.with { town in
      let client = try await join(town, wire, as: role)
      #expect(try await client.commands()[GuardedTown.command] != nil)
      let before = town.houses
      let commands: [(String, for: AccessRole)] = [
        (GuardedTown.command, .writer), ("townhall/who", .owner),
      ]
      for (command, needed) in commands {
        if role >= needed {
          try await client.run(command)
        } else {
          let failure = await #expect(throws: CommandFailure.self) { try await client.run(command) }
          let words =
            role == .guest
            ? GuardedTown.commandRefusal : "this is for an owner, and not for a writer"
          // A WebSocket has words for it, and no kind.
          #expect(failure == CommandFailure(wire == "grpc" ? .denied : .failed, words))
        }
      }
      #expect((town.houses == before) == (role == .guest))
      let locks: @Sendable () async throws -> Void = {
        try await client.holdingLocks(on: ["scene"]) {
          #expect(!town.server.endpoint.apply(StateChange(updates: ["scene": 1.0]), as: "another"))
        }
      }
      if wire == "grpc", role > .guest {
        try await locks()
      } else {
        let error = await #expect(throws: TransportError.self) { try await locks() }
        #expect(error?.code == (wire == "grpc" ? .refused : .unsupported))
        if wire == "grpc" { #expect(error?.message == "a guest reads, and takes no locks") }
      }
      #expect(town.server.endpoint.apply(StateChange(updates: ["scene": 2.0]), as: "another"))
      await client.close()
    }
  }

  @Test(
    "Without a good token our client does not get in, and is told why at once, without the token",
    arguments: wires
  )
  func oursDenied(wire: String) async throws {
    try await GuardedTown.with { town in
      for token in Self.strangers {
        let error = await #expect(throws: TransportError.self) {
          try await SharedStateClient.connect(
            to: town.address(wire, showing: token),
            patience: .seconds(60)
          )
        }
        let words = error?.description ?? ""
        #expect(error?.code == .denied && words.contains("token"), "\(words)")
        if let token { #expect(Evidence.pieces(of: token, in: words) == [], "\(words)") }
      }
      #expect(town.server.clientCount == 1)
    }
  }

  @Test("Our client whose token is taken back is told why, without the token", arguments: wires)
  func oursRevoked(wire: String) async throws {
    try await GuardedTown.with { town in
      let client = try await join(town, wire, as: .writer)
      try town.revoke(.writer)
      var reasons: Set<String> = []
      try await eventually("it is told why") {
        guard case .waiting(_, let reason, _) = client.sync.status else { return false }
        reasons.insert(reason)
        return reason.contains("not known here")
      }
      let token = try #require(GuardedTown.tokens[.writer])
      #expect(Evidence.pieces(of: token, in: reasons.joined()) == [], "\(reasons)")
      await #expect(throws: WriteError.self) { try await client.sharedState["scene"].set(1.0) }
      #expect(town.houses["scene"] == 0.0)
      await client.close()
    }
  }
}
