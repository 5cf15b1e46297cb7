import ServerDiscovery
import TestSupport
import Testing

/// A table, and moments that come when the test says so; it is woken as often as it asks for it.
private struct DiscoveryStory {
  var table = DiscoveryTable()
  var now = Duration.seconds(1000)
  var events: [DiscoveryEvent] = []

  mutating func hear(
    _ id: String?,
    _ address: String = "10.0.0.1",
    name: String = "Lab",
    services: [AnnouncedService] = [AnnouncedService("ws", port: 38801)]
  ) {
    table.hear(
      Announcement(name: name, address: address, id: id, services: services),
      at: now
    )
  }

  mutating func wait(_ duration: Duration) {
    let end = now + duration
    while let next = table.wakeUp, next <= end {
      now = max(now, next)
      events += table.news(at: now)
    }
    now = end
  }

  /// Lets servers announce themselves twice a second for a while.
  mutating func hear(for duration: Duration, _ announce: (inout DiscoveryStory) -> Void) {
    let end = now + duration
    while now < end {
      announce(&self)
      wait(.milliseconds(500))
    }
  }

  /// What was told, in short, and is forgotten now.
  mutating func told() -> [String] {
    defer { events = [] }
    return events.map { event in
      switch event {
      case .found(let server): "found \(server.id) \(server.addresses)"
      case .changed(let server): "changed \(server.id) \(server.addresses)"
      case .gone(let server): "gone \(server.id) \(server.addresses)"
      }
    }
  }
}

@Suite("The table of servers")
struct DiscoveryTableTests {
  @Test("A server appears soon after its first datagram, stays while it is heard, and goes once")
  func life() throws {
    var story = DiscoveryStory()
    #expect(story.table.wakeUp == nil)
    story.hear("a")
    story.wait(.milliseconds(101))
    #expect(story.told() == [#"found a ["10.0.0.1"]"#])
    story.hear(for: .seconds(60)) { $0.hear("a") }
    #expect(story.told() == [])
    // The last datagram came half a second ago.
    story.wait(.seconds(2.9))
    #expect(story.told() == [])
    story.wait(.seconds(0.2))
    #expect(story.told() == [#"gone a ["10.0.0.1"]"#])
    #expect(story.table.wakeUp == nil)
    story.hear("a")
    story.wait(.seconds(1))
    #expect(story.told() == [#"found a ["10.0.0.1"]"#])
  }

  @Test("The promises hold: seen within 1.5 s of starting, gone within 5 s of dying")
  func promises() {
    // A datagram at the very last moment before the first and after the last that are sure.
    let (interval, network) = (Duration.milliseconds(500), Duration.milliseconds(100))
    #expect(interval + network + DiscoveryTable.settling <= .milliseconds(1500))
    #expect(network + DiscoveryTable.patience + DiscoveryTable.settling <= .seconds(5))
    #expect(DiscoveryTable.patience > interval * 5, "a few lost datagrams do not matter")
  }

  @Test("One server with several interfaces is one server, told once with all its addresses")
  func interfaces() {
    var story = DiscoveryStory()
    story.hear(for: .seconds(5)) { story in
      story.hear("a", "10.0.0.1")
      story.hear("b", "10.0.0.9", name: "Other")
      story.hear("a", "192.168.1.2")
      story.hear("a", "127.0.0.1")
    }
    #expect(
      story.told() == [
        #"found a ["10.0.0.1", "192.168.1.2", "127.0.0.1"]"#, #"found b ["10.0.0.9"]"#,
      ]
    )
  }

  @Test("An address that is heard no more is dropped, and the server stays")
  func lostInterface() {
    var story = DiscoveryStory()
    story.hear(for: .seconds(2)) { story in
      story.hear("a", "10.0.0.1")
      story.hear("a", "10.9.0.1")
    }
    _ = story.told()
    story.hear(for: .seconds(10)) { $0.hear("a", "10.9.0.1") }
    #expect(story.told() == [#"changed a ["10.9.0.1"]"#])
  }

  @Test(
    "A server that dies has gone from all its networks at once, and has not changed before that"
  )
  func death() {
    var story = DiscoveryStory()
    story.hear(for: .seconds(3)) { story in
      story.hear("a", "127.0.0.1")
      story.wait(.milliseconds(20))
      story.hear("a", "10.0.0.1")
    }
    #expect(story.told() == [#"found a ["127.0.0.1", "10.0.0.1"]"#])
    story.wait(.seconds(10))
    #expect(story.told() == [#"gone a ["127.0.0.1", "10.0.0.1"]"#])
  }

  @Test("Without an id, name and address tell servers apart")
  func withoutID() {
    var story = DiscoveryStory()
    story.hear(for: .seconds(3)) { story in
      story.hear(nil, "10.0.0.1", name: "A")
      story.hear(nil, "10.0.0.1", name: "B")
      story.hear(nil, "10.0.0.2", name: "A")
    }
    #expect(story.told().count == 3)
    story.wait(.seconds(5))
    #expect(story.told().count == 3)
  }

  @Test("Ids that look alike and are not the same bytes are two servers")
  func lookalikes() {
    var story = DiscoveryStory()
    story.hear("\u{e9}")
    story.hear("e\u{301}")
    story.wait(.seconds(1))
    #expect(story.told().count == 2)
  }

  @Test("A new name or service is told, and one that was taken back in time is not")
  func changes() {
    var story = DiscoveryStory()
    story.hear("a")
    story.wait(.seconds(1))
    _ = story.told()
    story.hear("a", name: "Renamed")
    story.hear("a")
    story.wait(.seconds(1))
    #expect(story.told() == [])
    story.hear("a", services: [AnnouncedService("wss", port: 1)])
    story.wait(.seconds(1))
    #expect(story.told() == [#"changed a ["10.0.0.1"]"#])
  }

  @Test("Somebody who flaps all the time is told of ten times a second at most")
  func flapping() {
    var story = DiscoveryStory()
    for round in 0..<2000 {
      story.hear("a", name: "\(round)")
      story.wait(.milliseconds(1))
    }
    #expect(story.told().count <= 20)
  }

  @Test("A flood of inventions stays within bounds, and drives nobody out")
  func flood() {
    var story = DiscoveryStory()
    story.hear("mine")
    for number in 0..<10_000 {
      story.hear("x\(number)")
      story.hear("mine", "10.1.\(number / 250).\(number % 250)")
    }
    story.wait(.seconds(1))
    let told = story.events
    #expect(told.count == DiscoveryTable.mostServers)
    guard case .found(let mine)? = told.first else { return #expect(Bool(false), "none found") }
    #expect(mine.id == "mine")
    #expect(mine.addresses.count == DiscoveryTable.mostAddresses)
    #expect(mine.address == "10.0.0.1")
    _ = story.told()
    story.wait(.seconds(10))
    #expect(story.told().count == DiscoveryTable.mostServers)
    #expect(story.table.wakeUp == nil)
  }

  @Test("On random networks, news and table never disagree, and nothing is told twice")
  func random() throws {
    for seed in 0..<200 {
      var chance = SeededGenerator(seed: UInt64(seed))
      var story = DiscoveryStory()
      var alive: Set<String> = []
      var heard: [String: Duration] = [:]
      for _ in 0..<200 {
        let id = ["a", "b", "c", "d"].randomElement(using: &chance) ?? "a"
        if Bool.random(using: &chance) {
          story.hear(id, "10.0.0.\(Int.random(in: 1...3, using: &chance))")
          heard[id] = story.now
        }
        story.wait(.milliseconds(Int.random(in: 0...2000, using: &chance)))
        for event in story.events {
          switch event {
          case .found(let server): try #require(alive.insert(server.id).inserted)
          case .changed(let server): try #require(alive.contains(server.id))
          case .gone(let server): try #require(alive.remove(server.id) != nil)
          }
        }
        story.events = []
        for (id, last) in heard {
          let age = story.now - last
          if age >= DiscoveryTable.patience { try #require(!alive.contains(id)) }
          if age < DiscoveryTable.patience, age > DiscoveryTable.settling {
            try #require(alive.contains(id), "heard \(age) ago")
          }
        }
      }
    }
  }
}

@Suite("Where a found server is joined")
struct FoundServerTests {
  private func server(
    _ services: [String: Int],
    at addresses: String...,
    port: Int? = nil
  ) -> FoundServer? {
    var table = DiscoveryTable()
    let list = services.map { AnnouncedService($0.key, port: $0.value) }
    for address in addresses {
      table.hear(
        Announcement(name: "A", address: address, id: "a", services: list, port: port),
        at: .zero
      )
    }
    guard case .found(let server)? = table.news(at: .seconds(1)).first else { return nil }
    return server
  }

  @Test("Encrypted before plain WebSocket, and both before gRPC")
  func schemes() {
    let all = ["wss": 1, "ws": 2, "multiplayer": 3, "trajectory": 4, "imd": 5, "https": 6]
    #expect(server(all, at: "h")?.url == "wss://h:1")
    #expect(server(all.filter { $0.key != "wss" }, at: "h")?.url == "ws://h:2")
    #expect(server(["multiplayer": 3, "trajectory": 4], at: "h")?.url == "grpc://h:3")
    #expect(server(["trajectory": 4, "imd": 5], at: "h", port: 9)?.url == "grpc://h:4")
    #expect(server([:], at: "h", port: 9)?.url == "grpc://h:9")
    #expect(server(["imd": 5], at: "h", port: 9)?.url == nil)
    #expect(server([:], at: "h")?.url == nil)
  }

  @Test("This machine's own address before all others, and else the first that was heard")
  func addresses() {
    #expect(server(["ws": 1], at: "10.0.0.1", "127.0.0.1")?.url == "ws://127.0.0.1:1")
    #expect(server(["ws": 1], at: "10.0.0.1", "localhost")?.url == "ws://localhost:1")
    #expect(server(["ws": 1], at: "10.0.0.2", "10.0.0.1")?.url == "ws://10.0.0.2:1")
    #expect(server(["ws": 1], at: "fe80::1")?.url == "ws://[fe80::1]:1")
  }
}
