import ConcurrencySupport
import MessagePack
import NIOCore
import NIOHTTP1
import SharedState
import StateSync
import Testing

@testable import WebSocketTransport

@Suite("WebSocketServer", .timeLimit(.minutes(1)))
struct WebSocketServerTests {
  @Test("Two clients see the same town, and each other's writes")
  func twoClients() async throws {
    try await withServer(SyncServer(["scene": [0, 1.5], "name": "A"])) { server, town in
      #expect(server.address == "ws://127.0.0.1:\(server.port)")
      try await withClient(of: server.address) { first in
        try await withClient(of: server.address) { second in
          #expect(first.state["scene"] == [0, 1.5])
          try await first.write { _ in StateChange(updates: ["x": ["a": 1]], removals: ["name"]) }
          try await eventually("the other sees it") {
            second.state["x"] == ["a": 1] && !second.state.contains("name")
          }
          #expect(town.state["x"] == ["a": 1])
          #expect(server.clientCount == 2)
        }
      }
      try await eventually("they are gone") { server.clientCount == 0 }
      #expect(town.state.keys.filter { $0.hasPrefix("update.index.") } == [])
    }
  }

  @Test("It listens on this machine only, at the port that was asked for or a free one")
  func binding() async throws {
    #expect(WebSocketServer.Options().host == "127.0.0.1")
    #expect(WebSocketServer.Options().port == 38801)
    try await withServer { server, town in
      var options = WebSocketServer.Options()
      options.port = server.port
      let error = await #expect(throws: WebSocketServerError.self) {
        try await WebSocketServer.start(serving: town, options: options)
      }
      #expect(error?.code == .addressInUse)
      #expect(
        error?.description
          == "cannot listen at 127.0.0.1, port \(server.port): address already in use"
      )
    }
    var options = WebSocketServer.Options()
    options.host = "192.0.2.1"
    let error = await #expect(throws: WebSocketServerError.self) {
      try await WebSocketServer.start(serving: SyncServer(), options: options)
    }
    #expect(error?.code == .cannotListen)
  }

  @Test("Shutting down says goodbye to everybody, does not wait for those who do not answer")
  func shutdown() async throws {
    var options = WebSocketServer.Options()
    options.port = 0
    options.closeTimeout = .milliseconds(200)
    let server = try await WebSocketServer.start(serving: SyncServer(["a": 1]), options: options)
    let connection = try await WebSocketClientTransport(server.address).connect()
    #expect(try await connection.nextChange() == StateChange(updates: ["a": 1]))
    let deaf = try await RawLine.connect(to: server.port)
    let halfway = try await RawLine.connect(to: server.port, shakesHands: false)
    try await eventually("both are in") { server.clientCount == 2 }
    let start = ContinuousClock.now
    await server.shutdown()
    #expect(ContinuousClock.now - start < .seconds(3))
    #expect(try await connection.receive() == nil)
    #expect(try await deaf.readToEnd() == 1001)
    #expect(try await halfway.readToEnd() == nil)
    await connection.close()
  }

  @Test("A town that closes sends its clients away")
  func townCloses() async throws {
    try await withServer { server, town in
      let line = try await RawLine.connect(to: server.port)
      _ = try await line.nextMessage()
      town.shutDown()
      #expect(try await line.readToEnd() == 1001)
    }
  }

  @Test("The interval in an address counts, for whoever asks for it")
  func intervals() async throws {
    let patient: (inout WebSocketServer.Options) -> Void = { $0.interval = .seconds(600) }
    try await withServer(options: patient) { server, town in
      let hasty = try await RawLine.connect(to: server.port, path: "/?a=1&interval=0.005")
      let usual = try await RawLine.connect(to: server.port, path: "/?a=interval")
      // The whole state, and then some changes, are due at once for everybody.
      for line in [hasty, usual] { _ = try await line.nextMessage() }
      for number in 0..<HubMachine.reserve {
        town.apply(StateChange(updates: ["a": .int(Int64(number))]))
        for line in [hasty, usual] { _ = try await line.nextMessage() }
      }
      town.apply(StateChange(updates: ["a": 100]))
      #expect(try await hasty.nextMessage() != nil)
      await hasty.hangUp()
      let news = try? await bounded(within: .milliseconds(100)) {
        try await usual.nextMessage()
      } discard: { _ in
      }
      #expect(news == nil)
      await usual.hangUp()
    }
  }

  @Test("An interval of zero means each change at once, however fast they come")
  func eachChange() async throws {
    try await withServer(options: { $0.interval = .seconds(600) }) { server, town in
      let line = try await RawLine.connect(to: server.port, path: "/?interval=0")
      _ = try await line.nextMessage()
      for number in 0..<50 {
        town.apply(StateChange(updates: ["a": .int(Int64(number))]))
        let message = try #require(try await line.nextMessage())
        #expect(
          try MessagePack.decode(message)["state"]?["updates"]?["a"]?.int == Int64(number)
        )
      }
      await line.hangUp()
    }
  }

  @Test(
    "What cannot be granted is refused in a sentence, and our client passes it on",
    arguments: [
      "interval=-1":
        "The interval -1 is out of range: from 0, each change at once, to 3600 seconds.",
      "interval=3601":
        "The interval 3601 is out of range: from 0, each change at once, to 3600 seconds.",
      "interval=soon": "The interval “soon” is not a number of seconds.",
      "interval=nan": "The interval “nan” is not a number of seconds.",
      "interval=": "The interval “” is not a number of seconds.",
      "interval": "The interval “” is not a number of seconds.",
      "interval=0x1p-3": "The interval “0x1p-3” is not a number of seconds.",
      "interval=1&interval=2": "The interval is given twice.",
      "only=": "The keys of “only” cannot be told: a pattern has 1 to 1024 bytes, and not 0.",
      "only=a%5C": "The keys of “only” cannot be told: a pattern ends in “\\”.",
      "interval=%3": "The query “interval=%3” is not well escaped.",
    ]
  )
  func refusals(query: String, sentence: String) async throws {
    try await withServer { server, _ in
      let error = await #expect(throws: TransportError.self) {
        try await WebSocketClientTransport(server.address + "/?" + query).connect()
      }
      #expect(error?.message.hasSuffix("the answer was 400 Bad Request: \(sentence)") == true)
    }
  }

  @Test(
    "What is no HTTP, and requests one behind the other, get one answer and the end at once",
    arguments: [
      ("\u{16}\u{3}\u{1} hello\r\n\r\n", "400 Bad Request", Refusal.notHTTP.sentence),
      ("GET / HTTP/1.1\r\nHost: a\u{1}b\r\n\r\n", "400 Bad Request", Refusal.notHTTP.sentence),
      (
        String(repeating: "GET / HTTP/1.1\r\nHost: x\r\n\r\n", count: 3) + "?",
        "426 Upgrade Required", Refusal.notWebSocket.sentence
      ),
      (
        RawLine.request(for: "/?interval=-1") + "?\r\n\r\n",
        "400 Bad Request",
        "The interval -1 is out of range: from 0, each change at once, to 3600 seconds."
      ),
    ]
  )
  func oneAnswer(request: String, status: String, sentence: String) async throws {
    try await withServer(options: { $0.handshakeTimeout = .seconds(60) }) { server, _ in
      let line = try await RawLine.connect(to: server.port, shakesHands: false)
      try await line.send(Array(request.utf8))
      let answer = try await line.readText()
      #expect(
        answer.hasPrefix("HTTP/1.1 \(status)\r\n") && answer.hasSuffix("\r\n\r\n\(sentence)\n")
      )
      #expect(answer.ranges(of: "HTTP/1.1").count == 1, "\(answer)")
    }
  }

  @Test("A first state that takes several messages is whole before anything of it is told")
  func splitState() async throws {
    let values = (0..<300).map {
      ("k\($0)", StateValue.string(String(repeating: "x", count: 1000)))
    }
    let town = SyncServer(StateDictionary(.init(uniqueKeysWithValues: values)))
    try await withServer(town, options: { $0.maximumMessageSize = 20_000 }) { server, _ in
      let connection = try await WebSocketClientTransport(server.address).connect()
      let first = try #require(try await connection.nextChange())
      #expect(first.count == 300)
      // And so is a change.
      town.apply(first)
      #expect(try await connection.nextChange()?.count == 300)
      await connection.close()
    }
  }

  @Test("A first state that fills a message and does not say whether it is all is refused")
  func doubtfulState() async throws {
    let town = SyncServer(["k": .string(String(repeating: "x", count: 960))])
    try await withServer(town) { server, _ in
      var options = WebSocketClientTransport.Options()
      options.maximumMessageSize = 1040
      let connection = try await WebSocketClientTransport(server.address, options: options)
        .connect()
      let error = await #expect(throws: TransportError.self) { try await connection.nextChange() }
      #expect(error?.code == .protocolViolation)
      #expect(error?.message.contains("does not say whether that is all") == true)
      await connection.close()
    }
  }

  @Test("Too many patterns are refused, and so is one that is too long")
  func patternBounds() {
    let many = (0..<65).map { "only=k\($0)" }.joined(separator: "&")
    for query in [many, "only=" + String(repeating: "x", count: 1025)] {
      #expect(throws: Refusal.self) { try ClientRequest("/?" + query, interval: .zero) }
    }
  }

  @Test("A client that wishes for some keys is told of them only, and its writes are confirmed")
  func someKeys() async throws {
    let town = SyncServer(["scene": 1, "selection.é*": 2, "selection.b": 3, "avatar.u": 4])
    try await withServer(town) { server, _ in
      var patience = SyncClient.Options()
      patience.confirmationTimeout = .seconds(15)
      var options = WebSocketClientTransport.Options()
      options.wishes = SubscriptionWishes(interval: .zero)
      options.wishes.narrow(to: ["selection.é*"], prefixes: ["sc"], as: patience.userID)
      let transport = try WebSocketClientTransport(server.address, options: options)
      let client = SyncClient(transport: transport, options: patience)
      client.start()
      try await client.waitUntilLive(attempts: 1)
      #expect(client.state == ["scene": 1, "selection.é*": 2])
      town.apply(StateChange(updates: ["avatar.u": 5, "selection.b": 4, "scx": 6]))
      try await eventually("what it asked for is there") { client.state["scx"] == 6 }
      #expect(client.state.count == 3)
      try await client.write { _ in StateChange(updates: ["scene": 7], removals: ["selection.é*"]) }
      #expect(town.state["scene"] == 7 && !town.state.contains("selection.é*"))
      await client.stop()
      try await eventually("its counter is gone") {
        !town.state.keys.contains { $0.hasPrefix("update.index.") }
      }
    }
  }

  @Test(
    "What is refused is told without what steers a terminal",
    arguments: ["%1B", "%C2%9B", "%7F"]
  )
  func steering(text: String) {
    let refusal = #expect(throws: Refusal.self) {
      try ClientRequest("/?interval=\(text)31m", interval: .zero)
    }
    #expect(refusal?.sentence == "The interval “�31m” is not a number of seconds.")
  }

  @Test("A server's refusal is told in short, without what steers a terminal")
  func strangeAnswer() {
    var answer = RefusedHandshake()
    answer.status = .custom(
      code: 499,
      reasonPhrase: "\u{1b}[31m" + String(repeating: "x", count: 9000)
    )
    answer.text = "\u{1b}]0;title\u{7}\u{9b}2J\nand more"
    #expect(
      answer.words
        == "the answer was 499 �[31m\(String(repeating: "x", count: 35))…: �]0;title��2J"
    )
  }

  @Test("An interval may be written in other ways", arguments: ["1e-3", "%30.5", "3600", ".25"])
  func spellings(text: String) async throws {
    #expect(throws: Never.self) {
      try ClientRequest("/room?x&interval=\(text)", interval: .zero)
    }
  }

  @Test("Hundreds who come at once are all let in, and hold every last value", arguments: [300])
  func crowd(size: Int) async throws {
    try await withServer(SyncServer(["a": 0])) { server, town in
      let lines = try await withThrowingTaskGroup(of: RawLine.self) { group in
        for _ in 0..<size { group.addTask { try await RawLine.connect(to: server.port) } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      try await eventually("all are in") { server.clientCount == size }
      for number in 1...20 { town.apply(StateChange(updates: ["a": .int(Int64(number))])) }
      for line in lines {
        var last: Int64?
        while last != 20, let message = try await line.nextMessage() {
          last = try MessagePack.decode(message)["state"]?["updates"]?["a"]?.int ?? last
        }
        #expect(last == 20)
        await line.hangUp()
      }
      try await eventually("all are gone") { server.clientCount == 0 }
    }
  }

  @Test("Of a crowd that is too large, the rest is told so at once, and nobody else notices")
  func fullHouse() async throws {
    try await withServer(options: { $0.connectionLimit = 20 }) { server, town in
      #expect(server.connectionLimit == 20)
      let answers = await withTaskGroup(of: Result<RawLine, any Error>.self) { group in
        for _ in 0..<100 {
          group.addTask {
            do { return .success(try await RawLine.connect(to: server.port)) } catch {
              return .failure(error)
            }
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      let inside = answers.compactMap { try? $0.get() }
      #expect(inside.count == 20)
      for case .failure(let error) in answers {
        #expect("\(error)".contains("HTTP/1.1 503"))
      }
      town.apply(StateChange(updates: ["a": 1]))
      for line in inside {
        var seen: StateValue?
        while seen == nil, let message = try await line.nextMessage() {
          seen = try MessagePack.decode(message)["state"]?["updates"]?["a"]
        }
        #expect(seen == 1)
        await line.hangUp()
      }
    }
  }

  @Test("A client that does not read what it was sent is sent no more until it does")
  func unread() async throws {
    try await withServer(options: { $0.interval = .zero }) { server, town in
      let slow = try await RawLine.connect(to: server.port, autoRead: false)
      let quick = try await RawLine.connect(to: server.port)
      try await eventually("both are in") { server.clientCount == 2 }
      let filler = StateValue.bytes([UInt8](repeating: 7, count: 1 << 20))
      for number in 1...40 {
        town.apply(StateChange(updates: ["n": .int(Int64(number)), "filler": filler]))
        var last: Int64?
        while last != Int64(number), let message = try await quick.nextMessage() {
          last = try MessagePack.decode(message)["state"]?["updates"]?["n"]?.int ?? last
        }
      }
      try await slow.channel.setOption(.autoRead, value: true).get()
      slow.channel.read()
      var (last, count) = (Int64(0), 0)
      while last != 40, let message = try await slow.nextMessage() {
        last = try MessagePack.decode(message)["state"]?["updates"]?["n"]?.int ?? last
        count += 1
      }
      #expect(last == 40)
      #expect(count < 30, "it was sent \(count) messages of 40 that it had not asked for")
      for line in [slow, quick] { await line.hangUp() }
    }
  }

  @Test("Commands go from client to client, and the whole request comes back")
  func commands() async throws {
    try await withServer { server, _ in
      let runner = try await RawLine.connect(to: server.port)
      try await runner.send(.command(["register": ["name": "x/go", "arguments": ["a": 1]]]))
      let caller = try await RawLine.connect(to: server.port)
      try await eventually("the offer is listed") {
        try await caller.send(.command(["request": ["name": "commands/list", "id": 0]]))
        let list = try await caller.nextCommand()?["response"]?["list"]
        return list?["commands/list"] == [:] && list?["x/go"] == ["a": 1]
      }
      let request: StateValue = ["name": "x/go", "arguments": ["b": 2], "id": "my id"]
      try await caller.send(.command([["request": request]]))
      let asked = try #require(try await runner.nextCommand()?["request"])
      #expect(asked["name"] == "x/go" && asked["arguments"] == ["a": 1, "b": 2])
      try await runner.send(
        .command(["request": ["id": try #require(asked["id"])], "response": ["ok": true]])
      )
      #expect(try await caller.nextCommand() == ["request": request, "response": ["ok": true]])
      await runner.hangUp()
      try await eventually("the offer is gone") {
        try await caller.send(.command(["request": request]))
        return try await caller.nextCommand()
          == ["request": request, "exception": "unknown command: x/go"]
      }
      await caller.hangUp()
    }
  }

  @Test("A client that asks without listening to the answers is sent away")
  func deafCaller() async throws {
    try await withServer { server, _ in
      let line = try await RawLine.connect(to: server.port, autoRead: false)
      let long = StateValue.bytes([UInt8](repeating: 0, count: 1 << 20))
      let question = RawFrame.command(["request": ["name": "fly", "id": long]]).bytes
      try await eventually("it is sent away") {
        try? await line.send(question)
        return server.clientCount == 0
      }
      await line.hangUp()
    }
  }

  @Test("A client whose connection breaks leaves no houses behind", arguments: [true, false])
  func leaving(inGoodOrder: Bool) async throws {
    try await withServer(SyncServer(["avatar.b": 1])) { server, town in
      let line = try await RawLine.connect(to: server.port)
      try await line.send(
        .binary(MessagePack.encode(["state": ["updates": ["avatar.a": 1, "play.a": 2, "c": 3]]]))
      )
      try await eventually("it is in") { town.state.count == 4 }
      if inGoodOrder { try await line.send(.close([0x03, 0xe8])) } else { await line.hangUp() }
      try await eventually("its houses are gone") { Set(town.state.keys) == ["avatar.b", "c"] }
      await line.hangUp()
    }
  }
}

extension RawFrame {
  /// A command message.
  static func command(_ value: StateValue) -> RawFrame {
    .binary(MessagePack.encode(["command": value]))
  }
}

extension RawLine {
  /// The next command message, past any news of the state.
  func nextCommand() async throws -> StateValue? {
    while let message = try await nextMessage() {
      if let command = try MessagePack.decode(message)["command"] { return command }
    }
    return nil
  }
}
