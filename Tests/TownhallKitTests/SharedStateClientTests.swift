import StateSync
import Testing
import TownhallKit

@Suite("A client and a server over the network")
struct SharedStateClientTests {
  /// Opens a town on a free port, joins it, and closes both in the end.
  private func together(
    _ body: (SharedStateClient, SharedStateServer) async throws -> Void
  ) async throws {
    let server = try await SharedStateServer.start(port: 0)
    let client = try await SharedStateClient.connect(to: server.address)
    try await body(client, server)
    await client.close()
    await server.close()
  }

  @Test("Each sees what the other writes")
  func bothWays() async throws {
    try await together { client, server in
      try await client.sharedState["some.key"].set(2.4)
      #expect(try client.sharedState["some.key"].snapshot() == 2.4)
      #expect(try server.sharedState["some.key"].snapshot() == 2.4)
      try await server.sharedState["scene.ambient_occlusion"].set(false)
      #expect(await eventually { client.sharedState["scene.ambient_occlusion"].hasValue })
      #expect(client.isLive)
      #expect(server.clientCount == 1)
    }
  }

  @Test("A client that is concerned with one key is told of no other, and its writes are confirmed")
  func oneKey() async throws {
    try await together { _, server in
      try await server.sharedState["a"].set(1)
      try await server.sharedState["b"].set(1)
      var address = try ServerAddress(server.address)
      address.wishes = SubscriptionWishes(interval: .zero)
      address.wishes.narrow(to: ["a"], as: "me")
      #expect(address.description == server.address)
      let client = try await SharedStateClient.connect(
        through: address.transport(),
        as: "me",
        patience: .seconds(10)
      )
      #expect(client.endpoint.state == ["a": 1])
      try await client.sharedState["a"].set(2)
      #expect(try server.sharedState["a"].snapshot() == 2)
      await client.close()
    }
  }

  @Test("A client lists and runs the town's commands")
  func commands() async throws {
    try await together { client, server in
      try await server.sharedState["avatar.a"].set([:])
      #expect(
        try await client.commands() == ["multiuser/radially-orient-origins": ["radius": 1.0]]
      )
      #expect(
        try await client.run("multiuser/radially-orient-origins", arguments: ["radius": 2]) == .null
      )
      #expect(await eventually { client.sharedState["user-origin.a"].hasValue })
      await #expect(throws: CommandFailure(.unknownCommand, "unknown command: fly")) {
        try await client.run("fly")
      }
    }
  }

  @Test("A reference is locked while work runs, where the town knows locks, and elsewhere says so")
  func locks() async throws {
    try await together { client, server in
      let reference = server.sharedState["scene"]
      let town = server.endpoint
      try await reference.withLock {
        #expect(!town.apply(StateChange(updates: ["scene": 1]), as: "somebody else"))
        try await reference.set(2)
      }
      #expect(town.apply(StateChange(updates: ["scene": 3]), as: "somebody else"))
      let none = await #expect(throws: TransportError.self) {
        try await client.sharedState["scene"].withLock {}
      }
      #expect(none?.description == "the wire of the town at \(server.address) knows no locks")
      await #expect(throws: TransportError.self) { try await client.holdingLocks(on: ["a"]) {} }
    }
  }

  @Test("The tutorial's closing example runs, and leaves the one house that it forgets")
  func tutorial() async throws {
    try await together { client, server in
      let base = ParticleVisualiser(
        displayName: "Base",
        visualiser: "liquorice",
        layer: 0,
        priority: 0
      )
      try await client.visualisations.add(base)
      let selection = try await server.selections.set(
        "hyperballs",
        to: ParticleSelection(displayName: "Selection", particleIDs: [44, 45, 46, 47])
      )
      #expect(selection.key == "selection.hyperballs")
      let drawing = try await server.visualisations.add(
        ParticleVisualiser(
          displayName: "Selection",
          selection: selection.key,
          visualiser: "hyperballs",
          layer: 0,
          priority: 1
        )
      )
      #expect(await eventually { client.selections.contains("hyperballs") })
      try await client.selections.update("hyperballs", ["particle_ids": [43, 44, 45]])
      #expect(try selection.snapshot().particleIDs == [43, 44, 45])
      try await drawing.remove()
      #expect(await eventually { client.visualisations.count == 1 })
      try await client.visualisations.clear()
      #expect(server.visualisations.count == 0)
      #expect(server.sharedState.keys.filter { !$0.hasPrefix("update.index.") } == [selection.key])
    }
  }

  @Test("A client that has left leaves nothing of its own behind")
  func leaving() async throws {
    let server = try await SharedStateServer.start(port: 0, holding: ["a": 1])
    let client = try await SharedStateClient.connect(to: server.address)
    try await client.sharedState["b"].set(2)
    await client.close()
    await client.close()
    #expect(await eventually { server.sharedState.snapshot() == ["a": 1, "b": 2] })
    #expect(await eventually { server.clientCount == 0 })
    await server.close()
    await server.close()
  }

  @Test("Looking for a town that is not there ends with its address and the reason, in time")
  func nobodyThere() async throws {
    let start = ContinuousClock.now
    await #expect {
      _ = try await SharedStateClient.connect(to: "ws://127.0.0.1:9", patience: .milliseconds(300))
    } throws: { error in
      let text = String(describing: error)
      return error is ServerNotFound && text.contains("ws://127.0.0.1:9")
        && text.contains("refused")
    }
    #expect(ContinuousClock.now - start < .seconds(5))
  }

  @Test("A town that only opens while somebody looks for it is found")
  func late() async throws {
    let first = try await SharedStateServer.start(port: 0)
    let address = first.address
    await first.close()
    let port = try #require(Int(address.split(separator: ":").last ?? ""))
    async let client = SharedStateClient.connect(to: address, patience: .seconds(20))
    try await Task.sleep(for: .milliseconds(300))
    let second = try await SharedStateServer.start(port: port)
    try await client.close()
    await second.close()
  }

  @Test("A port that is taken is said so, or passed over for the next")
  func takenPort() async throws {
    let first = try await SharedStateServer.start(port: 0)
    let port = try #require(Int(first.address.split(separator: ":").last ?? ""))
    await #expect(throws: ServerNotStarted.self) {
      _ = try await SharedStateServer.start(port: port)
    }
    let second = try await SharedStateServer.start(port: port, orNextFree: true)
    #expect(second.address != first.address)
    await first.close()
    await second.close()
  }
}

@Suite("ServerAddress")
struct ServerAddressTests {
  #if GRPC
  private static let addresses = [
    ("grpc://lab-3", "grpc://lab-3:38801"), ("GRPCS://lab-3:1", "grpcs://lab-3:1"),
  ]
  private static let foreign = ("grpc://lab:38801/x", "follow the port")
  #else
  private static let addresses: [(String, String)] = []
  private static let foreign = ("grpc://lab:38801", "trait GRPC")
  #endif

  private static let pin = "sha256:" + String(repeating: "0f", count: 32)

  @Test(
    "An address may be short",
    arguments: [
      ("ws://lab-3:38801", "ws://lab-3:38801"), ("lab-3", "lab-3:38801"),
      ("127.0.0.1:99", "127.0.0.1:99"), ("wss://lab-3", "wss://lab-3:38801"),
      ("[::1]:5", "[::1]:5"), ("lab-3#\(pin)", "lab-3:38801"),
      ("wss://lab-3#\(pin)", "wss://lab-3:38801"),
      ("lab-3/?interval=1", "ws://lab-3:38801/?interval=1"),
    ] + addresses
  )
  func short(text: String, full: String) throws {
    #expect(try ServerAddress(text).description == full)
  }

  @Test(
    "What cannot be joined is refused with the reason",
    arguments: [
      ("", "empty"), foreign, ("friday.traj@-1", "number of seconds"),
      ("http://lab", "http"), ("lab:port", "port"),
      ("ws://lab#\(pin)", "only wss://"), ("lab#sha256:0f", "64 hexadecimal digits"),
    ]
  )
  func refused(text: String, reason: String) {
    #expect {
      _ = try ServerAddress(text)
    } throws: {
      String(describing: $0).contains(reason)
    }
  }
}

/// Waits, within bounds, until something has come about.
func eventually(_ condition: () -> Bool) async -> Bool {
  for _ in 0..<500 {
    if condition() { return true }
    try? await Task.sleep(for: .milliseconds(10))
  }
  return condition()
}
