import Foundation
import Glibc
import SharedState
import StateSync
import TestSupport
import Testing
import WebSocketTransport

@Suite("Many clients, and what runs out", .serialized, .timeLimit(.minutes(10)))
struct ShortageTests {
  @Test(
    "A crowd of which a fifth leaves by a reset has the last values, before and after a restart, whoever stands at the door"
  )
  func crowd() async throws {
    let count = Wishes.seconds == nil ? 200 : 1000
    raiseDescriptorLimit()
    var server = try ServerProcess([])
    let address = server.address
    let idlers = try RawClient.Opening.idle.flatMap { [port = server.port] opening in
      try (0..<count / 2).map { _ in try RawClient(port: port, says: opening) }
    }
    let start = ContinuousClock.now
    let leavers = try (0..<count / 5).map { _ in try RawClient(port: server.port) }
    let clients = try (0..<count - count / 5).map { _ in
      SyncClient(transport: try WebSocketClientTransport(address))
    }
    for client in clients { client.start() }
    for client in clients { try await client.waitUntilLive() }
    print("\(count) clients were in after \(ContinuousClock.now - start)")
    for leaver in leavers { leaver.leave(byReset: true) }
    for number in 1...2 {
      let knock = ContinuousClock.now
      let judge = SyncClient(transport: try WebSocketClientTransport(address))
      judge.start()
      try await judge.waitUntilLive()
      print("a newcomer was in after \(ContinuousClock.now - knock)")
      #expect(await judge.send(StateChange(updates: ["last": .int(Int64(number))])).isAccepted)
      let sent = ContinuousClock.now
      try await TransportProbe.eventually("all have the last value") {
        clients.allSatisfy { $0.state["last"] == .int(Int64(number)) }
      }
      print("\(clients.count) clients had the last value after \(ContinuousClock.now - sent)")
      await judge.stop()
      if number == 2 { break }
      server.end(SIGKILL)
      server = try ServerProcess([], port: server.port)
    }
    for idler in idlers { idler.leave(byReset: false) }
    await withTaskGroup { group in
      for client in clients { group.addTask { await client.stop() } }
    }
  }

  /// As many descriptors as this process may have.
  private func raiseDescriptorLimit() {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }

  @Test(
    "A server whose descriptors are used up says so, does not spin, and goes on when there are some"
  )
  func descriptors() async throws {
    let server = try ServerProcess([], descriptors: 100)
    let crowd = try (0..<200).map { _ in try RawClient(port: server.port) }
    try await Task.sleep(for: .seconds(1))
    let before = server.processorTime
    try await Task.sleep(for: .seconds(2))
    #expect(server.processorTime - before < .seconds(1.5))
    #expect(server.told.contains("room for"))
    for client in crowd { client.leave(byReset: false) }
    let client = SyncClient(transport: try WebSocketClientTransport(server.address))
    client.start()
    try await client.waitUntilLive()
    #expect(await client.send(StateChange(updates: ["a": 1])).isAccepted)
    await client.stop()
  }
}
