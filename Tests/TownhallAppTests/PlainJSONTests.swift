import ModelContextProtocol
import SharedState
import Testing

@Suite("JSON for other programs")
struct PlainJSONTests {
  @Test(
    "What JSON has no word for is an object with one field, and comes back as it was",
    arguments: [
      (1, "1"), (1.0, "1.0"), (.double(.infinity), #"{"$number":"Infinity"}"#),
      (.double(-.infinity), #"{"$number":"-Infinity"}"#), (.double(.nan), #"{"$number":"NaN"}"#),
      (.bytes([0, 1, 2]), #"{"$bytes":"AAEC"}"#), (.bytes([]), #"{"$bytes":""}"#),
      (["$bytes": "AAEC"], #"{"$$bytes":"AAEC"}"#), (["$$x": 1], #"{"$$$x":1}"#),
      (["$x": 1], #"{"$$x":1}"#), (["$x": 1, "y": nil], #"{"$x":1,"y":null}"#),
      ([["$number": .bytes([255])]], #"[{"$$number":{"$bytes":"/w=="}}]"#),
      (["é\n\u{1b}": "\u{2028}"], #"{"é\n\u001b":"\u2028"}"#),
    ] as [(StateValue, String)]
  )
  func words(value: StateValue, text: String) throws {
    #expect(PlainJSON.text(of: value) == text)
    let read = try PlainJSON.read(text.utf8)
    #expect(try PlainJSON.meant(by: read) == value)
  }

  @Test("A number may be said as it is written, where a language has only one kind of them")
  func numbers() throws {
    let meant = try PlainJSON.meant(by: [["$number": "1.0"], ["$number": "9007199254740993"]])
    #expect(meant == [1.0, 9_007_199_254_740_993])
    for odd in [#"{"$number":1}"#, #"{"$number":"x"}"#, #"{"$bytes":"A"}"#, #"{"$bytes":[]}"#] {
      let value = try PlainJSON.read(odd.utf8)
      #expect(throws: PlainJSONError.self, "\(odd)") { try PlainJSON.meant(by: value) }
    }
    #expect(try PlainJSON.meant(by: ["$other": 1]) == ["$other": 1])
  }

  @Test(
    "Nothing but JSON is read",
    arguments: [
      "NaN", "Infinity", "[-Infinity]", #"{"a":b64"AAEC"}"#, "", "{", "nul", #""\ud800""#, "[1,]",
      "\u{feff}1", "1e400", "9223372036854775808",
    ]
  )
  func strict(text: String) {
    #expect(throws: PlainJSONError.self) { try PlainJSON.read(text.utf8) }
  }

  @Test("Text that is not UTF-8, and what is too deep, are refused before they are taken apart")
  func bounds() throws {
    #expect(throws: PlainJSONError.self) { try PlainJSON.read([0x22, 0xff, 0x22]) }
    let deep = String(repeating: "[", count: 4) + String(repeating: "]", count: 4)
    #expect(try PlainJSON.read(deep.utf8, mostNesting: 4).nesting == 4)
    #expect(throws: PlainJSONError.self) { try PlainJSON.read(deep.utf8, mostNesting: 3) }
    let text = #"["[[[[\"[[[[","]"]"#
    #expect(try PlainJSON.read(text.utf8, mostNesting: 1).array?.count == 2)
  }
}

@Suite("Lines of other programs")
struct LineCutterTests {
  private func whole(_ text: String) -> LineCutter.Line { .whole(Array(text.utf8)) }

  @Test("Lines come out as they went in, whatever pieces they came in", arguments: 1...7)
  func pieces(size: Int) {
    let bytes = Array("one\n\n  \ntwo\r\nlonger than ten\nthree".utf8)
    var (cutter, lines) = (LineCutter(longest: 10), [LineCutter.Line]())
    for start in stride(from: 0, to: bytes.count, by: size) {
      lines += cutter.take(Array(bytes[start..<min(start + size, bytes.count)]))
    }
    #expect(lines == [whole("one"), whole("two"), .tooLong])
    #expect(cutter.finish() == whole("three"))
    #expect(cutter.finish() == nil)
  }

  @Test("A line without an end takes no memory, and the next one is read")
  func endless() {
    var cutter = LineCutter(longest: 4)
    for _ in 0..<100 { #expect(cutter.take(Array("aaaa".utf8)) == []) }
    #expect(cutter.take(Array("\nb\n".utf8)) == [.tooLong, whole("b")])
  }
}

@Suite("Schemas")
struct JSONSchemaTests {
  private let schema = JSONSchema([
    "type": "object", "required": ["a"], "additionalProperties": false,
    "properties": [
      "a": ["type": "integer", "minimum": 1, "maximum": 3], "t": ["type": ["string", "null"]],
      "e": ["enum": ["x", "y"]], "s": ["type": "string", "minLength": 1],
      "l": ["type": "array", "items": ["type": "number"], "minItems": 1, "maxItems": 2],
      "o": ["type": "object", "additionalProperties": ["type": "string"]], "any": true,
      "one": ["oneOf": [["type": "integer"], ["type": "number"]]],
      "some": ["anyOf": [["type": "integer"], ["const": "x"]]],
    ],
  ])

  @Test(
    "What fits has no flaw, and what does not is told where and why",
    arguments: [
      (["a": 1], nil), (["a": 2.0, "t": nil, "e": "y", "l": [1, 2.5], "any": [[]]], nil),
      (["a": 1, "o": ["x": "y"], "one": 1.5, "some": "x", "s": "t"], nil),
      ([:], "a is missing"), (1, "it must be an object"), (["a": 0], "a must be 1 or more"),
      (["a": 4], "a must be 3 or less"), (["a": 1.5], "a must be an integer"),
      (["a": 1, "t": 1], "t must be text or null"), (["a": 1, "b": 1], "b is not known"),
      (["a": 1, "e": "z"], #"e must be one of "x", "y""#),
      (["a": 1, "s": ""], "s must not be empty"),
      (["a": 1, "l": []], "l must have 1 or more"),
      (["a": 1, "l": [1, 2, 3]], "l must have 2 or fewer"),
      (["a": 1, "l": [1, "x"]], "l[1] must be a number"),
      (["a": 1, "o": ["x y": 1]], #"o."x y" must be text"#),
      (["a": 1, "one": 1], "one is 2 things at once"),
      (["a": 1, "some": 1.5], "some must be an integer"),
    ] as [(StateValue, String?)]
  )
  func flaws(value: StateValue, flaw: String?) { #expect(schema.flaw(of: value) == flaw) }
}

@Suite("Addresses of resources")
struct ResourceAddressTests {
  @Test(
    "An address is read as it is written",
    arguments: [
      ("townhall:///", .town), ("townhall:///a.*", .street(StateKey("a."))),
      ("townhall:///a.b", .house(StateKey("a.b"))),
      ("townhall:///a%2A", .house(StateKey("a*"))),
      ("townhall:///%C3%A9%2F%20", .house(StateKey("é/ "))),
      ("townhall:///%25.*", .street(StateKey("%."))),
    ] as [(String, ResourceAddress)]
  )
  func addresses(text: String, address: ResourceAddress) {
    #expect(ResourceAddress(text) == address)
    #expect(address.text == text)
  }

  @Test(
    "What is none is none",
    arguments: [
      "", "townhall://", "townhall:///*", "townhall:///%", "townhall:///%4", "townhall:///%zz",
      "townhall:///%ff", "townhall:///a*b", "townhall:///a?b", "townhall:///a#b", "TOWNHALL:///a",
    ]
  )
  func others(text: String) { #expect(ResourceAddress(text) == nil) }
}
