import NIOCore
import NIOEmbedded
import NetworkSupport
import Testing

@Suite("The door of a server")
struct DoorTests {
  /// A door and somebody who has come to it.
  private func arrive(at door: Door, from address: String) throws -> (EmbeddedChannel, Caller) {
    let channel = EmbeddedChannel()
    channel.remoteAddress = try SocketAddress(ipAddress: address, port: 4711)
    return (channel, try #require(door.admit(channel)))
  }

  private func door(clients: Int, _ change: (inout ClientLimits) -> Void = { _ in }) -> Door {
    var limits = ClientLimits(descriptors: 1024, clients: clients)
    change(&limits)
    return Door(limits: limits)
  }

  @Test("One address gets all seats but an eighth, and this machine as many as there are")
  func fairShare() throws {
    let door = door(clients: 16)
    let greedy = try (0..<15).map { _ in try arrive(at: door, from: "10.0.0.1") }
    for (_, caller) in greedy.prefix(14) { try caller.takeSeat() }
    #expect(throws: Door.Full.ofPeer(14, of: 16)) { try greedy[14].1.takeSeat() }
    let (_, other) = try arrive(at: door, from: "10.0.0.2")
    try other.takeSeat()
    let (_, local) = try arrive(at: door, from: "127.0.0.1")
    try local.takeSeat()
    #expect(throws: Door.Full.all(of: 16)) { try arrive(at: door, from: "10.0.0.3").1.takeSeat() }
    #expect(Door.Full.all(of: 16).words == "this shared state is full: 16 of 16 clients")
    other.returnSeat()
    try arrive(at: door, from: "10.0.0.3").1.takeSeat()
    #expect(door.census.seats == 16)
  }

  @Test("IPv6 peers are told apart by their network, and what is an IPv4 address counts as that")
  func peers() throws {
    let door = door(clients: 100)
    let addresses = ["2001:db8::1", "2001:db8::2:3", "2001:db8:0:1::1", "::ffff:10.0.0.1", "::1"]
    let peers = try addresses.map { try arrive(at: door, from: $0).1.peer }
    #expect(
      peers == ["2001:db8:0:0::/64", "2001:db8:0:0::/64", "2001:db8:0:1::/64", "10.0.0.1", "::1"]
    )
  }

  @Test("When too many wait, the first of the address that has most goes, and those in a call last")
  func displacing() throws {
    let door = door(clients: 10) { $0.arrivals = 4 }
    let (quiet, _) = try arrive(at: door, from: "10.0.0.9")
    let flood = try (0..<3).map { _ in try arrive(at: door, from: "10.0.0.1") }
    flood[0].1.beginCall()
    _ = try arrive(at: door, from: "10.0.0.2")
    #expect(
      flood.map(\.0.isActive) == [false, false, false],
      "embedded channels were never active"
    )
    #expect(door.census.waiting == 4 && door.census.tally.displaced == 1)
    #expect(door.callers.map(\.number) == [1, 2, 4, 5])
    _ = quiet
  }

  @Test("Who changes faster than it may waits, for as long as its credit takes to come back")
  func pace() throws {
    let door = door(clients: 10) { $0.changesPerSecond = 10 }
    let (_, caller) = try arrive(at: door, from: "10.0.0.1")
    let now = NIODeadline.now()
    for _ in 0..<10 { #expect(caller.countChange(at: now) == nil) }
    #expect(caller.countChange(at: now) == .milliseconds(100))
    #expect(caller.countChange(at: now + .seconds(10)) == nil)
    #expect(caller.tally == (12, 1))
  }

  @Test("A connection that goes takes its seats, and what it left unfinished, along")
  func leaving() throws {
    let door = door(clients: 2) { $0.unfinishedBytes = 1000 }
    let (channel, caller) = try arrive(at: door, from: "10.0.0.1")
    try caller.takeSeat()
    caller.note(unfinished: 900)
    #expect(door.census.seats == 1 && door.census.unfinishedBytes == 900)
    _ = try channel.finish()
    let census = door.census
    #expect(census.seats == 0 && census.waiting == 0 && census.unfinishedBytes == 0)
  }
}
