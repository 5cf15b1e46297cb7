import MessagePack
import SharedState
import Testing

@Suite("Reader")
struct ReaderTests {
  @Test("a message is split into keys and packed entries")
  func splits() throws {
    let pair: StateValue = ["display_name": "Pair", "particle_ids": [0, 2]]
    var message = Message([
      "state": ["updates": ["selection.a": pair, "count": 3], "removals": ["b"]]
    ])
    #expect(try message.mapHeader() == 1)
    #expect(try message.key() == "state")
    #expect(try message.mapHeader() == 2)
    #expect(try message.key() == "updates")
    #expect(try message.mapHeader() == 2)
    #expect(try message.key() == "selection.a")
    let entry = try message.entry()
    #expect(entry.packed?.bytes == MessagePack.encode(pair))
    #expect(entry.value == pair)
    #expect(try message.key() == "count")
    #expect(try message.entry().value == 3)
    #expect(try message.key() == "removals")
    #expect(try message.arrayHeader() == 1)
    #expect(try message.string() == "b")
    #expect(message.isAtEnd)
    try message.end()
  }

  @Test("a skipped value is where the range says, and the next one follows it")
  func skips() throws {
    let first = MessagePack.encode(["a": [1, 2.5, "b"]] as StateValue)
    var message = Message([0x07] + first + [0x08], at: 1)
    #expect(try message.skip() == 1..<1 + first.count)
    #expect(try message.value() == 8)
  }

  @Test(
    "a value that takes no memory of its own is decoded at once",
    arguments: [nil, true, 5, -5, 2.5, "", "fifteen letters", [], [:]] as [StateValue]
  )
  func decodesSmall(value: StateValue) throws {
    let entry = try entry(of: value)
    #expect(entry.packed == nil)
    #expect(entry.value == value)
  }

  @Test(
    "any other value is kept packed",
    arguments: [
      "sixteen letters.", [1], ["a": 1], .bytes([]), ["$uint64": "18446744073709551615"],
      ["$ext": 1, "data": .bytes([])],
    ] as [StateValue]
  )
  func packsOthers(value: StateValue) throws {
    let entry = try entry(of: value)
    #expect(entry.packed?.bytes == MessagePack.encode(value))
    #expect(entry.packed?.codec == MessagePackCodec.self)
    #expect(entry.value == value)
  }

  private func entry(of value: StateValue) throws -> StateEntry {
    var message = Message(value)
    return try message.entry()
  }

  @Test("a short text that is not UTF-8 is refused as an entry too")
  func refusesEntry() {
    var message = Message([0xa1, 0xff])
    #expect(throws: MessagePackError(.invalidText, offset: 0)) { try message.entry() }
  }

  @Test(
    "the kind of the next value is told without reading it",
    arguments: [
      ([0xc0], .null), ([0xc3], .bool), ([0x05], .int),
      ([0xcf] + Array(repeating: 0xff, count: 8), .int),
      ([0xca, 0, 0, 0, 0], .double), ([0xa0], .string), ([0xc4, 0], .bytes), ([0x90], .array),
      ([0x80], .map), ([0xd4, 0, 0], .tagged),
    ] as [([UInt8], MessagePack.Kind)]
  )
  func tellsKind(bytes: [UInt8], kind: MessagePack.Kind) throws {
    let message = Message(bytes)
    #expect(try message.kind == kind)
    #expect(message.reader.position == 0)
  }

  @Test("a value of another kind than asked for is refused where it stands")
  func unexpected() {
    let bytes: [UInt8] = [0x01, 0x92, 0xc0, 0xc0]
    #expect(throws: MessagePackError(.unexpected(found: .array, expected: .map), offset: 1)) {
      var message = Message(bytes, at: 1)
      _ = try message.mapHeader()
    }
    #expect(throws: MessagePackError(.unexpected(found: .int, expected: .array), offset: 0)) {
      var message = Message(bytes)
      _ = try message.arrayHeader()
    }
    #expect(throws: MessagePackError(.unexpected(found: .null, expected: .string), offset: 2)) {
      var message = Message(bytes, at: 2)
      _ = try message.string()
    }
    #expect(throws: MessagePackError(.keyIsNotText(found: .int), offset: 0)) {
      var message = Message(bytes)
      _ = try message.key()
    }
  }

  @Test("a reader at or after the end of its bytes refuses", arguments: [1, 2, 1000])
  func pastEnd(position: Int) {
    let refused = MessagePackError(.truncated, offset: position)
    var message = Message([0xc0], at: position)
    #expect(message.isAtEnd)
    #expect(throws: refused) { try message.value() }
    #expect(throws: refused) { try message.skip() }
    #expect(throws: refused) { try message.entry() }
    #expect(throws: refused) { try message.kind }
  }
}
