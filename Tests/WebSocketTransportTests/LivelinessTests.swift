import MessagePack
import NIOCore
import NetworkSupport
import SharedState
import StateSync
import Synchronization
import TestSupport
import Testing

@testable import WebSocketTransport

@Suite("Keepalive", .timeLimit(.minutes(1)))
struct KeepaliveTests {
  private let quick = Keepalive(
    pingInterval: .milliseconds(50),
    silence: .milliseconds(600)
  )

  @Test("A client that answers no ping is sent away with a reason, and its houses are cleared")
  func deafClient() async throws {
    // Long enough for the client's one message to get out on a busy machine.
    let fair = Keepalive(pingInterval: .milliseconds(50), silence: .seconds(3))
    try await withServer(
      SyncServer(["stays": true]),
      options: { $0.keepalive = fair }
    ) { server, town in
      let line = try await RawLine.connect(to: server.port)
      try await line.send(
        .binary(MessagePack.encode(["state": ["updates": ["avatar.x": 1, "play.x": 2]]]))
      )
      #expect(try await line.readToEnd() == 1011)
      try await eventually("it is gone") { server.clientCount == 0 }
      #expect(town.state == ["stays": true])
    }
  }

  @Test("A client that answers stays, and so does ours without a word from anybody")
  func livelyClients() async throws {
    let fair = Keepalive(pingInterval: .milliseconds(50), silence: .seconds(5))
    try await withServer(options: { $0.keepalive = fair }) { server, _ in
      try await withClient(of: server.address, options: { $0.keepalive = fair }) { client in
        let line = try await RawLine.connect(to: server.port)
        var pings = 0
        while pings < 10, let frame = try await line.nextFrame() {
          guard frame.first == 0x89 else { continue }
          pings += 1
          try await line.send(RawFrame(first: 0x8a, payload: frame.payload))
        }
        #expect(pings == 10)
        #expect(client.status.isLive && server.clientCount == 2)
        await line.hangUp()
      }
    }
  }

  @Test("So is one that falls silent right after its first words, which come with the handshake")
  func silentAfterGreeting() async throws {
    let words = MessagePack.encode(["state": ["updates": ["a": 1], "removals": []]])
    let greeting = RawFrame(first: 0x82, payload: words, mask: nil)
    let server = try await FakeServer.start(greeting: greeting) { line in
      while try await line.nextFrame() != nil {}
    }
    defer { server.stop() }
    var options = WebSocketClientTransport.Options()
    options.keepalive = quick
    let connection = try await WebSocketClientTransport(server.address, options: options).connect()
    #expect(try await connection.nextChange()?.count == 1)
    let error = await #expect(throws: TransportError.self) { try await connection.receive() }
    #expect(error?.code == .connectionLost)
    await connection.close()
  }

  @Test("A server that falls silent is given up, and named")
  func silentServer() async throws {
    let server = try await FakeServer.start { line in
      while try await line.nextFrame() != nil {}
    }
    defer { server.stop() }
    var options = WebSocketClientTransport.Options()
    options.keepalive = quick
    let connection = try await WebSocketClientTransport(server.address, options: options).connect()
    let error = await #expect(throws: TransportError.self) { try await connection.receive() }
    #expect(error?.code == .connectionLost)
    #expect(error?.message.contains("gave no sign of life for 0.6 seconds") == true)
    await connection.close()
  }
}

@Suite("A line that goes dead", .timeLimit(.minutes(1)))
struct DeadLineTests {
  private let watched = Keepalive(
    pingInterval: .seconds(1),
    silence: .seconds(3),
    warning: .milliseconds(500)
  )

  @Test(
    "It is told of as silence, then as lost, and the client is live again by itself when it is back"
  )
  func held() async throws {
    try await withServer(SyncServer(["a": 1])) { server, town in
      let line = try FaultyLine(to: server.port)
      defer { line.cut() }
      try await withClient(of: line.address, options: { $0.keepalive = watched }) { client in
        let statuses = client.statuses()
        line.hold()
        var wasSilent = false
        for await status in statuses {
          wasSilent = wasSilent || status.silentSince != nil
          if !status.isLive { break }
        }
        #expect(wasSilent)
        town.apply(StateChange(updates: ["a": 2]))
        line.hold(false)
        try await eventually("it is back, with what the server has") {
          client.status.isLive && client.state["a"] == 2
        }
        #expect(client.status.silentSince == nil)
      }
    }
  }

  @Test("One that comes back in time is heard again, and nothing is lost")
  func resumed() async throws {
    var patient = watched
    patient.silence = .seconds(30)
    try await withServer(SyncServer(["a": 1])) { server, town in
      let line = try FaultyLine(to: server.port)
      defer { line.cut() }
      try await withClient(of: line.address, options: { $0.keepalive = patient }) { client in
        for number: Int64 in [2, 3] {
          line.hold()
          try await eventually("it is silent") { client.status.silentSince != nil }
          town.apply(StateChange(updates: ["a": .int(number)]))
          line.hold(false)
          try await eventually("it is heard") { client.status.silentSince == nil }
          try await eventually("it has the change") { client.state["a"] == .int(number) }
        }
        #expect(line.count == 1)
      }
    }
  }

  @Test("Nobody is told of a silence that nobody asked about")
  func unwatched() async throws {
    var quiet = watched
    quiet.warning = nil
    try await withServer(SyncServer(["a": 1])) { server, _ in
      let line = try FaultyLine(to: server.port)
      defer { line.cut() }
      try await withClient(of: line.address, options: { $0.keepalive = quiet }) { client in
        let statuses = client.statuses()
        line.hold()
        for await status in statuses {
          #expect(status.silentSince == nil)
          if !status.isLive { break }
        }
      }
    }
  }
}

@Suite("A peer that never stops", .timeLimit(.minutes(1)))
struct EndlessPeerTests {
  /// Sends something over and over, and returns how the client took it.
  private func error(
    of words: [UInt8],
    after beginning: [UInt8] = [],
    options change: (inout WebSocketClientTransport.Options) -> Void = { _ in }
  ) async throws -> TransportError? {
    let server = try await FakeServer.start { line in
      try await line.send(beginning)
      while true { try await line.send(words) }
    }
    defer { server.stop() }
    var options = WebSocketClientTransport.Options()
    change(&options)
    let connection = try await WebSocketClientTransport(server.address, options: options).connect()
    let error = await #expect(throws: TransportError.self) {
      while try await connection.receive() != nil {}
    }
    await connection.close()
    return error
  }

  private func burst(_ frame: RawFrame) -> [UInt8] {
    Array([[UInt8]](repeating: frame.bytes, count: 1000).joined())
  }

  @Test("Pings without a message end the connection, in words")
  func pings() async throws {
    let error = try await error(of: burst(RawFrame(first: 0x89, payload: [1], mask: nil)))
    #expect(error?.message.contains("more than 1000 pings in a second") == true)
  }

  @Test("So do fragments of nothing")
  func fragments() async throws {
    let error = try await error(
      of: burst(RawFrame(first: 0x00, payload: [], mask: nil)),
      after: RawFrame(first: 0x02, payload: [1], mask: nil).bytes
    )
    #expect(error?.message.contains("empty fragments") == true)
  }

  @Test("So do fragments that add up to more than a message holds")
  func large() async throws {
    let error = try await error(
      of: RawFrame(first: 0x00, payload: [UInt8](repeating: 0, count: 1 << 16), mask: nil).bytes,
      after: RawFrame(first: 0x02, payload: [1], mask: nil).bytes
    ) { $0.maximumMessageSize = 1 << 20 }
    #expect(error?.message.contains("larger than 1048576 bytes") == true)
  }

  @Test("So does a change that always goes on in the next message")
  func more() async throws {
    let value = StateValue.bytes([UInt8](repeating: 0, count: 1 << 16))
    let message = MessagePack.encode(["state": ["updates": ["a": value]], "more": true])
    let error = try await error(of: RawFrame(first: 0x82, payload: message, mask: nil).bytes) {
      $0.maximumChangeSize = 1 << 20
    }
    #expect(
      error?.message.contains("a change of more than 1048576 bytes that does not end") == true
    )
  }
}

@Suite("Back-pressure", .timeLimit(.minutes(1)))
struct BackPressureTests {
  private static let mebibyte = 1 << 20

  private static func state(_ number: Int) -> [UInt8] {
    let value = StateValue.bytes([UInt8](repeating: UInt8(number & 0xff), count: mebibyte))
    return MessagePack.encode(["state": ["updates": ["n": .int(Int64(number)), "v": value]]])
  }

  @Test("While nobody receives, the client stops reading, and later loses nothing")
  func client() async throws {
    let sent = Mutex(0)
    let count = 48
    let server = try await FakeServer.start { line in
      for number in 1...count {
        try await line.send(
          RawFrame(first: 0x82, payload: Self.state(number), mask: nil)
        )
        sent.withLock { $0 += 1 }
      }
      while try await line.nextFrame() != nil {}
    }
    defer { server.stop() }
    let connection = try await WebSocketClientTransport(server.address).connect()
    var before = -1
    // The sender comes to a halt once the sockets' own buffers are full.
    while true {
      try await Task.sleep(for: .milliseconds(300))
      let now = sent.withLock { $0 }
      if now == before { break }
      before = now
    }
    #expect(before < count / 2, "\(before) MiB were taken with nobody to receive them")
    for number in 1...count {
      #expect(try await connection.nextChange()?.updates["n"]?.value == .int(Int64(number)))
    }
    await connection.close()
  }

  @Test("A client that does not read holds up nobody else, and gets the newest when it does")
  func slowClient() async throws {
    try await withServer { server, town in
      try await withClient(of: server.address) { other in
        let slow = try await RawLine.connect(to: server.port, autoRead: false)
        let count: Int64 = 40
        for number in 1...count {
          let value = StateValue.bytes([UInt8](repeating: UInt8(number), count: Self.mebibyte))
          town.apply(StateChange(updates: ["n": .int(number), "v": value]))
          try await eventually("the other sees \(number)") { other.state["n"] == .int(number) }
        }
        try await slow.channel.setOption(.autoRead, value: true).get()
        var messages = 0
        var newest: StateValue?
        while newest != .int(count), let frame = try await slow.nextFrame() {
          guard frame.first == 0x82 else { continue }
          messages += 1
          newest = try MessagePack.decode(frame.payload)["state"]?["updates"]?["n"] ?? newest
        }
        #expect(newest == .int(count))
        #expect(messages < 20, "\(messages) messages were kept for a client that did not read")
        await slow.hangUp()
      }
    }
  }

  @Test("A large message tells its progress, with its size")
  func progress() async throws {
    let large = StateValue.bytes([UInt8](repeating: 0, count: 8 * Self.mebibyte))
    try await withServer(SyncServer(["large": large])) { server, _ in
      let connection = try await WebSocketClientTransport(server.address).connect()
      var seen: [Int] = []
      loop: while let delivery = try await connection.receive() {
        switch delivery {
        case .progress(let received, let total):
          #expect(total.map { $0 > 8 * Self.mebibyte && received < $0 } == true)
          seen.append(received)
        case .silence, .heard: Issue.record("nobody asked")
        case .change, .changes:
          #expect(delivery.whole.first?.updates["large"]?.value == large)
          break loop
        case .role, .refused:
          break
        }
      }
      #expect(seen.count > 3 && seen.count <= 100 && seen == seen.sorted())
      await connection.close()
    }
  }
}
