import SharedState
import StateSync
import TestSupport
import Testing

/// A tour on a live town rests on this: whatever is done through the lens, the rest of the town stays as it was.
@Suite("PrefixTransport", .timeLimit(.minutes(1)))
struct PrefixTransportTests {
  @Test(
    "It keeps every promise of a transport, on a street between houses that do not concern it",
    arguments: TransportConformance.Check.allCases.filter { $0 != .commandsAreListedAndRun }
  )
  func conforms(to check: TransportConformance.Check) async throws {
    try await TransportConformance(losses: .locks) { server in
      let town = NestedPrefixTransport(
        suburb: "lesson.a.",
        through: InMemoryTransport(server: server)
      )
      let way = PrefixTransport(to: "lesson.a.", of: "a", through: town)
      return .init(transport: way, stop: { server.shutDown() })
    }.run(check)
  }

  @Test("What is seen is the street without its prefix; what is written gets it; nothing else does")
  func prefix() async throws {
    let town = SyncServer([
      "lesson.1.a": "mine", "lesson.10.a": "not mine", "lesson.1": "the street's name",
      "selection.a": "not mine", "lesson.1.": "the house without a name",
    ])
    let client = try await join(town, "1")
    #expect(client.state == ["a": "mine", "": "the house without a name"])
    #expect(
      await client.send(
        StateChange(updates: ["selection.a": 1, "lesson.1.b": 2], removals: ["a", "lesson.10.a"])
      ).isAccepted
    )
    #expect(client.state["selection.a"] == 1 && client.state["lesson.1.b"] == 2)
    #expect(
      town.state.without("update.index.1") == [
        "lesson.1.selection.a": 1, "lesson.1.lesson.1.b": 2, "lesson.10.a": "not mine",
        "lesson.1": "the street's name", "selection.a": "not mine",
        "lesson.1.": "the house without a name",
      ]
    )
    await client.stop()
  }

  @Test("The client's own avatar and counter are the town's, and nobody else's are")
  func own() async throws {
    let town = SyncServer(["avatar.2": "B", "update.index.2": 7, "lesson.1.avatar.1": "a trap"])
    let client = try await join(town, "1")
    #expect(client.state.isEmpty)
    #expect(await client.send(StateChange(updates: ["avatar.1": "A", "avatar.2": "C"])).isAccepted)
    #expect(town.state["avatar.1"] == "A" && town.state["avatar.2"] == "B")
    #expect(town.state["lesson.1.avatar.2"] == "C")
    #expect(town.state.contains("update.index.1") && client.state.contains("update.index.1"))
    town.apply(StateChange(updates: ["avatar.1": "seen", "lesson.1.avatar.1": "still a trap"]))
    #expect(await eventually { client.state["avatar.1"] == "seen" })
    await client.stop()
    // The town takes with a leaver what bears its id, so the street goes too.
    #expect(town.state == ["avatar.2": "B", "update.index.2": 7])
  }

  @Test("There are no locks and no commands this way, and the wire is told as it is")
  func neither() async throws {
    let client = try await join(SyncServer(), "1")
    #expect(client.status == .live(latency: nil, locks: false, wire: "the same memory"))
    await #expect(throws: TransportError.self) {
      try await client.updateLocks(["a": .hold(seconds: 1)])
    }
    await #expect(throws: CommandFailure.self) { try await client.listCommands() }
    await client.stop()
  }

  @Test("A lock of the town that is in the way is a refusal, and nothing is written")
  func locked() async throws {
    let town = SyncServer()
    #expect(town.updateLocks(["lesson.1.a": .hold(seconds: 60)], as: "somebody"))
    let client = try await join(town, "1")
    let outcome = await client.send(StateChange(updates: ["a": 1, "b": 2]))
    #expect(outcome == .refused(reason: "locked by another"))
    #expect(town.state.without("update.index.1").isEmpty && client.state["a"] == nil)
    await client.stop()
  }

  @Test("Changes elsewhere are not delivered at all, so an idle street stays idle")
  func quiet() async throws {
    let town = SyncServer(["x": 0])
    let way = PrefixTransport(
      to: "lesson.1.",
      of: "1",
      through: InMemoryTransport(server: town)
    )
    let probe = try await TransportProbe.connect(way)
    #expect(try await probe.next()?.isEmpty == true)
    for number in 1...20 {
      town.apply(StateChange(updates: ["x": .int(Int64(number))]))
      try await Task.sleep(for: .milliseconds(2))
    }
    town.apply(StateChange(updates: ["lesson.1.a": true]))
    #expect(try await probe.next() == StateChange(updates: ["a": true]))
    #expect(await probe.deliveries == 2)
    await probe.close()
  }

  @Test("Random changes inside and outside never mix", arguments: 1...40)
  func property(seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    let prefix = Self.prefixes[Int(seed) % Self.prefixes.count]
    let (town, own) = (SyncServer(), ["avatar.1", "update.index.1"])
    let way = PrefixTransport(to: prefix, of: "1", through: InMemoryTransport(server: town))
    let probe = try await TransportProbe.connect(way)
    try await probe.next()
    // The town as it must be: written down here in terms of bytes, without the code under test.
    var expected = StateDictionary()
    for round in 1...25 {
      let change = Self.randomChange(of: prefix, using: &generator)
      if Bool.random(using: &generator) {
        town.apply(change)
        expected.apply(change)
      } else {
        try await probe.send(change)
        for key in change.keys {
          let name = own.contains { $0.utf8.elementsEqual(key.utf8) } ? key : prefix + key
          expected.setEntry(change.updates[key], for: name)
        }
      }
      #expect(town.state == expected, "seed \(seed), round \(round): \(change)")
    }
    town.apply(StateChange(updates: [prefix + "last": 1]))
    expected[prefix + "last"] = 1
    try await probe.wait(for: "the last word") { $0["last"] == 1 }
    var street = StateDictionary()
    for (key, entry) in expected {
      if own.contains(where: { $0.utf8.elementsEqual(key.utf8) }) {
        street.setEntry(entry, for: key)
      } else if Array(key.utf8).starts(with: Array(prefix.utf8)) {
        let name = String(decoding: Array(key.utf8)[prefix.utf8.count...], as: UTF8.self)
        if !own.contains(name) { street.setEntry(entry, for: name) }
      }
    }
    #expect(await probe.copy == street, "seed \(seed)")
    await probe.close()
  }

  private static let prefixes = [
    "lesson.1.", "lesson.1", "é.", "e\u{301}", "\u{0}", "lesson.1.town.",
  ]

  /// A change of some keys that are apt to be mistaken for each other.
  private static func randomChange(
    of prefix: String,
    using generator: inout SeededGenerator
  ) -> StateChange {
    let tails = [
      "", ".", "0", "0.a", "a", "\u{301}", "é", "e\u{301}", "avatar.1", "update.index.1",
      "avatar.10",
      "lesson.1.", "\u{0}", "雪", "\u{1F3FD}", "update.index.1.",
    ]
    let heads = [
      "", prefix, prefix + prefix, String(prefix.dropLast()), "lesson.10.", "selection.",
    ]
    var change = StateChange()
    for _ in 0..<Int.random(in: 1...6, using: &generator) {
      let head = heads.randomElement(using: &generator) ?? ""
      let key = head + (tails.randomElement(using: &generator) ?? "")
      if Int.random(in: 0..<3, using: &generator) == 0 {
        change.remove(key)
      } else {
        change.update(key, to: .int(.random(in: 0...9, using: &generator)))
      }
    }
    return change
  }

  private func join(_ town: SyncServer, _ id: String) async throws -> SyncClient {
    var options = SyncClient.Options()
    options.userID = id
    let way = InMemoryTransport(server: town)
    let lens = PrefixTransport(to: "lesson.\(id).", of: id, through: way)
    let client = SyncClient(transport: lens, options: options)
    client.start()
    try await client.waitUntilLive(attempts: 1)
    return client
  }

  private func eventually(_ condition: @Sendable () -> Bool) async -> Bool {
    (try? await TransportProbe.eventually("", condition)) != nil
  }
}

extension StateDictionary {
  fileprivate func without(_ key: String) -> StateDictionary {
    var rest = self
    rest[key] = nil
    return rest
  }
}

/// The lens the other way round: a town appears as one street of a larger one, between houses that change with
/// every message.
private struct NestedPrefixTransport: StateTransport {
  let suburb: String
  let way: any StateTransport

  init(suburb: String, through way: any StateTransport) {
    (self.suburb, self.way) = (suburb, way)
  }

  var address: String { way.address }

  func connect() async throws -> any StateConnection {
    Connection(suburb: suburb, connection: try await way.connect())
  }

  private struct Connection: StateConnection {
    let suburb: String
    let connection: any StateConnection

    var wire: String { connection.wire }

    func receive() async throws -> StateDelivery? {
      guard let delivery = try await connection.receive() else { return nil }
      guard case .change(let change) = delivery else { return delivery }
      var news = StateChange()
      for (key, entry) in change.updates { news.update(name(key), to: entry) }
      for key in change.removals { news.remove(name(key)) }
      news.update("selection.elsewhere", to: .int(Int64(change.count)))
      news.update(String(suburb.dropLast()), to: "next door")
      news.remove("lesson.aa.gone")
      return .change(news)
    }

    func send(_ change: StateChange) async throws {
      var inside = StateChange()
      for (key, entry) in change.updates { inside.update(try stripped(key), to: entry) }
      for key in change.removals { inside.remove(try stripped(key)) }
      try await connection.send(inside)
    }

    func close() async { await connection.close() }

    private func name(_ key: String) -> String { isOwn(key) ? key : suburb + key }

    private func isOwn(_ key: String) -> Bool { key == "avatar.a" || key == "update.index.a" }

    private func stripped(_ key: String) throws -> String {
      if isOwn(key) { return key }
      guard key.utf8.starts(with: suburb.utf8) else {
        throw TransportProbe.Failure("\(key) was written, which is not on the street")
      }
      return String(decoding: key.utf8.dropFirst(suburb.utf8.count), as: UTF8.self)
    }
  }
}
