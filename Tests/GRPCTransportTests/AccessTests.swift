#if GRPC
import AccessControl
import SharedState
import StateSync
import TestSupport
import Testing
import WebSocketTransport

@testable import GRPCTransport

@Suite("Who may come over gRPC, and as what", .timeLimit(.minutes(1)))
struct GRPCAccessTests {
  private static let guest = AccessToken("town-guest")
  private static let writer = AccessToken("town-writer")

  private static func options() throws -> WebSocketServer.Options {
    var list = AccessList()
    try list.add(Grant(.guest, name: "Gäste", digest: guest.digest))
    try list.add(Grant(.writer, digest: writer.digest))
    var options = WebSocketServer.Options()
    options.gate = AccessGate(list)
    return options
  }

  @Test("Without a token nothing is answered, and the words say why")
  func denied() async throws {
    try await RunningServer.with(options: Self.options()) { open in
      for credential in [nil, AccessToken("town-nobody")] {
        let error = await #expect(throws: TransportError.self) {
          let connection = try await open.connect { $0.credential = credential }
          _ = try await connection.receive()
        }
        #expect(error?.message.contains("token") == true, "\(error?.message ?? "nothing")")
        #expect(error?.message.contains("nobody") == false)
      }
    }
  }

  @Test("A guest reads, and each way to write is refused in words; a writer does all")
  func roles() async throws {
    let town = SyncServer(["scene": 0.0])
    try await RunningServer.with(town, options: Self.options()) { open in
      let guest = try await open.connect { $0.credential = Self.guest }
      guard case .role(.guest, name: "Gäste") = try await guest.receive() else {
        Issue.record("it is not told what it may do")
        return
      }
      let probe = TransportProbe(guest)
      try await probe.next()
      #expect(await probe.copy["scene"] == 0.0)
      for change in [
        StateChange(updates: ["scene": 1.0]), StateChange(removals: ["scene"]),
      ] {
        let error = await #expect(throws: TransportError.self) { try await guest.send(change) }
        #expect(error?.code == .refused && error?.message.contains("guest") == true)
      }
      let lock = await #expect(throws: TransportError.self) {
        try await guest.updateLocks(["scene": .hold(seconds: 5)])
      }
      #expect(lock?.message.contains("guest") == true)
      let command = await #expect(throws: CommandFailure.self) {
        try await guest.runCommand("multiuser/radially-orient-origins", arguments: [:])
      }
      #expect(command?.kind == .denied && command?.message.contains("guest") == true)
      try await guest.send(StateChange(updates: ["avatar.g": [:]]))
      let other = await #expect(throws: TransportError.self) {
        try await guest.send(StateChange(updates: ["avatar.h": [:]]))
      }
      #expect(other?.code == .refused)
      await guest.close()
      let writer = try await open.connect { $0.credential = Self.writer }
      try await writer.send(StateChange(updates: ["scene": 2.0]))
      #expect(town.state["scene"] == 2.0)
      await writer.close()
    }
  }
}
#endif
