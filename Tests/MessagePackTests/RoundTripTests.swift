import MessagePack
import SharedState
import Testing

@Suite("Round trips")
struct RoundTripTests {
  @Test("every value survives, and so do its bytes", arguments: Effort.seeds)
  func random(seed: UInt64) throws {
    var generator = SplitMix(seed: seed)
    for _ in 0..<50 {
      let value = Samples.value(using: &generator)
      let bytes = MessagePack.encode(value)
      let back = try MessagePack.decode(bytes)
      #expect(back == value, "seed \(seed)")
      #expect(MessagePack.encode(back) == bytes, "seed \(seed)")
    }
  }

  @Test(
    "a packed entry stands for the value that was decoded from its bytes",
    arguments: Effort.seeds
  )
  func packed(seed: UInt64) throws {
    var generator = SplitMix(seed: seed)
    for _ in 0..<50 {
      let value = Samples.value(using: &generator)
      let bytes = MessagePack.encode(value)
      var message = Message(bytes)
      let entry = try message.entry()
      #expect(message.isAtEnd)
      #expect(entry.value == value, "seed \(seed)")
      #expect(entry == StateEntry(value), "seed \(seed)")
      var again: [UInt8] = []
      MessagePack.encode(entry, into: &again)
      #expect(again == bytes, "seed \(seed)")
    }
  }

  @Test("a large value survives")
  func large() throws {
    let numbers = StateValue.array((0..<200_000).map { .int($0) })
    let fields = StateObject((0..<20_000).map { (key: "field.\($0)", value: StateValue.int($0)) })
    let value: StateValue = ["numbers": numbers, "fields": .object(fields)]
    #expect(try MessagePack.decode(MessagePack.encode(value)) == value)
  }

  @Test("packed bytes are passed on as they are, even in a form that we would not write")
  func passesOn() {
    let wide: [UInt8] = [0x91, 0xcf, 0, 0, 0, 0, 0, 0, 0, 1]
    let entry = StateEntry(packed: PackedStateValue(checked: wide, codec: MessagePackCodec.self))
    var bytes: [UInt8] = []
    MessagePack.encode(entry, into: &bytes)
    #expect(bytes == wide)
    #expect(entry == StateEntry([1]))
  }

  @Test("bytes of another wire are decoded and written anew")
  func translates() {
    enum Shout: StateValueCodec {
      static func decode(_ checkedBytes: RawSpan) -> StateValue {
        .string(checkedBytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }.uppercased())
      }
    }
    let entry = StateEntry(packed: PackedStateValue(checked: [0x61], codec: Shout.self))
    var bytes: [UInt8] = []
    MessagePack.encode(entry, into: &bytes)
    #expect(bytes == [0xa1, 0x41])
  }

  @Test("of two equal keys the later value counts, in the earlier place")
  func duplicates() throws {
    let bytes: [UInt8] = [0x83, 0xa1, 0x61, 1, 0xa1, 0x62, 2, 0xa1, 0x61, 3]
    let object = try MessagePack.decode(bytes).object
    #expect(object?.keys == ["a", "b"])
    #expect(object?["a"] == 3)
  }

  @Test("of two equal keys in a large map the later value counts, in the earlier place")
  func duplicatesInLargeMap() throws {
    var bytes: [UInt8] = []
    MessagePack.encodeMapHeader(count: 2000, into: &bytes)
    for number in 0..<2000 {
      MessagePack.encode("key \(number % 1000)", into: &bytes)
      MessagePack.encode(.int(Int64(number)), into: &bytes)
    }
    let object = try MessagePack.decode(bytes).object
    #expect(object?.keys == (0..<1000).map { "key \($0)" })
    #expect(object?["key 7"] == 1007)
  }

  @Test("two spellings of one letter are two keys, as they are to every other client")
  func spellings() throws {
    var bytes: [UInt8] = []
    MessagePack.encodeMapHeader(count: 2, into: &bytes)
    for (key, value) in [("\u{e9}", 1), ("e\u{301}", 2)] as [(String, Int64)] {
      MessagePack.encode(key, into: &bytes)
      MessagePack.encode(.int(value), into: &bytes)
    }
    let value = try MessagePack.decode(bytes)
    #expect(value["\u{e9}"] == 1)
    #expect(value["e\u{301}"] == 2)
    #expect(MessagePack.encode(value) == bytes)
  }
}
