import SharedState
import TestSupport
import Testing

@Suite("The text form")
struct StateTextTests {
  @Test(
    "A value is written in one line and read back",
    arguments: [
      (nil, "null"), (true, "true"), (false, "false"), (0, "0"), (-17, "-17"),
      (.int(.max), "9223372036854775807"), (.int(.min), "-9223372036854775808"),
      (1.0, "1.0"), (.double(-0.0), "-0.0"), (0.1, "0.1"), (1e16, "1e+16"), (1e-7, "1e-07"),
      (.double(.infinity), "Infinity"), (.double(-.infinity), "-Infinity"),
      (.double(.greatestFiniteMagnitude), "1.7976931348623157e+308"),
      (.double(.leastNonzeroMagnitude), "5e-324"), (.double(.nan), "NaN"),
      ("", #""""#), ("a\"b\\c/d", #""a\"b\\c/d""#), ("é😀", #""é😀""#),
      ("\u{0}\u{1B}\u{7F}\u{85}\n\r\t\u{8}\u{C}", #""\u0000\u001b\u007f\u0085\n\r\t\b\f""#),
      ("a\u{202E}b\u{2028}\u{FEFF}", #""a\u202eb\u2028\ufeff""#),
      (.bytes([]), #"b64"""#), (.bytes([1]), #"b64"AQ==""#), (.bytes([1, 2]), #"b64"AQI=""#),
      (.bytes([1, 2, 255]), #"b64"AQL/""#),
      ([], "[]"), ([:], "{}"), ([[], [:]], "[[],{}]"),
      (["b": 1, "a": [2, nil]], #"{"b":1,"a":[2,null]}"#),
    ] as [(StateValue, String)]
  )
  func oneLine(value: StateValue, text: String) throws {
    #expect(value.text == text)
    #expect(try StateValue(text: text) == value)
  }

  @Test("Minus zero keeps its sign")
  func minusZero() throws {
    #expect(try StateValue(text: "-0.0").double?.sign == .minus)
  }

  @Test(
    "A number is a double only with a point or an exponent",
    arguments: [
      ("1", 1), ("1.0", 1.0), ("1e3", 1000.0), ("1E+3", 1000.0), ("1e-3", 0.001), ("-0", 0),
      ("12.50", 12.5), ("1e-400", 0.0),
    ] as [(String, StateValue)]
  )
  func numbers(text: String, value: StateValue) throws {
    #expect(try StateValue(text: text) == value)
  }

  @Test("Space may stand around every part, and escapes are read")
  func spaceAndEscapes() throws {
    let text = " \t\r\n{ \"a\\u0041\\ud83d\\ude00\\/\\b\" : [ 1 , true ] , \"b\" : { } } \n"
    #expect(try StateValue(text: text) == ["aA😀/\u{8}": [1, true], "b": [:]])
  }

  @Test(
    "An error names the place and what was expected",
    arguments: [
      ("", 1, 1, "expected a value"),
      ("{\"a\":", 1, 6, "expected a value"),
      ("{\"a\":\n  ]}", 2, 3, "expected a value"),
      ("[1,]", 1, 4, "expected a value after the comma"),
      ("[1 2]", 1, 4, "expected , or ] after an element of a list"),
      ("{\"a\":1 \"b\":2}", 1, 8, "expected , or } after a field"),
      ("{\"a\":1,}", 1, 8, "expected a field name after the comma"),
      ("{\"a\" 1}", 1, 6, "expected : after the field name"),
      ("{a: 1}", 1, 2, "expected a field name in double quotes: \"a\""),
      ("{1: 1}", 1, 2, "expected a field name in double quotes: \"1\""),
      ("{,}", 1, 2, "expected a field name in double quotes"),
      ("1 2", 1, 3, "expected nothing more after the value"),
      ("hello", 1, 1, "expected a value; text needs double quotes: \"hello\""),
      ("ball and stick", 1, 1, "expected a value; text needs double quotes: \"ball and stick\""),
      (
        "[ball and stick, 1]", 1, 2,
        "expected a value; text needs double quotes: \"ball and stick\""
      ),
      (
        String(repeating: "long ", count: 200), 1, 1,
        "expected a value; text needs double quotes: \"long long long long long long long long…\""
      ),
      (
        "k" + String(repeating: "\0", count: 100) + "k", 1, 1,
        "expected a value; text needs double quotes: \"k" + String(repeating: "\\u0000", count: 9)
          + "…\""
      ),
      (
        "a" + String(repeating: "\u{301}", count: 100), 1, 1,
        "expected a value; text needs double quotes: \"…\""
      ),
      ("12ab", 1, 1, "expected a value; text needs double quotes: \"12ab\""),
      ("'a'", 1, 1, "expected double quotes around text, not single ones"),
      ("True", 1, 1, "expected true, in small letters"),
      ("None", 1, 1, "expected null for nothing"),
      ("nan", 1, 1, "expected NaN"),
      ("-inf", 1, 1, "expected -Infinity"),
      ("007", 1, 1, "expected a number without zeros in front: 7"),
      ("-00.5", 1, 1, "expected a number without zeros in front: -0.5"),
      (
        "0" + String(repeating: "7", count: 100), 1, 1, "expected a number without zeros in front"
      ),
      (".5", 1, 1, "expected a digit before the point: 0.5"),
      ("-.5", 1, 1, "expected a digit before the point: -0.5"),
      ("5.", 1, 1, "expected a digit after the point: 5.0"),
      ("+5", 1, 1, "expected a number without +"),
      ("1e400", 1, 1, "expected a float of at most 1.8e308, or Infinity"),
      ("\"ab", 1, 4, "expected \" to end the text that begins at line 1, column 1"),
      (
        "\"a\nb\"", 1, 3,
        "expected \" before the end of the line; a line break inside text is written \\n"
      ),
      ("\"a\u{1}\"", 1, 3, "expected \\u0001 for a control character inside text"),
      ("\"a\\", 1, 4, "expected a letter after the backslash"),
      ("\"a\\x\"", 1, 3, "expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u0000"),
      ("\"\\u12g4\"", 1, 6, "expected four hexadecimal digits after \\u"),
      ("\"\\ud83d\"", 1, 2, "expected both halves of a pair, such as \\ud83d\\ude00"),
      ("\"\\ude00\"", 1, 2, "expected both halves of a pair, such as \\ud83d\\ude00"),
      ("\"\\ud83d\\u0041\"", 1, 8, "expected the second half of a pair, \\udc00 to \\udfff"),
      ("b64\"AQ", 1, 7, "expected \" to end the bytes"),
      ("b64\"AQ\"", 1, 7, "expected a multiple of four base64 digits, = filling up the last group"),
      (
        "b64\"A-==\"", 1, 6,
        "expected a base64 digit: A–Z, a–z, 0–9, + or /, and = at the end"
      ),
      (
        "b64\"A===\"", 1, 6,
        "expected a base64 digit: A–Z, a–z, 0–9, + or /, and = at the end"
      ),
      (
        "{\"a\":1,\n\"a\":2}", 2, 1,
        "expected a field name that is not there yet: \"a\" stands twice"
      ),
      (
        "{\"\(String(repeating: "b", count: 300))\":1,\"\(String(repeating: "b", count: 300))\":2}",
        1,
        307,
        "expected a field name that is not there yet: \"\(String(repeating: "b", count: 39))…\" stands twice"
      ),
    ] as [(String, Int, Int, String)]
  )
  func errors(text: String, line: Int, column: Int, message: String) throws {
    let error = try #require(throws: StateTextError.self) { try StateValue(text: text) }
    #expect(error.message == message)
    #expect(error.line == line)
    #expect(error.column == column)
    #expect(error.description == "line \(line), column \(column): \(message)")
  }

  @Test(
    "An integer beyond 64 bits is refused, not rounded",
    arguments: ["9223372036854775808", "-9223372036854775809", "123456789012345678901234567890"]
  )
  func bigIntegers(text: String) throws {
    let error = try #require(throws: StateTextError.self) { try StateValue(text: "[\(text)]") }
    #expect(error.column == 2)
    #expect(error.message.contains("\(text) does not fit in 64 bits"))
  }

  @Test("Columns and offsets count characters, not bytes, and a line may end in either way")
  func places() throws {
    let error = try #require(throws: StateTextError.self) {
      try StateValue(text: "[\"é😀👩‍👩‍👧\",\r\n \"e\u{301}\", x]")
    }
    #expect(error.line == 2)
    #expect(error.column == 7)
    #expect(error.offset == 14)
  }

  @Test("Lists and dictionaries nest to the documented depth and no deeper")
  func nesting() throws {
    let limit = StateValue.deepestNesting
    func nest(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(try StateValue(text: nest(limit)).text == nest(limit))
    let error = try #require(throws: StateTextError.self) { try StateValue(text: nest(limit + 1)) }
    #expect(error.column == limit + 1)
    #expect(error.message == "expected at most 1024 lists and dictionaries inside each other")
    let beside = "[" + Array(repeating: "[{}]", count: limit).joined(separator: ",") + "]"
    #expect(try StateValue(text: beside).text == beside, "Beside is not inside")
    #expect(throws: StateTextError.self) {
      try StateValue(text: String(repeating: "{\"a\":[", count: 100_000))
    }
  }

  @Test("A name that is spelt in other bytes is another name, also in a large object")
  func exactNames() throws {
    let filler = (0..<20).map { "\"f\($0)\":\($0)" }.joined(separator: ",")
    for text in ["{\"é\":1,\"e\u{301}\":2}", "{\(filler),\"é\":1,\"e\u{301}\":2}"] {
      let value = try StateValue(text: text)
      #expect(value["é"] == 1)
      #expect(value["e\u{301}"] == 2)
      #expect(value.text == text)
    }
    #expect(throws: StateTextError.self) { try StateValue(text: "{\(filler),\"f3\":2}") }
  }

  @Test("The indented form is laid out for reading")
  func indented() throws {
    let value: StateValue = [
      "name": "A", "none": [], "empty": [:],
      "selected": ["particle_ids": .array((0..<40).map { .int($0) })],
      "components": [["position": [0.0, 1.5, 0.0]], [1, 2]],
    ]
    let text = """
      {
        "name": "A",
        "none": [],
        "empty": {},
        "selected": {
          "particle_ids": [
            0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
            21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38,
            39
          ]
        },
        "components": [
          {
            "position": [0.0, 1.5, 0.0]
          },
          [1, 2]
        ]
      }
      """
    #expect(value.text(indent: 2) == text)
    #expect(try StateValue(text: text) == value)
    #expect(value.text(indent: nil) == value.text)
  }
}
