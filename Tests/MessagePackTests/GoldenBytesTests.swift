import MessagePack
import SharedState
import Testing

/// One value and the bytes that the specification gives for it.
struct Golden: Sendable, CustomTestStringConvertible {
  let name: String
  let value: StateValue
  let bytes: [UInt8]

  init(_ name: String, _ value: StateValue, _ bytes: [UInt8]) {
    self.name = name
    self.value = value
    self.bytes = bytes
  }

  var testDescription: String { name }

  static func text(_ count: Int) -> String { String(repeating: "a", count: count) }
  static func list(_ count: Int) -> StateValue { .array(Array(repeating: nil, count: count)) }
  static func map(_ count: Int) -> StateValue {
    .object(StateObject((0..<count).map { (key($0), nil) }))
  }
  static func key(_ number: Int) -> String { String(10_000_000 + number) }
  static func mapBytes(_ count: Int) -> [UInt8] {
    (0..<count).flatMap { [0xa8] + Array(key($0).utf8) + [0xc0] }
  }
  static func tagged(_ type: Int64, _ count: Int) -> StateValue {
    ["$ext": .int(type), "data": .bytes(zeros(count))]
  }
  static func zeros(_ count: Int) -> [UInt8] { Array(repeating: 0, count: count) }

  /// Every format of the specification, at both ends of its range.
  static let scalars: [Golden] = [
    Golden("nil", nil, [0xc0]),
    Golden("false", false, [0xc2]),
    Golden("true", true, [0xc3]),
    Golden("positive fixint, least", 0, [0x00]),
    Golden("positive fixint, most", 127, [0x7f]),
    Golden("negative fixint, least", -32, [0xe0]),
    Golden("negative fixint, most", -1, [0xff]),
    Golden("uint 8, least", 128, [0xcc, 0x80]),
    Golden("uint 8, most", 255, [0xcc, 0xff]),
    Golden("uint 16, least", 256, [0xcd, 0x01, 0x00]),
    Golden("uint 16, most", 65_535, [0xcd, 0xff, 0xff]),
    Golden("uint 32, least", 65_536, [0xce, 0x00, 0x01, 0x00, 0x00]),
    Golden("uint 32, most", 4_294_967_295, [0xce, 0xff, 0xff, 0xff, 0xff]),
    Golden("uint 64, least", 4_294_967_296, [0xcf, 0, 0, 0, 1, 0, 0, 0, 0]),
    Golden("uint 64, most signed", .int(.max), [0xcf, 0x7f] + Array(repeating: 0xff, count: 7)),
    Golden(
      "uint 64, above",
      ["$uint64": "9223372036854775808"],
      [0xcf, 0x80, 0, 0, 0, 0, 0, 0, 0]
    ),
    Golden(
      "uint 64, most",
      ["$uint64": "18446744073709551615"],
      [0xcf] + Array(repeating: 0xff, count: 8)
    ),
    Golden("int 8, most", -33, [0xd0, 0xdf]),
    Golden("int 8, least", -128, [0xd0, 0x80]),
    Golden("int 16, most", -129, [0xd1, 0xff, 0x7f]),
    Golden("int 16, least", -32_768, [0xd1, 0x80, 0x00]),
    Golden("int 32, most", -32_769, [0xd2, 0xff, 0xff, 0x7f, 0xff]),
    Golden("int 32, least", -2_147_483_648, [0xd2, 0x80, 0, 0, 0]),
    Golden("int 64, most", -2_147_483_649, [0xd3, 0xff, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff]),
    Golden("int 64, least", .int(.min), [0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0]),
    Golden("float 64", 1.5, [0xcb, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0]),
    Golden("float 64, whole", 1.0, [0xcb, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0]),
    Golden("float 64, minus zero", -0.0, [0xcb, 0x80, 0, 0, 0, 0, 0, 0, 0]),
    Golden("float 64, infinity", .double(.infinity), [0xcb, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0]),
    Golden("float 64, not a number", .double(.nan), [0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0]),
  ]

  static let sized: [Golden] = [
    Golden("fixstr, empty", "", [0xa0]),
    Golden("fixstr, most", .string(text(31)), [0xbf] + text(31).utf8),
    Golden("str 8, least", .string(text(32)), [0xd9, 32] + text(32).utf8),
    Golden("str 8, most", .string(text(255)), [0xd9, 255] + text(255).utf8),
    Golden("str 16, least", .string(text(256)), [0xda, 1, 0] + text(256).utf8),
    Golden("str 16, most", .string(text(65_535)), [0xda, 255, 255] + text(65_535).utf8),
    Golden("str 32, least", .string(text(65_536)), [0xdb, 0, 1, 0, 0] + text(65_536).utf8),
    Golden("str, beyond ASCII", "é😀", [0xa6, 0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80]),
    Golden("bin 8, empty", .bytes([]), [0xc4, 0]),
    Golden("bin 8, most", .bytes(zeros(255)), [0xc4, 255] + zeros(255)),
    Golden("bin 16, least", .bytes(zeros(256)), [0xc5, 1, 0] + zeros(256)),
    Golden("bin 16, most", .bytes(zeros(65_535)), [0xc5, 255, 255] + zeros(65_535)),
    Golden("bin 32, least", .bytes(zeros(65_536)), [0xc6, 0, 1, 0, 0] + zeros(65_536)),
    Golden("fixarray, empty", [], [0x90]),
    Golden("fixarray, most", list(15), [0x9f] + Array(repeating: 0xc0, count: 15)),
    Golden("array 16, least", list(16), [0xdc, 0, 16] + Array(repeating: 0xc0, count: 16)),
    Golden(
      "array 16, most",
      list(65_535),
      [0xdc, 255, 255] + Array(repeating: 0xc0, count: 65_535)
    ),
    Golden(
      "array 32, least",
      list(65_536),
      [0xdd, 0, 1, 0, 0] + Array(repeating: 0xc0, count: 65_536)
    ),
    Golden("fixmap, empty", [:], [0x80]),
    Golden("fixmap, most", map(15), [0x8f] + mapBytes(15)),
    Golden("map 16, least", map(16), [0xde, 0, 16] + mapBytes(16)),
    Golden("map 16, most", map(65_535), [0xde, 255, 255] + mapBytes(65_535)),
    Golden("map 32, least", map(65_536), [0xdf, 0, 1, 0, 0] + mapBytes(65_536)),
  ]

  static let extensions: [Golden] = [
    Golden("fixext 1", tagged(5, 1), [0xd4, 5, 0]),
    Golden("fixext 2", tagged(127, 2), [0xd5, 127, 0, 0]),
    Golden("fixext 4, a timestamp", tagged(-1, 4), [0xd6, 0xff] + zeros(4)),
    Golden("fixext 8, a timestamp", tagged(-1, 8), [0xd7, 0xff] + zeros(8)),
    Golden("fixext 16", tagged(127, 16), [0xd8, 0x7f] + zeros(16)),
    Golden("ext 8, empty", tagged(1, 0), [0xc7, 0, 1]),
    Golden("ext 8, a timestamp", tagged(-1, 12), [0xc7, 12, 0xff] + zeros(12)),
    Golden("ext 8, most", tagged(1, 255), [0xc7, 255, 1] + zeros(255)),
    Golden("ext 16, least", tagged(1, 256), [0xc8, 1, 0, 1] + zeros(256)),
    Golden("ext 16, most", tagged(1, 65_535), [0xc8, 255, 255, 1] + zeros(65_535)),
    Golden("ext 32, least", tagged(1, 65_536), [0xc9, 0, 1, 0, 0, 1] + zeros(65_536)),
  ]

  static let all = scalars + sized + extensions

  /// Forms that we read and never write, because a shorter or wider one says the same.
  static let readOnly: [Golden] = [
    Golden("float 32", 1.5, [0xca, 0x3f, 0xc0, 0, 0]),
    Golden(
      "float 32, not exact in decimal",
      .double(Double(Float(0.1))),
      [0xca, 0x3d, 0xcc, 0xcc, 0xcd]
    ),
    Golden("float 32, infinity", .double(-.infinity), [0xca, 0xff, 0x80, 0, 0]),
    Golden("uint 8 of a small number", 1, [0xcc, 1]),
    Golden("uint 16 of a small number", 1, [0xcd, 0, 1]),
    Golden("uint 32 of a small number", 1, [0xce, 0, 0, 0, 1]),
    Golden("uint 64 of a small number", 1, [0xcf, 0, 0, 0, 0, 0, 0, 0, 1]),
    Golden("int 8 of a small number", -1, [0xd0, 0xff]),
    Golden("int 16 of a positive number", 1, [0xd1, 0, 1]),
    Golden("int 32 of a small number", -1, [0xd2, 0xff, 0xff, 0xff, 0xff]),
    Golden("int 64 of a positive number", 1, [0xd3, 0, 0, 0, 0, 0, 0, 0, 1]),
    Golden("str 8 of short text", "a", [0xd9, 1, 0x61]),
    Golden("str 16 of short text", "a", [0xda, 0, 1, 0x61]),
    Golden("str 32 of short text", "a", [0xdb, 0, 0, 0, 1, 0x61]),
    Golden("bin 16 of little", .bytes([7]), [0xc5, 0, 1, 7]),
    Golden("bin 32 of little", .bytes([7]), [0xc6, 0, 0, 0, 1, 7]),
    Golden("array 16 of one", [nil], [0xdc, 0, 1, 0xc0]),
    Golden("array 32 of one", [nil], [0xdd, 0, 0, 0, 1, 0xc0]),
    Golden("map 16 of one", ["a": nil], [0xde, 0, 1, 0xa1, 0x61, 0xc0]),
    Golden("map 32 of one", ["a": nil], [0xdf, 0, 0, 0, 1, 0xa1, 0x61, 0xc0]),
    Golden("a key as str 32", ["a": nil], [0x81, 0xdb, 0, 0, 0, 1, 0x61, 0xc0]),
    Golden("ext 8 of a fixext size", tagged(1, 4), [0xc7, 4, 1] + zeros(4)),
  ]
}

@Suite("Golden bytes")
struct GoldenBytesTests {
  @Test("a value is written as the specification says", arguments: Golden.all)
  func encodes(golden: Golden) {
    #expect(MessagePack.encode(golden.value) == golden.bytes)
  }

  @Test("the specification's bytes are read as the value", arguments: Golden.all + Golden.readOnly)
  func decodes(golden: Golden) throws {
    let value = try MessagePack.decode(golden.bytes)
    #expect(value == golden.value)
    #expect(MessagePackCodec.decode(golden.bytes.span.bytes) == golden.value)
  }

  @Test("a value is written after what is already there")
  func appends() {
    var bytes: [UInt8] = [1, 2]
    MessagePack.encode(["a": 1] as StateValue, into: &bytes)
    #expect(bytes == [1, 2, 0x81, 0xa1, 0x61, 1])
  }

  @Test("minus zero and the payload of a double survive")
  func keepsBits() throws {
    let bytes: [UInt8] = [0xcb, 0x80, 0, 0, 0, 0, 0, 0, 0]
    let value = try MessagePack.decode(bytes)
    #expect(value.double?.sign == .minus)
    let odd: [UInt8] = [0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 42]
    #expect(try MessagePack.encode(MessagePack.decode(odd)) == odd)
  }

  @Test("the order of fields survives")
  func keepsOrder() throws {
    let value: StateValue = ["z": 1, "a": 2, "m": 3]
    let back = try MessagePack.decode(MessagePack.encode(value))
    #expect(back.object?.keys == ["z", "a", "m"])
  }

  @Test(
    "an object that only resembles a tagged one is written as an object",
    arguments: [
      ["$uint64": "1"], ["$uint64": "+18446744073709551615"], ["$uint64": "018446744073709551615"],
      ["$uint64": "18446744073709551616"], ["$uint64": 5], ["$uint64": "9223372036854775807"],
      ["$ext": 1], ["$ext": 128, "data": .bytes([])], ["$ext": 1, "data": "text"],
      ["$ext": 1.0, "data": .bytes([])], ["$ext": 1, "data": .bytes([]), "more": nil],
      ["$uint64": "18446744073709551615", "more": nil],
    ] as [StateValue]
  )
  func looksTagged(value: StateValue) throws {
    let bytes = MessagePack.encode(value)
    #expect(bytes[0] & 0xf0 == 0x80)
    #expect(try MessagePack.decode(bytes) == value)
  }
}
