import TOML
import TestSupport
import Testing

@Suite("A TOML document")
struct TOMLDocumentTests {
  private func read(_ text: String) throws -> String { TOMLNotation.of(try TOMLDocument(text)) }

  @Test(
    "Strings say what they say in each kind of quotes",
    arguments: [
      (#"a = """#, #"{"a" = ""}"#),
      (#"a = "\b\t\n\f\r\"\\""#, #"{"a" = "\u{8}\u{9}\u{a}\u{c}\u{d}\u{22}\u{5c}"}"#),
      (#"a = "\u00e9\U0001F600\u0000""#, #"{"a" = "\u{e9}\u{1f600}\u{0}"}"#),
      ("a = \"tab\there é \u{85}\"", #"{"a" = "tab\u{9}here \u{e9} \u{85}"}"#),
      (#"a = '\n "x" # no comment'"#, #"{"a" = "\u{5c}n \u{22}x\u{22} # no comment"}"#),
      ("a = \"\"\"\nx\n\ny\"\"\"", #"{"a" = "x\u{a}\u{a}y"}"#),
      ("a = \"\"\"\n\nx\"\"\"", #"{"a" = "\u{a}x"}"#),
      ("a = \"\"\"\r\nx\r\ny\"\"\"", #"{"a" = "x\u{a}y"}"#),
      ("a = \"\"\"x \\  \n \t\r\n  y\\\n\"\"\"", #"{"a" = "x y"}"#),
      (#"a = """x""y""""#, #"{"a" = "x\u{22}\u{22}y"}"#),
      (#"a = """x"""""#, #"{"a" = "x\u{22}"}"#),
      (#"a = """x""""""#, #"{"a" = "x\u{22}\u{22}"}"#),
      ("a = '''\nit's ''\\\n'''''", #"{"a" = "it's ''\u{5c}\u{a}''"}"#),
      ("a = ''''''", #"{"a" = ""}"#),
    ]
  )
  func strings(text: String, value: String) throws { #expect(try read(text) == value) }

  @Test(
    "Keys are bare, in quotes or in parts, and are told apart byte by byte",
    arguments: [
      ("a-B_9 = 1", #"{"a-B_9" = 1}"#), ("1234 = 1", #"{"1234" = 1}"#),
      (#""" = 1"#, #"{"" = 1}"#), (#"'a.b' = 1"#, #"{"a.b" = 1}"#),
      (#""\u0061" = 1"#, #"{"a" = 1}"#), ("3.14 = 1", #"{"3" = {"14" = 1}}"#),
      ("a . \"b c\"\t.'d' = 1\na.e = 2", #"{"a" = {"b c" = {"d" = 1}, "e" = 2}}"#),
      ("\"é\" = 1\n\"e\u{301}\" = 2", #"{"\u{e9}" = 1, "e\u{301}" = 2}"#),
      ("b = 1\na = 2\nc = 3", #"{"b" = 1, "a" = 2, "c" = 3}"#),
      ("true = true\ninf = 1", #"{"true" = true, "inf" = 1}"#),
    ]
  )
  func keys(text: String, value: String) throws { #expect(try read(text) == value) }

  @Test(
    "Whole numbers are of 64 bits, in four ways to write them",
    arguments: [
      ("0", 0), ("-0", 0), ("+99", 99), ("1_000_0", 10000), ("0xDEAD_beef", 0xdead_beef),
      ("0o0755", 0o755), ("0b1101", 0b1101), ("9223372036854775807", .max),
      ("-9223372036854775808", .min), ("0x7fffffffffffffff", .max), ("0x0001", 1),
    ] as [(String, Int)]
  )
  func integers(text: String, value: Int) throws {
    #expect(try TOMLDocument("a = \(text)").root["a"]?.value.integer == value)
  }

  @Test(
    "Numbers have a point or an exponent, or are none",
    arguments: [
      ("1.5", 1.5), ("-0.0", -0.0), ("1e06", 1e6), ("5E+22", 5e22), ("-2e-2", -0.02),
      ("9_9.2_5e1_0", 99.25e10), ("0e0", 0), ("inf", .infinity), ("+inf", .infinity),
      ("-inf", -.infinity), ("nan", .nan), ("-nan", .nan), ("1e999", .infinity),
    ] as [(String, Double)]
  )
  func numbers(text: String, value: Double) throws {
    #expect(try read("a = \(text)") == "{\"a\" = \(TOMLNotation.of(value))}")
  }

  @Test(
    "Dates and times stay as they are written",
    arguments: [
      "1979-05-27T07:32:00Z", "1979-05-27t00:32:00.999-07:00", "1979-05-27 07:32:00",
      "1979-05-27T00:00:00+23:59", "2024-02-29", "2000-02-29", "07:32:00", "23:59:60.5",
      "0000-01-01",
    ]
  )
  func moments(text: String) throws {
    let document = try TOMLDocument("a = [\(text), \(text) ] # \(text)")
    let moments = document.root["a"]?.value.array?.map(\.value).compactMap { value in
      if case .moment(let text) = value { text } else { nil }
    }
    #expect(moments == [text, text])
  }

  @Test(
    "Arrays go over lines with comments, and tables in braces hold keys of all kinds",
    arguments: [
      ("a = []", #"{"a" = []}"#), ("a = [1, 'x', [true]]", #"{"a" = [1, "x", [true]]}"#),
      ("a = [ # one\n\n 1 # two\n , # three\n 2,\r\n]", #"{"a" = [1, 2]}"#),
      ("a = {}", #"{"a" = {}}"#), ("a = { }\nb = 1", #"{"a" = {}, "b" = 1}"#),
      (
        "a = { b.c = 1, b.d = {e = [\n{} ,\n]}, \"f\" = '''\n''' }",
        #"{"a" = {"b" = {"c" = 1, "d" = {"e" = [{}]}}, "f" = ""}}"#
      ),
    ]
  )
  func collections(text: String, value: String) throws { #expect(try read(text) == value) }

  @Test(
    "Headers open tables and elements, in any order",
    arguments: [
      ("[a]\nb = 1\n[ c . 'd' ] # x\ne = 2", #"{"a" = {"b" = 1}, "c" = {"d" = {"e" = 2}}}"#),
      ("[a.b.c]\n[a]\nx = 1\n[a.b]", #"{"a" = {"b" = {"c" = {}}, "x" = 1}}"#),
      ("a.b = 1\n[a.c]\n[a.c.d]", #"{"a" = {"b" = 1, "c" = {"d" = {}}}}"#),
      (
        "[[a]]\nn = 1\n[a.b]\n[[a.c]]\n[[a]]\n[a.b]",
        #"{"a" = [{"n" = 1, "b" = {}, "c" = [{}]}, {"b" = {}}]}"#
      ),
      ("[a.b.c]\n[a]\nb.d = 1", #"{"a" = {"b" = {"c" = {}, "d" = 1}}}"#),
      ("[[a.b]]\n[a]\nc = 1\n[[a.b]]", #"{"a" = {"b" = [{}, {}], "c" = 1}}"#),
    ]
  )
  func headers(text: String, value: String) throws { #expect(try read(text) == value) }

  @Test(
    "Blanks, comments, both ends of lines and a byte order mark mean nothing",
    arguments: ["", "\u{FEFF}", "# é\ttab", "\r\n \t\n", "\u{FEFF}#\n#", "\n#\r\n"]
  )
  func nothing(text: String) throws { #expect(try read(text) == "{}") }

  @Test("Everything knows its line")
  func lines() throws {
    let root = try TOMLDocument(
      """
      a = 1
      b.c = [ # the list
        'x',

        { d = 2 }, '''
      y''', 3
      ]
      [e.f]
      [e]
      [[g]]
      [[g]]
      h = 4
      """
    ).root
    #expect(root.keys.map { root[$0]?.line } == [1, 2, 9, 10])
    let list = try #require(root["b"]?.value.table?["c"])
    #expect(list.line == 2)
    #expect(list.value.array?.map(\.line) == [3, 5, 5, 6])
    #expect(list.value.array?[1].value.table?["d"]?.line == 5)
    #expect(root["e"]?.value.table?["f"]?.line == 8)
    let elements = try #require(root["g"]?.value.array)
    #expect(elements.map(\.line) == [10, 11] && elements[1].value.table?["h"]?.line == 12)
  }

  @Test("A value gives itself only as what it is")
  func kinds() throws {
    let root = try TOMLDocument("a = 1\nb = 1.0\nc = '1'\nd = [1]\ne = {}\nf = true").root
    let values = root.keys.compactMap { root[$0]?.value }
    #expect(values.map { $0.integer != nil } == [true, false, false, false, false, false])
    #expect(values.map { $0.number != nil } == [false, true, false, false, false, false])
    #expect(values.map { $0.string != nil } == [false, false, true, false, false, false])
    #expect(values.map { $0.array != nil } == [false, false, false, true, false, false])
    #expect(values.map { $0.table != nil } == [false, false, false, false, true, false])
    #expect(values.map { $0.boolean != nil } == [false, false, false, false, false, true])
    #expect(root["g"] == nil)
  }

  @Test(
    "Tables and arrays lie 64 deep and no deeper, however they are written",
    arguments: [
      { "a = " + String(repeating: "[", count: $0) + String(repeating: "]", count: $0) },
      {
        String(repeating: "{a = ", count: $0 + 1).dropFirst() + "1"
          + String(repeating: "}", count: $0)
      },
      { "[" + Array(repeating: "a", count: $0).joined(separator: ".") + "]" },
      { Array(repeating: "a", count: $0 + 1).joined(separator: ".") + " = 1" },
      { "[[" + Array(repeating: "a", count: $0 - 1).joined(separator: ".") + "]]" },
      { "[" + Array(repeating: "a", count: $0 - 2).joined(separator: ".") + "]\nb.c = []" },
    ] as [@Sendable (Int) -> String]
  )
  func nesting(text: @Sendable (Int) -> String) throws {
    _ = try TOMLDocument(text(TOMLDocument.mostNesting))
    let flaw = #expect(throws: TOMLFlaw.self) {
      _ = try TOMLDocument(text(TOMLDocument.mostNesting + 1))
    }
    #expect(flaw?.reason == "expected at most 64 tables and arrays in each other")
  }

  @Test(
    "A hundred thousand of anything are read or refused",
    arguments: [
      (String(repeating: "[[a]]\n", count: 100_000), nil),
      ((0..<100_000).map { "a\($0) = 1\n" }.joined(), nil),
      ("a = " + String(repeating: "[", count: 100_000), 1),
      (String(repeating: "a.", count: 100_000) + "a = 1", 1),
      ("a = " + String(repeating: "9", count: 100_000), 1),
      ("a = \"\"\"\n" + String(repeating: "\\\n", count: 100_000), 1),
    ] as [(String, Int?)]
  )
  func many(text: String, line: Int?) {
    do {
      _ = try TOMLDocument(text)
      #expect(line == nil)
    } catch {
      #expect(error.line == line)
      #expect(error.reason.unicodeScalars.count < 150)
    }
  }
}
