import MessagePack
import NIOCore
import SharedState
import StateSync
import TestSupport
import Testing

@testable import WebSocketTransport

@Suite("NanoVerMessage")
struct NanoVerMessageTests {
  private func read(_ value: StateValue) throws -> NanoVerMessage {
    try NanoVerMessage(MessagePack.encode(value).span.bytes)
  }

  @Test("A state message is split into updates and removals; large values stay packed")
  func state() throws {
    let message = try read([
      "state": ["updates": ["a": ["n": 1], "b": 2.5], "removals": ["c", "d"]]
    ])
    let change = try #require(message.state)
    #expect(change == StateChange(updates: ["a": ["n": 1], "b": 2.5], removals: ["c", "d"]))
    #expect(change.updates["a"]?.packed != nil)
    #expect(message.commands.isEmpty)
  }

  @Test(
    "Either part may be missing or null, and what is unknown is passed over",
    arguments: [
      [:], ["updates": [:]], ["removals": []], ["updates": nil, "removals": nil],
      ["later": [1, 2]],
    ] as [StateValue]
  )
  func partial(state: StateValue) throws {
    #expect(try read(["x": [1], "state": state, "y": nil]).state == StateChange())
  }

  @Test("A message may hold several kinds at once, and nothing known at all")
  func combined() throws {
    let message = try read([
      "frame": ["frame.index": 1], "state": ["updates": ["a": 1]],
      "command": ["request": ["name": "x", "id": 1]],
    ])
    #expect(message.state == StateChange(updates: ["a": 1]))
    #expect(message.commands == [.request(["name": "x", "id": 1])])
    #expect(try read([:]).state == nil)
  }

  @Test("A key in both parts counts as removed, as on NanoVer's server")
  func both() throws {
    let message = try read(["state": ["updates": ["a": 1, "b": 2], "removals": ["a"]]])
    #expect(message.state == StateChange(updates: ["b": 2], removals: ["a"]))
  }

  @Test("A frame is known by its first bytes, and only by all of them")
  func frames() {
    let frame = ByteBuffer(bytes: MessagePack.encode(["frame": ["particle.count": 3]]))
    #expect(NanoVerMessage.isFrame(frame))
    for end in 0..<7 {
      #expect(!NanoVerMessage.isFrame(frame.getSlice(at: 0, length: end) ?? ByteBuffer()))
    }
    let state = ByteBuffer(bytes: MessagePack.encode(["state": [:]]))
    #expect(!NanoVerMessage.isFrame(state))
    let both = ByteBuffer(bytes: MessagePack.encode(["frame": [:], "state": [:]]))
    #expect(!NanoVerMessage.isFrame(both))
  }

  @Test("Commands are read one by one and as the lists of 2025")
  func commands() throws {
    let request: StateValue = ["request": ["name": "x", "arguments": ["a": 1], "id": "text"]]
    let one = try read(["command": request]).commands
    #expect(one == [.request(["name": "x", "arguments": ["a": 1], "id": "text"])])
    #expect(try read(["command": [request, request]]).commands == one + one)
    #expect(try read(["command": []]).commands == [])
    #expect(
      try read(["command": ["request": ["id": 1], "response": nil]]).commands
        == [.response(request: ["id": 1], nil)]
    )
    #expect(
      try read(["command": ["request": ["id": 1], "exception": "no"]]).commands
        == [.exception(request: ["id": 1], CommandFailure(.failed, "no"))]
    )
    #expect(
      try read(["command": ["register": ["name": "x"]]]).commands == [.register(["name": "x"])]
    )
  }

  @Test(
    "What is not a message is refused, and the place is named",
    arguments: [
      ([], 0), ([0xc0], 0), ([0x91, 0x01], 0), ([0x81], 0), ([0x80, 0x00], 1),
      ([0x81, 0x01, 0x02], 1),
      ([0x81, 0xa5] + Array("state".utf8) + [0xc0], 7),
      ([0x81, 0xa5] + Array("state".utf8) + [0x92, 0x01, 0x02], 7),
      ([0x81, 0xa7] + Array("command".utf8) + [0xc0], 9),
      ([0x81, 0xa7] + Array("command".utf8) + [0x80], 9),
      ([0x81, 0xa5] + Array("state".utf8) + [0x81, 0xa7] + Array("updates".utf8) + [0x90], 16),
    ] as [([UInt8], Int)]
  )
  func refuses(bytes: [UInt8], offset: Int) {
    let error = #expect(throws: MessagePackError.self) { try NanoVerMessage(bytes.span.bytes) }
    #expect(error?.offset == offset, "\(String(describing: error))")
  }

  @Test("A message that ends anywhere too early is refused")
  func truncated() throws {
    let whole = MessagePack.encode([
      "state": ["updates": ["a": ["n": [1, 2.5, "x"]]], "removals": ["c"]],
      "command": ["request": ["name": "x", "id": 7]],
    ])
    _ = try NanoVerMessage(whole.span.bytes)
    for end in 0..<whole.count {
      #expect(throws: MessagePackError.self, "cut at \(end)") {
        try NanoVerMessage(Array(whole[..<end]).span.bytes)
      }
    }
  }
}

@Suite("StateMessage")
struct StateMessageTests {
  private func read(_ message: ByteBuffer) throws -> StateChange? {
    try NanoVerMessage(message.readableBytesSpan).state
  }

  @Test("Both keys are always there, as Python clients need")
  func bothKeys() throws {
    for change in [
      StateChange(), StateChange(updates: ["a": 1]), StateChange(removals: ["b"]),
    ] {
      let message = try #require(StateMessage.encode(change, limit: 1000).first)
      let value = try MessagePack.decode([UInt8](buffer: message))
      #expect(
        value["state"]?["updates"]?.object != nil && value["state"]?["removals"]?.array != nil
      )
      #expect(try read(message) == change)
    }
  }

  @Test("A change survives, whether its values are packed or not")
  func roundTrip() throws {
    let values: [String: StateValue] = [
      "a": ["n": [1, 1.5, nil]], "b": .bytes([0, 255]), "": nil, "long": .string("ä"),
    ]
    let change = StateChange(updates: values, removals: ["x", "y"])
    let message = try #require(StateMessage.encode(change, limit: .max).first)
    let packed = try #require(try read(message))
    #expect(packed == change)
    let again = try #require(StateMessage.encode(packed, limit: .max).first)
    #expect(try read(again) == change)
  }

  @Test("A change beyond the limit is cut into messages within it that add up to it")
  func cut() throws {
    var change = StateChange()
    for number in 0..<200 { change.update("k\(number)", to: .string("0123456789")) }
    for number in 0..<200 { change.remove("r\(number)") }
    let messages = StateMessage.encode(change, limit: 500)
    #expect(messages.count > 5 && messages.allSatisfy { $0.readableBytes <= 500 })
    var sum = StateChange()
    for message in messages { sum.merge(try #require(try read(message))) }
    #expect(sum == change)
    let marks = try messages.map { try NanoVerMessage($0.readableBytesSpan).hasMore }
    #expect(marks == Array(repeating: true, count: messages.count - 1) + [false])
  }

  @Test("A message that is nearly full says that it is all; any other says nothing of it")
  func marks() throws {
    for (length, mark) in [(100, Bool?.none), (800, nil), (890, false)] {
      let change = StateChange(updates: ["k": .bytes([UInt8](repeating: 0, count: length))])
      let messages = StateMessage.encode(change, limit: 1000)
      #expect(try messages.map { try NanoVerMessage($0.readableBytesSpan).hasMore } == [mark])
    }
  }

  @Test("A value beyond the limit has a message of its own")
  func tooLarge() {
    var change = StateChange(updates: ["a": 1, "b": 2])
    change.update("large", to: .bytes([UInt8](repeating: 0, count: 1000)))
    let sizes = StateMessage.encode(change, limit: 500).map(\.readableBytes)
    #expect(sizes.count(where: { $0 > 500 }) == 1)
  }
}

@Suite("InboundQueue", .timeLimit(.minutes(1)))
struct InboundQueueTests {
  @Test("What comes is handed over in order, and the last word again and again")
  func order() async throws {
    let inbox = InboundQueue<Int> {}
    inbox.put(1)
    inbox.put(2)
    inbox.finish(9)
    inbox.put(3)
    var seen: [Int] = []
    for _ in 0..<4 { seen.append(try await inbox.next()) }
    #expect(seen == [1, 2, 9, 9])
  }

  @Test("A reader that waits is woken, and one that is cancelled loses nothing")
  func waiting() async throws {
    let inbox = InboundQueue<Int> {}
    let cancelled = Task { try await inbox.next() }
    try await Task.sleep(for: .milliseconds(10))
    cancelled.cancel()
    await #expect(throws: CancellationError.self) { try await cancelled.value }
    let reader = Task { try await inbox.next() }
    inbox.put(1)
    #expect(try await reader.value == 1)
  }

  @Test("Reading is held while something waits, and resumed once when it has been taken")
  func holding() async throws {
    let (resumed, continuation) = AsyncStream.makeStream(of: Void.self)
    let inbox = InboundQueue<Int> { continuation.yield() }
    #expect(!inbox.holdsReading())
    inbox.put(1)
    inbox.put(2)
    #expect(inbox.holdsReading() && inbox.holdsReading())
    _ = try await inbox.next()
    _ = try await inbox.next()
    continuation.finish()
    var count = 0
    for await _ in resumed { count += 1 }
    #expect(count == 1 && !inbox.holdsReading())
  }
}
