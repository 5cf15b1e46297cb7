import SharedState
import StateSync
import TestSupport
import Testing
import WebSocketTransport

@Suite(
  "Our client on NanoVer's server",
  .serialized,
  .timeLimit(.minutes(3)),
  .enabled(if: PeerEnvironment.isWanted, PeerEnvironment.reason)
)
struct OurClientTests {
  /// Runs a test with a client in step with its town; a client that the test has stopped stays so.
  private func withClient(
    of address: String,
    _ body: (SyncClient) async throws -> Void
  ) async throws {
    let client = SyncClient(transport: try WebSocketClientTransport(address))
    client.start()
    do {
      try await client.waitUntilLive(attempts: 1)
      try await body(client)
    } catch {
      await client.stop()
      throw error
    }
    await client.stop()
  }

  private func withTown(
    _ body: (SyncClient, PythonPeer, _ port: Int) async throws -> Void
  ) async throws {
    try await PythonPeer.withServer { python, port in
      try await withClient(of: "ws://127.0.0.1:\(port)") { client in
        try await body(client, python, port)
      }
    }
  }

  @Test(
    "Wishes in the query of an address do no harm there: everything is told, and writes are confirmed"
  )
  func wishes() async throws {
    try await PythonPeer.withServer { python, port in
      var (options, transport) = (SyncClient.Options(), WebSocketClientTransport.Options())
      options.confirmationTimeout = .seconds(10)
      transport.wishes = SubscriptionWishes(interval: .zero)
      transport.wishes.narrow(to: ["a"], prefixes: ["é*."], as: options.userID)
      let address = "ws://127.0.0.1:\(port)/?x=1"
      let client = SyncClient(
        transport: try WebSocketClientTransport(address, options: transport),
        options: options
      )
      client.start()
      try await client.waitUntilLive(attempts: 1)
      try await client.write { _ in StateChange(updates: ["a": 1, "other": 2]) }
      #expect(try await python.repr("other") == "2")
      #expect(client.state["a"] == 1 && client.state["other"] == 2)
      await client.stop()
    }
  }

  @Test("It sets, updates and removes, and Python reads the same values, each of its own kind")
  func values() async throws {
    try await withTown { client, python, _ in
      let values: [String: (StateValue, String)] = [
        "int": (1, "1"), "double": (1.0, "1.0"), "negative": (-7, "-7"),
        "large": (.int(.max), "9223372036854775807"), "infinity": (.double(.infinity), "inf"),
        "nan": (.double(.nan), "nan"), "null": (nil, "None"), "true": (true, "True"),
        "bytes": (.bytes([0, 255, 65]), "b'\\x00\\xffA'"), "text": ("é雪", "'é雪'"),
        "mixed": ([1, 1.0, nil], "[1, 1.0, None]"),
        "nested": (["a": ["b": 0.5], "owner.id": "x"], "{'a': {'b': 0.5}, 'owner.id': 'x'}"),
        "unsigned": (["$uint64": "18446744073709551615"], "18446744073709551615"),
      ]
      try await client.write { _ in StateChange(updates: values.mapValues(\.0)) }
      for (key, value) in values {
        let words = try await python.repr(key)
        #expect(words == value.1, "\(key)")
      }
      try await client.write { _ in StateChange(updates: ["int": 2], removals: ["null", "text"]) }
      #expect(try await python.repr("int") == "2")
      #expect(try await python.repr("null") == "'absent'")
      #expect(!client.state.contains("text"))
    }
  }

  @Test("What Python writes is seen with its kind, and its removals too")
  func reads() async throws {
    try await withTown { client, python, _ in
      let values: [String: StateValue] = [
        "int": 1, "double": 1.0, "infinity": .double(.infinity), "nan": .double(.nan),
        "bytes": .bytes([0, 255]), "null": nil, "nested": ["a": [1, 2.0, false]],
      ]
      var town = StateObject()
      for (key, value) in values { town[key] = value }
      try await python.call("set", .object(town))
      try await eventually("all of it is here") { values.keys.allSatisfy(client.state.contains) }
      for (key, value) in values { #expect(client.state[key] == value, "\(key)") }
      try await python.call("remove", ["null", "nested"])
      try await eventually("two are gone") {
        !client.state.contains("null") && !client.state.contains("nested")
      }
    }
  }

  @Test("10,000 keys go both ways")
  func tenThousand() async throws {
    try await withTown { client, python, _ in
      var change = StateChange()
      for number in 0..<10_000 {
        change.update("ours.\(number)", to: ["n": .int(Int64(number)), "half": 0.5])
      }
      let all = change
      try await client.write { _ in all }
      #expect(try await python.call("count", "ours.") == 10_000)
      #expect(try await python.repr("ours.9999") == "{'n': 9999, 'half': 0.5}")
      try await python.call("fill", "theirs.", 10_000)
      try await eventually("theirs are here") { client.state.contains("theirs.9999") }
      #expect(client.state.keys(withPrefix: "theirs.").count == 10_000)
      #expect(client.state["theirs.7"] == ["n": 7, "half": 3.5])
    }
  }

  @Test("A client that only reads leaves no trace; one that writes takes its counter with it")
  func traces() async throws {
    try await PythonPeer.withServer { python, port in
      let before = try await python.call("keys")
      try await withClient(of: "ws://127.0.0.1:\(port)") { reader in
        #expect(reader.state.keys.sorted() == before.array?.compactMap(\.string))
        let during = try await python.call("keys")
        #expect(during == before)
      }
      #expect(try await python.call("keys") == before)
      try await withClient(of: "ws://127.0.0.1:\(port)") { writer in
        try await writer.write { _ in StateChange(updates: ["mine": 1]) }
        let keys = try await python.call("keys").array ?? []
        #expect(keys.contains(.string("update.index.\(writer.userID)")))
        #expect(!keys.contains(.string("avatar.\(writer.userID)")))
      }
      try await eventually("only its house is left") {
        let keys = try await python.call("keys").array ?? []
        return Set(keys) == Set((before.array ?? []) + ["mine"])
      }
    }
  }

  @Test(
    "Alice's houses stand after an editor of her avatar has left, in good order or killed",
    arguments: [true, false]
  )
  func demolition(inGoodOrder: Bool) async throws {
    try await PythonPeer.withServer { python, port in
      let line = try FaultyLine(to: port)
      try await PythonPeer.withClient(of: "ws://127.0.0.1:\(port)") { alice in
        try await alice.call(
          "set",
          ["avatar.ALICE": ["name": "Alice"], "selection.ALICE.0": ["name": "hers"]]
        )
        try await withClient(of: line.address) { client in
          try await eventually("her avatar is seen") { client.state.contains("avatar.ALICE") }
          try await client.write { _ in
            StateChange(updates: ["avatar.ALICE": ["name": "Alice", "color": [1.0, 0.0, 0.0]]])
          }
          let counter = StateValue.string("update.index.\(client.userID)")
          let keys = try await python.call("keys").array ?? []
          #expect(keys.contains(counter))
          if inGoodOrder { await client.stop() } else { line.cut() }
          var pokes: Int64 = 0
          try await eventually("the counter is gone") {
            // Of a broken connection the server hears only when it sends.
            pokes += 1
            try await python.call("frame", .int(pokes))
            return try await python.call("keys").array?.contains(counter) == false
          }
        }
        #expect(try await python.repr("avatar.ALICE").contains("color"))
        #expect(try await python.repr("selection.ALICE.0") == "{'name': 'hers'}")
      }
    }
  }

  @Test("The trap is real: who edits her avatar without a name of its own takes her houses along")
  func trap() async throws {
    try await PythonPeer.withServer { python, port in
      try await python.call("set", ["avatar.ALICE": 1, "selection.ALICE.0": 1])
      let naive = try await WebSocketClientTransport("ws://127.0.0.1:\(port)").connect()
      _ = try await naive.receive()
      try await naive.send(StateChange(updates: ["avatar.ALICE": 2]))
      try await eventually("it arrived") { try await python.repr("avatar.ALICE") == "2" }
      await naive.close()
      try await eventually("her houses are gone") {
        let words = try await python.repr("selection.ALICE.0")
        return words == "'absent'"
      }
    }
  }

  @Test("A connection that the server has gone deaf on is noticed by a write, and made anew")
  func deafServer() async throws {
    try await PythonPeer.withServer { python, port in
      let line = try FaultyLine(to: port)
      try await withClient(of: line.address) { client in
        try await client.write { _ in StateChange(updates: ["a": 1]) }
        // A masked binary frame that holds the integer 5: no error, no close, and no ear from now on.
        line.inject([0x82, 0x81, 0, 0, 0, 0, 5])
        try await Task.sleep(for: .milliseconds(100))
        #expect(await client.send(StateChange(updates: ["a": 2])) == .unconfirmed)
        #expect(try await python.repr("a") == "1")
        try await eventually("it is back") { client.status.isLive }
        #expect(await client.send(StateChange(updates: ["a": 3])).isAccepted)
        #expect(try await python.repr("a") == "3")
      }
    }
  }

  @Test("When the server is killed and comes back, the client does too, and sees what changed")
  func restart() async throws {
    var port = 0
    try await PythonPeer.withServer { python, first in
      port = first
      try await python.call("set", ["stays": 1, "changes": 1, "vanishes": 1])
      try await withClient(of: "ws://127.0.0.1:\(first)") { client in
        try await eventually("it has seen all") { client.state.contains("vanishes") }
        let events = client.events()
        await python.kill()
        try await eventually("the loss is seen") {
          if case .waiting = client.status { true } else { false }
        }
        #expect(client.state["vanishes"] == 1, "the town as it was last seen is kept")
        let since: StateValue = ["stays": 1, "changes": 2, "new": 1]
        try await PythonPeer.withServer(port: port, holding: since) { _, _ in
          try await eventually("it is back") {
            client.status.isLive && client.state.contains("new")
          }
          #expect(!client.state.contains("vanishes") && client.state["changes"] == 2)
          var change = StateChange()
          for await event in events {
            change.merge(event.change)
            if change.touches("new") && change.touches("vanishes") { break }
          }
          #expect(change.removals.contains("vanishes"))
          #expect(change.updates["changes"]?.value == 2)
          #expect(!change.touches("stays"), "what is as it was is no news")
        }
      }
    }
  }
}
