import ConcurrencySupport
import MessagePack
import NIOCore
import NetworkSupport
import SharedState
import StateSync
import TestSupport
import Testing

@testable import WebSocketTransport

@Suite("What a client may not do to a server", .timeLimit(.minutes(1)))
struct ServerViolationTests {
  static let breaches: [(name: String, bytes: [UInt8], code: UInt16)] =
    FrameInspectorTests.breaches.filter { $0.0 != "one beyond the limit" }.map {
      name,
      frames,
      code in
      (name, frames.flatMap(\.bytes), code)
    } + [
      ("text that is not UTF-8", RawFrame(first: 0x81, payload: [0xff]).bytes, 1003),
      ("close code 1005", RawFrame.close([0x03, 0xed]).bytes, 1002),
      ("close of one byte", RawFrame.close([3]).bytes, 1002),
      ("close reason that is not UTF-8", RawFrame.close([0x03, 0xe8, 0xc3]).bytes, 1007),
      ("an empty message", RawFrame.binary([]).bytes, 1007),
      ("a message cut short", RawFrame.binary([0x81, 0xa5, 0x73]).bytes, 1007),
      ("a message that goes on", RawFrame.binary([0x80, 0x80]).bytes, 1007),
      ("a scalar", RawFrame.binary([0x05]).bytes, 1007),
      ("a list", RawFrame.binary([0x92, 1, 2]).bytes, 1007),
      ("an integer key", RawFrame.binary([0x81, 1, 2]).bytes, 1007),
      (
        "text that is not UTF-8 in a message", RawFrame.binary([0x81, 0xa1, 0xff, 0xc0]).bytes, 1007
      ),
      ("state: null", RawFrame.binary(MessagePack.encode(["state": nil])).bytes, 1007),
      ("command: null", RawFrame.binary(MessagePack.encode(["command": nil])).bytes, 1007),
    ]

  @Test(
    "Each breach closes that connection with its code; others and the town do not notice",
    arguments: breaches
  )
  func breach(name: String, bytes: [UInt8], code: UInt16) async throws {
    // Nobody answers the goodbye here, so there is no use in waiting for that.
    let options: (inout WebSocketServer.Options) -> Void = {
      $0.maximumMessageSize = 1000
      $0.closeTimeout = .milliseconds(100)
    }
    try await withServer(options: options) { server, town in
      try await withClient(of: server.address) { other in
        let line = try await RawLine.connect(to: server.port)
        try await line.send(bytes)
        #expect(try await line.readToEnd() == code, "\(name)")
        try await eventually("it is gone") { server.clientCount == 1 }
        try await other.write { _ in StateChange(updates: ["alive": true]) }
        #expect(town.state["alive"] == true)
      }
    }
  }

  @Test("A goodbye is answered with its code, and the server hangs up")
  func goodbye() async throws {
    try await withServer { server, _ in
      let line = try await RawLine.connect(to: server.port)
      try await line.send(.close([0x0f, 0xa0]))  // 4000
      #expect(try await line.readToEnd() == 4000)
    }
  }

  @Test("Much that is unread when a breach is found does not drown the reason")
  func reasonArrives() async throws {
    try await withServer(options: { $0.maximumMessageSize = 1000 }) { server, _ in
      let line = try await RawLine.connect(to: server.port)
      try? await line.send(
        RawFrame.binary([UInt8](repeating: 0, count: 1_000_000)).bytes
      )
      #expect(try await line.readToEnd() == 1009)
    }
  }

  @Test("Fragments with a ping between them are one message")
  func fragments() async throws {
    try await withServer { server, town in
      let line = try await RawLine.connect(to: server.port)
      let message = MessagePack.encode(["state": ["updates": ["a": "whole"]]])
      try await line.send(
        .binary(Array(message[..<5]), isFinal: false),
        RawFrame(first: 0x89, payload: [7]),
        .continuation(Array(message[5..<9]), isFinal: false),
        .continuation(Array(message[9...]), isFinal: true)
      )
      try await eventually("it arrived") { town.state["a"] == "whole" }
      var pong: RawLine.Frame?
      while pong == nil, let frame = try await line.nextFrame() {
        if frame.first == 0x8a { pong = frame }
      }
      #expect(pong?.payload == [7] && pong?.isMasked == false)
      await line.hangUp()
    }
  }

  @Test("Clients that stop half-way in the handshake are dropped, and so is what is not HTTP")
  func handshakes() async throws {
    try await withServer(options: { $0.handshakeTimeout = .seconds(1) }) { server, _ in
      for start in ["", "GET / HTTP/1.1\r\nHost: x\r\nUpgr"] {
        let line = try await RawLine.connect(to: server.port, shakesHands: false)
        try? await line.send(Array(start.utf8))
        #expect(try await line.readToEnd() == nil)
      }
      let line = try await RawLine.connect(to: server.port, shakesHands: false)
      try? await line.send([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x0d, 0x0a])
      #expect(try await line.readToEnd() == nil)
      try await withClient(of: server.address) { _ in }
    }
  }

  @Test("A browser is told what this is")
  func browser() async throws {
    try await withServer { server, _ in
      let line = try await RawLine.connect(to: server.port, shakesHands: false)
      try await line.send(Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
      #expect(try await line.readHead().hasPrefix("HTTP/1.1 426"))
      await line.hangUp()
    }
  }

  @Test("Beyond the limit a client is told that there is no room; a place that is given up is free")
  func limit() async throws {
    try await withServer(options: { $0.connectionLimit = 1 }) { server, _ in
      let transport = try WebSocketClientTransport(server.address)
      let first = try await transport.connect()
      try await eventually("the first is in") { server.clientCount == 1 }
      let error = await #expect(throws: TransportError.self) { try await transport.connect() }
      #expect(error?.code == .unreachable && error?.message.contains("503") == true)
      await first.close()
      try await eventually("the place is free") { server.clientCount == 0 }
      let second = try await transport.connect()
      await second.close()
    }
  }

  @Test("Those who knock and say nothing keep nobody out: whoever has stood there longest goes")
  func knockers() async throws {
    let options: (inout WebSocketServer.Options) -> Void = {
      $0.connectionLimit = 2
      $0.arrivalLimit = 33
      $0.handshakeTimeout = .seconds(60)
    }
    try await withServer(options: options) { server, _ in
      try await withClient(of: server.address) { first in
        var lines: [RawLine] = []
        for _ in 0..<100 {
          lines.append(try await RawLine.connect(to: server.port, shakesHands: false))
        }
        // The server's loops take them in side by side, and a door for so few could be passed by all of them at once.
        try await eventually("all have come") { server.door.census.tally.arrivals == 101 }
        try await withClient(of: server.address) { _ in
          let census = server.door.census
          #expect(census.seats == 2 && census.waiting <= 33 && census.tally.displaced >= 67)
        }
        #expect(first.status.isLive)
        for line in lines { await line.hangUp() }
      }
    }
  }

  @Test(
    "Of many unfinished messages the largest goes, with a reason, and the others come to their end"
  )
  func unfinished() async throws {
    try await withServer(options: { $0.unfinishedLimit = 4 << 20 }) { server, town in
      // Of 1 MiB each, so that no one of them is too many.
      let value = String(repeating: "x", count: (1 << 20) + (1 << 16))
      func message(_ key: String) -> [UInt8] {
        Array(
          RawFrame.binary(
            MessagePack.encode(["state": ["updates": [key: .string(value)], "removals": []]])
          ).bytes
        )
      }
      var lines: [RawLine] = []
      for number in 0..<8 {
        let line = try await RawLine.connect(to: server.port)
        try await line.send(Array(message("a\(number)").prefix(1 << 20)))
        lines.append(line)
      }
      try await eventually("somebody was sent away") { server.door.census.tally.overfull > 0 }
      try await eventually("the others are counted") {
        server.door.census.unfinishedBytes <= 4 << 20
      }
      for (number, line) in lines.enumerated() {
        // Who was sent away cannot send.
        try? await line.send(Array(message("a\(number)").dropFirst(1 << 20)))
      }
      try await eventually("what was finished is there") { town.state.count >= 3 }
      try await eventually("nothing is unfinished") { server.door.census.unfinishedBytes == 0 }
      for line in lines { await line.hangUp() }
    }
  }

  @Test(
    "Whole messages of a client, damaged from a seed, harm nobody",
    arguments: 0..<40 as Range<UInt64>
  )
  func mutations(seed: UInt64) async throws {
    try await withServer(SyncServer(["selection.root": ["name": "root"]])) { server, town in
      try await withClient(of: server.address) { other in
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<6 {
          let line = try await RawLine.connect(to: server.port)
          for _ in 0..<12 {
            let message = Mutation.message(using: &generator)
            var bytes = RawFrame.binary(message).bytes
            if Bool.random(using: &generator) { Mutation.damage(&bytes, using: &generator) }
            guard (try? await line.send(bytes)) != nil else { break }
          }
          await line.hangUp()
        }
        try await eventually("they are gone") { server.clientCount == 1 }
        try await other.write { _ in StateChange(updates: ["alive": .int(Int64(seed))]) }
        #expect(town.state["alive"] == .int(Int64(seed)))
        try await eventually("the copies agree") { other.state == town.state }
      }
    }
  }
}

/// Makes messages as clients send them, and damages them.
enum Mutation {
  private static let messages: [StateValue] = [
    ["state": ["updates": ["avatar.x": ["playerid": "x", "components": []]], "removals": []]],
    ["state": ["updates": ["a": .bytes([1, 2, 3]), "b": .double(.infinity)], "removals": ["c"]]],
    ["command": ["request": ["name": "commands/list", "arguments": [:], "id": 1]]],
    ["command": [["request": ["name": "x", "id": "y"]]]],
    ["command": ["register": ["name": "x/notify", "arguments": nil, "label": nil]]],
    ["command": ["request": ["id": 7], "response": nil]],
    ["frame": ["frame.index": 0, "particle.positions": .bytes([0, 0, 0, 0])]],
    ["frame": ["frame.index": 1], "state": ["removals": ["selection.root"]]],
  ]

  static func message(using generator: inout SeededGenerator) -> [UInt8] {
    var bytes = MessagePack.encode(messages.randomElement(using: &generator) ?? nil)
    if Int.random(in: 0..<3, using: &generator) > 0 { damage(&bytes, using: &generator) }
    return bytes
  }

  static func damage(_ bytes: inout [UInt8], using generator: inout SeededGenerator) {
    for _ in 0..<Int.random(in: 1...3, using: &generator) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0..<5, using: &generator) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
      case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 2: bytes.remove(at: place)
      case 3: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
      default: bytes.removeSubrange(place...)
      }
    }
  }
}

@Suite("What a server may not do to a client", .timeLimit(.minutes(1)))
struct ClientViolationTests {
  static let breaches: [(name: String, bytes: [UInt8], code: UInt16)] = [
    ("masked", RawFrame.binary([0x80]).bytes, 1002),
    ("RSV1", RawFrame(first: 0xc2, mask: nil).bytes, 1002),
    ("text", RawFrame(first: 0x81, payload: [65], mask: nil).bytes, 1003),
    ("opcode 3", RawFrame(first: 0x83, mask: nil).bytes, 1002),
    ("too big", RawFrame(first: 0x82, mask: nil, announced: 2001).bytes, 1009),
    ("malformed", RawFrame(first: 0x82, payload: [0xc1], mask: nil).bytes, 1007),
    (
      "an integer key", RawFrame(first: 0x82, payload: [0x81, 1, 2], mask: nil).bytes, 1007
    ),
  ]

  @Test(
    "Each breach is an error that says what and where, and the server is told its code",
    arguments: breaches
  )
  func breach(name: String, bytes: [UInt8], code: UInt16) async throws {
    let (codes, continuation) = AsyncStream.makeStream(of: UInt16?.self)
    let server = try await FakeServer.start { line in
      try await line.send(bytes)
      while let frame = try await line.nextFrame() {
        if frame.first == 0x88 { continuation.yield(frame.isMasked ? frame.closeCode : nil) }
      }
    }
    defer { server.stop() }
    var options = WebSocketClientTransport.Options()
    options.maximumMessageSize = 2000
    let connection = try await WebSocketClientTransport(server.address, options: options).connect()
    let error = await #expect(throws: TransportError.self) { try await connection.receive() }
    #expect(error?.code == .protocolViolation, "\(name): \(String(describing: error))")
    #expect(error?.message.contains(server.address) == true)
    await connection.close()
    let told = try await bounded(within: .seconds(10)) {
      for await code in codes { return code }
      return nil
    } discard: { _ in
    }
    #expect(told == code)
  }

  @Test("A malformed message is described with its place")
  func described() async throws {
    let server = try await FakeServer.start { line in
      try await line.send(RawFrame(first: 0x82, payload: [0x81, 0x05, 0xc0], mask: nil))
      while try await line.nextFrame() != nil {}
    }
    defer { server.stop() }
    let connection = try await WebSocketClientTransport(server.address).connect()
    let error = await #expect(throws: TransportError.self) { try await connection.receive() }
    #expect(
      error?.message
        == "the town at \(server.address) sent a malformed message: byte 1: a map key is an integer, and only text can be a key"
    )
    await connection.close()
  }

  @Test(
    "How the server leaves is told: in good order, with a reason, or cut",
    arguments: [
      ([0x03, 0xe8], nil), ([0x03, 0xe9], nil), ([], nil),
      ([0x03, 0xf3] + Array("broken".utf8), "closed the connection: 1011 broken"),
    ] as [([UInt8], String?)]
  )
  func leaves(payload: [UInt8], message: String?) async throws {
    let server = try await FakeServer.start { line in
      try await line.send(RawFrame(first: 0x88, payload: payload, mask: nil))
      _ = try await line.nextFrame()
    }
    defer { server.stop() }
    let connection = try await WebSocketClientTransport(server.address).connect()
    if let message {
      let error = await #expect(throws: TransportError.self) { try await connection.receive() }
      #expect(error?.code == .connectionLost && error?.message.contains(message) == true)
    } else {
      #expect(try await connection.receive() == nil)
      #expect(try await connection.receive() == nil)
    }
    await connection.close()
  }

  @Test("A connection that is cut is an error, and so is sending on it")
  func cut() async throws {
    let server = try await FakeServer.start { _ in }
    defer { server.stop() }
    let connection = try await WebSocketClientTransport(server.address).connect()
    let error = await #expect(throws: TransportError.self) { try await connection.receive() }
    #expect(error?.code == .connectionLost && error?.message.contains("was cut") == true)
    let refusal = await #expect(throws: TransportError.self) {
      try await connection.send(StateChange(updates: ["a": 1]))
    }
    #expect(refusal?.code == .connectionLost)
    await connection.close()
  }

  @Test("Frames of the simulation are passed over unread, whatever they hold")
  func frames() async throws {
    let server = try await FakeServer.start { line in
      // The frame is not even well-formed: nobody looks.
      let frame: [UInt8] = [0x81, 0xa5] + Array("frame".utf8) + [0xc1, 0xc1]
      try await line.send(RawFrame(first: 0x82, payload: frame, mask: nil))
      let state = MessagePack.encode(["state": ["updates": ["a": 1], "removals": []]])
      try await line.send(RawFrame(first: 0x82, payload: state, mask: nil))
      while try await line.nextFrame() != nil {}
    }
    defer { server.stop() }
    let connection = try await WebSocketClientTransport(server.address).connect()
    #expect(try await connection.nextChange() == StateChange(updates: ["a": 1]))
    await connection.close()
  }

  @Test("A change that no message can hold is refused before anything is sent")
  func unsendable() async throws {
    // Nothing comes back meanwhile: what the town tells in one message is more than this client takes.
    try await withServer(options: { $0.interval = .seconds(60) }) { server, town in
      var options = WebSocketClientTransport.Options()
      options.maximumMessageSize = 1000
      let connection = try await WebSocketClientTransport(server.address, options: options)
        .connect()
      let large = StateChange(updates: ["a": 1, "b": .bytes([UInt8](repeating: 0, count: 2000))])
      let error = await #expect(throws: TransportError.self) { try await connection.send(large) }
      #expect(error?.code == .unsendable && town.state.isEmpty)
      // What takes several messages does arrive.
      var many = StateChange()
      for number in 0..<200 { many.update("k\(number)", to: "0123456789") }
      try await connection.send(many)
      try await eventually("all of it arrived") { town.state.count == 200 }
      await connection.close()
    }
  }

  @Test("Whoever is not there, or is not a WebSocket, is named with what happened")
  func unreachable() async throws {
    let free = try await FakeServer.start { _ in }
    try await free.stopForGood()
    try await expectUnreachable("ws://127.0.0.1:\(free.port)", "connection refused")
    try await expectUnreachable("ws://no-such-host.invalid:1", "no host has that name")
  }

  @Test("A server that accepts and says nothing is given up in time")
  func speechless() async throws {
    try await withServer(options: { $0.tls = nil }) { _, _ in
      let silent = try await SilentListener.start()
      defer { silent.stop() }
      var options = WebSocketClientTransport.Options()
      options.connectTimeout = .milliseconds(200)
      try await expectUnreachable(
        "ws://127.0.0.1:\(silent.port)",
        "no answer within 0.2 seconds",
        options: options
      )
    }
  }
}

/// Expects that connecting fails as unreachable, for the reason given.
func expectUnreachable(
  _ address: String,
  _ reason: String,
  _ code: TransportError.Code = .unreachable,
  options: WebSocketClientTransport.Options = WebSocketClientTransport.Options()
) async throws {
  let transport = try WebSocketClientTransport(address, options: options)
  let error = await #expect(throws: TransportError.self) { try await transport.connect() }
  #expect(error?.code == code)
  #expect(error?.message.contains(reason) == true, "\(String(describing: error))")
  #expect(error?.message.contains(transport.address) == true)
}
