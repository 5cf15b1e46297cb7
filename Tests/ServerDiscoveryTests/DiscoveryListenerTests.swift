import Foundation
import ServerDiscovery
import Testing

/// All of it on this machine: broadcasts go to 127.255.255.255, at a port that was free.
@Suite("Hearing and announcing")
struct DiscoveryListenerTests {
  private static let lab = Announcement(
    name: "Lab",
    address: "0.0.0.0",
    id: "lab",
    services: [AnnouncedService("ws", port: 38801)]
  )

  private static func listener(at port: Int = 0) async throws -> DiscoveryListener {
    var options = DiscoveryListener.Options()
    options.port = port
    return try await DiscoveryListener.start(options)
  }

  private static func announce(at port: Int) -> Task<Void, any Error> {
    Task {
      let targets = [
        AnnouncementTarget.thisMachine,
        AnnouncementTarget(address: "10.9.8.7", destination: "127.255.255.255"),
      ]
      try await Announcer(to: targets, port: port).announce(lab)
    }
  }

  /// The first event that comes, or nil if none does in time.
  private static func first(
    of listener: DiscoveryListener,
    within limit: Duration = .seconds(20)
  ) async -> DiscoveryEvent? {
    await withTaskGroup(of: DiscoveryEvent?.self) { group in
      group.addTask {
        for await news in listener.events { return news.first }
        return nil
      }
      group.addTask {
        try? await Task.sleep(for: limit)
        return nil
      }
      defer { group.cancelAll() }
      return await group.next() ?? nil
    }
  }

  /// Whether a UDP socket of this machine has a port, by what the kernel says.
  private static func isOpen(_ port: Int) throws -> Bool {
    let table = try String(contentsOfFile: "/proc/net/udp", encoding: .utf8)
    let digits = String(port, radix: 16, uppercase: true)
    return table.contains(":" + String(repeating: "0", count: 4 - digits.count) + digits + " ")
  }

  @Test("Two listeners on one machine hear the same announcer, with the address of each network")
  func together() async throws {
    let one = try await Self.listener()
    let two = try await Self.listener(at: one.port)
    let announcing = Self.announce(at: one.port)
    for listener in [one, two] {
      guard case .found(let server)? = await Self.first(of: listener) else {
        Issue.record("nothing was heard")
        continue
      }
      #expect(server.name == "Lab")
      #expect(server.addresses == ["127.0.0.1", "10.9.8.7"])
      #expect(server.url == "ws://127.0.0.1:38801")
    }
    announcing.cancel()
    try await announcing.value
    await one.close()
    await two.close()
    #expect(try !Self.isOpen(one.port))
  }

  @Test("Who stops announcing has gone some seconds later")
  func gone() async throws {
    let listener = try await Self.listener()
    let announcing = Self.announce(at: listener.port)
    var events = listener.events.makeAsyncIterator()
    guard case .found? = await events.next(isolation: nil)?.first else {
      Issue.record("nothing was heard")
      return
    }
    announcing.cancel()
    let start = ContinuousClock.now
    guard case .gone(let server)? = await events.next(isolation: nil)?.first else {
      Issue.record("it did not go")
      return
    }
    print("gone", ContinuousClock.now - start, "after its last datagram at the earliest")
    #expect(server.id == "lab")
    await listener.close()
  }

  @Test("Datagrams that are no announcements are counted, and the next good one is heard")
  func rubbish() async throws {
    let listener = try await Self.listener()
    // An announcer sends what it is given: these are unfit where they arrive.
    let unfit = AnnouncementTarget(address: "no host", destination: "127.0.0.1")
    let bad = Task { try await Announcer(to: [unfit], port: listener.port).announce(Self.lab) }
    while listener.rejectedCount == 0 { try await Task.sleep(for: .milliseconds(10)) }
    bad.cancel()
    let announcing = Self.announce(at: listener.port)
    #expect(await Self.first(of: listener) != nil)
    announcing.cancel()
    await listener.close()
  }

  @Test(
    "Closing ends what is told, and the socket is gone; so it is when nobody holds the listener"
  )
  func closing() async throws {
    let listener = try await Self.listener()
    let port = listener.port
    #expect(try Self.isOpen(port))
    let reader = Task {
      var count = 0
      for await _ in listener.events { count += 1 }
      return count
    }
    await listener.close()
    #expect(await reader.value == 0)
    #expect(try !Self.isOpen(port))
    let forgotten = try await Self.listener().port
    for _ in 0..<500 where try Self.isOpen(forgotten) {
      try await Task.sleep(for: .milliseconds(10))
    }
    #expect(try !Self.isOpen(forgotten))
  }

  @Test("Where nobody can listen, the error says where and why in one line")
  func refused() async {
    var options = DiscoveryListener.Options()
    options.host = "192.0.2.1"
    let error = await #expect(throws: DiscoveryError.self) {
      try await DiscoveryListener.start(options)
    }
    #expect(
      error?.description.hasPrefix("cannot listen for servers at 192.0.2.1, UDP port 54545") == true
    )
    #expect(error?.description.contains("\n") == false)
  }

  @Test("A server for this machine alone is announced to this machine alone")
  func targets() {
    for host in ["127.0.0.1", "localhost"] {
      #expect(AnnouncementTarget.targets(forServerAt: host) == [.thisMachine])
    }
    let six = AnnouncementTarget.targets(forServerAt: "::1")
    #expect(
      six == [AnnouncementTarget(address: "::1", destination: "127.255.255.255")],
      "where it listens, and not where it does not"
    )
    let other = AnnouncementTarget.targets(forServerAt: "127.0.0.2")
    #expect(other == [AnnouncementTarget(address: "127.0.0.2", destination: "127.255.255.255")])
    #expect(AnnouncementTarget.targets(forServerAt: "192.0.2.1").isEmpty)
    #expect(AnnouncementTarget.targets(forServerAt: "0.0.0.0").first == .thisMachine)
  }
}
