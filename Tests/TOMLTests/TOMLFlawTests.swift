import TOML
import Testing

@Suite("What is no TOML")
struct TOMLFlawTests {
  private func expect(_ text: String, _ line: Int, _ reason: String) {
    do {
      let document = try TOMLDocument(text)
      Issue.record("\(text.debugDescription) is read as \(document)")
    } catch {
      #expect(error.line == line)
      #expect(error.reason.contains(reason), "\(error.reason)")
    }
  }

  private static let key = "expected a key of letters from a to z, digits, _ and -, or in quotes"
  private static let number = "expected a number, such as 10, 1_000, 0xff or 1.5"
  private static let moment = "expected a date or a time that there is"

  @Test(
    "A line that is none",
    arguments: [
      ("a", 1, "expected = after a key, found the end of the file"),
      ("\na\n= 1", 2, "expected = after a key, found the end of the line"),
      ("a b = 1", 1, "expected = after a key, found 'b'"),
      ("= 1", 1, "\(key), found '='"), ("a. = 1", 1, "\(key), found '='"),
      (".a = 1", 1, "\(key), found '.a'"), ("é = 1", 1, "\(key), found 'é'"),
      ("a:b = 1", 1, "expected = after a key, found ':b'"),
      ("\"\"\"a\"\"\" = 1", 1, "expected = after a key, found '\"'"),
      ("'a\n' = 1", 1, "expected ' to end the text on its line, found the end of the line"),
      ("a = 1 b = 2", 1, "expected the end of the line, found 'b'"),
      ("a = 1\r", 1, "expected the end of the line, found the character U+000D"),
      ("[a] b = 1", 1, "expected the end of the line, found 'b'"),
      ("[a", 1, "expected ] after the name of a table, found the end of the file"),
      ("[a]]", 1, "expected the end of the line, found ']'"),
      ("[[a]", 1, "expected ]] after the name of a table, found ']'"),
      ("[[a] ]", 1, "expected ]] after the name of a table, found ']'"),
      ("[ [a]]", 1, "\(key), found '['"), ("[]", 1, "\(key), found ']'"),
      ("a = 1\n[é]", 2, "\(key), found 'é'"), ("[\na]", 1, "\(key), found the end of the line"),
      ("#\u{7F}", 1, "expected no control character in a comment, found the character U+007F"),
      ("\n# \r#", 2, "expected no control character in a comment, found the character U+000D"),
      ("\u{FEFF}\u{FEFF}", 1, "\(key), found the character U+FEFF"),
      ("\u{A0}a = 1", 1, "\(key), found '\u{A0}'"),
      ("\u{0}", 1, "\(key), found the character U+0000"),
    ]
  )
  func lines(text: String, line: Int, reason: String) { expect(text, line, reason) }

  @Test(
    "A string that is none",
    arguments: [
      (#"a = "x"#, 1, #"expected " to end the text on its line, found the end of the file"#),
      ("\na = 'x\ny'", 2, "expected ' to end the text on its line, found the end of the line"),
      ("a = \"\u{7}\"", 1, "expected \" to end the text on its line, found the character U+0007"),
      ("a = '\u{7F}'", 1, "expected ' to end the text on its line, found the character U+007F"),
      (
        "\n\na = \"\"\"x\n\"\"\n", 3,
        "expected \"\"\" to end the text that begins here, found the end"
      ),
      ("a = '''x''", 1, "expected ''' to end the text that begins here, found the end of the file"),
      ("a = '''\nx\r'''", 2, "expected no control character in a text, found the character U+000D"),
      (#"a = """x"""""""# + "\"", 1, "expected the end of the line, found '\"'"),
      (#"a = "\x41""#, 1, #"expected one of b t n f r " \ u U after \, found 'x41'"#),
      (#"a = "\e""#, 1, #"after \, found 'e'"#),
      ("a = \"\\\n\"", 1, #"after \, found the end of the line"#),
      ("a = \"\"\"\n\\ x\"\"\"", 2, #"after \, found ' '"#),
      (#"a = "\u12g4""#, 1, "expected 4 hexadecimal digits in an escape, found 'g4'"),
      (#"a = "\U0001F60""#, 1, "expected 8 hexadecimal digits in an escape, found '\"'"),
      (#"a = "\uD800""#, 1, "expected a character of Unicode, found U+D800"),
      (#"a = "\udfff""#, 1, "expected a character of Unicode, found U+DFFF"),
      (#"a = "\U00110000""#, 1, "expected a character of Unicode, found U+110000"),
      (#"a = "\UFFFFFFFF""#, 1, "expected a character of Unicode, found U+FFFFFFFF"),
    ]
  )
  func strings(text: String, line: Int, reason: String) { expect(text, line, reason) }

  @Test(
    "A number that is none",
    arguments: [
      "01", "+01", "-", "+", "1_", "_1", "1__0", "0x", "0xg", "0x_1", "0x1_", "+0x1", "-0b1", "0b2",
      "0o8", "0X1", "1.", ".5", "1._5", "1_.5", "1.5_", "1e", "1e+", "1e_5", "1e5.5", "1.e5",
      "00.5",
      "1.2.3", "+nano", "1f", "++1", "0_1", "- 1",
    ]
  )
  func numbers(text: String) {
    if text == "_1" {
      expect("a = _1", 1, "expected a value (a text has quotes), found '_1'")
    } else {
      expect("a = \(text)", 1, "\(Self.number), found '\(text.prefix { $0 != " " })'")
    }
  }

  @Test(
    "A whole number that is too large",
    arguments: [
      "9223372036854775808", "-9223372036854775809", "0x8000000000000000", "0xffffffffffffffff",
      String(repeating: "9", count: 5000),
    ]
  )
  func range(text: String) {
    expect("\na = \(text)", 2, "expected a whole number from \(Int.min) to \(Int.max), found '")
  }

  @Test(
    "A date or a time that there is not",
    arguments: [
      "2023-02-29", "1900-02-29", "2023-04-31", "2023-13-01", "2023-00-01", "2023-01-00",
      "2023-1-1",
      "23-01-01", "20233-01-01", "2023-01-01T", "2023-01-01T24:00:00", "2023-01-01T00:60:00",
      "2023-01-01T00:00:61", "2023-01-01T00:00", "2023-01-01T00:00:00.", "2023-01-01T00:00:00.Z",
      "2023-01-01T00:00:00+24:00", "2023-01-01T00:00:00+00:60", "2023-01-01T00:00:00+0000",
      "2023-01-01T00:00:00ZZ", "2023-01-01 07", "2023-01-01Z", "07:32", "7:32:00", "24:00:00",
      "07:32:00Z", "07:32:00.", "2023-01-01x", "1-2",
    ]
  )
  func moments(text: String) { expect("a = \(text)", 1, "\(Self.moment), such as") }

  @Test(
    "A value that is none",
    arguments: [
      ("a = yes", 1, "expected a value (a text has quotes), found 'yes'"),
      ("a = True", 1, "expected a value (a text has quotes), found 'True'"),
      ("a =", 1, "expected a value, found the end of the file"),
      ("a =\n1", 1, "expected a value, found the end of the line"),
      ("a = # 1", 1, "expected a value, found '#'"), ("a = = 1", 1, "expected a value, found '='"),
      ("a = true1", 1, "found 'true1'"), ("a = \u{202E}", 1, "found the character U+202E"),
      ("a = 1'", 1, "expected the end of the line, found \"'\""),
      (#"x = ["a",}"#, 1, "expected a value, found '}'"),
      ("a = [1\n\n2]", 3, "expected , or ] after an element of an array, found '2'"),
      ("a = [,]", 1, "expected a value, found ','"),
      ("a = [1,,]", 1, "expected a value, found ','"),
      (
        "\na = [\n[1],\n", 2,
        "expected ] to end the array that begins here, found the end of the file"
      ),
      ("a = [1", 1, "expected ] to end the array that begins here, found the end of the file"),
      ("a = [1 # \u{1}\n]", 1, "expected no control character in a comment"),
      ("a = {b = 1,}", 1, "\(key), found '}'"), ("a = {,}", 1, "\(key), found ','"),
      (
        "a = {b = 1\n}", 1,
        "expected , or } on the line of a table in braces, found the end of the line"
      ),
      ("a = {\nb = 1}", 1, "\(key), found the end of the line"),
      ("a = {b = 1 # c }", 1, "expected , or } on the line of a table in braces, found '#'"),
      ("a = {b}", 1, "expected = after a key, found '}'"),
    ]
  )
  func values(text: String, line: Int, reason: String) { expect(text, line, reason) }

  @Test(
    "What is there already",
    arguments: [
      ("a = 1\n\"a\" = 2", 2, "'a' is there already, from line 1"),
      ("a.b = 1\na = 2", 2, "'a' is there already, from line 1"),
      ("[a]\n[b]\n[a]", 3, "'a' is there already, from line 1"),
      ("[a.b]\n[a]\n[a]", 3, "'a' is there already, from line 2"),
      ("[a]\nb = 1\n[a.b]", 3, "'a.b' is there already, from line 2"),
      ("a.b = 1\n[a]", 2, "'a' is there already, from line 1"),
      ("[a]\nb.c = 1\n[a.b]", 3, "'a.b' is there already, from line 2"),
      ("[a.b.c]\n[a]\nb.d = 1\n[a.b]", 4, "'a.b' is there already, from line 1"),
      ("[a]\n[[a]]", 2, "'a' is there already, from line 1"),
      ("[a.b]\n[[a]]", 2, "'a' is there already, from line 1"),
      ("[[a]]\n[a]", 2, "'a' is there already, from line 1"),
      ("a = []\n[[a]]", 2, "'a' is there already, from line 1"),
      ("a = {b = 1, b = 2}", 1, "'b' is there already, from line 1"),
      ("a = {b.c = 1, b = 2}", 1, "'b' is there already, from line 1"),
    ]
  )
  func taken(text: String, line: Int, reason: String) { expect(text, line, reason) }

  @Test(
    "What nothing can be added to",
    arguments: [
      ("a = 1\na.b = 2", 2, "'a', which is there from line 1"),
      ("a = 1\n[a.b]", 2, "'a', which is there from line 1"),
      ("a = {b = 1}\na.c = 2", 2, "'a', which is there from line 1"),
      ("a = {b = {}}\n[a.b.c]", 2, "'a', which is there from line 1"),
      ("a = [{}]\n[a.b]", 2, "'a', which is there from line 1"),
      ("[a]\nb = {}\n[[a.b.c]]", 3, "'a.b', which is there from line 2"),
      ("[a.b]\n[a]\nb.c = 1", 3, "'b', which is there from line 1"),
      ("[a.b.c]\n[a]\nb.c.d = 1", 3, "'b.c', which is there from line 1"),
      ("[[a.b]]\n[a]\nb.c = 1", 3, "'b', which is there from line 1"),
      ("a = {b = {}, b.c = 1}", 1, "'b', which is there from line 1"),
    ]
  )
  func closed(text: String, line: Int, reason: String) {
    expect(text, line, "nothing can be added here to \(reason)")
  }

  @Test(
    "A flaw quotes little of the text, and nothing that steers a terminal",
    arguments: [
      "a = \(String(repeating: "x", count: 1000))", "\u{1B}[31m = 1", "a = \u{9B}31m",
      "\"\(String(repeating: "\u{1F469}\u{200D}", count: 1000))\" = 1\n",
      "\"a\u{1B}b\" = 1\n", "\"\\n\\u009b\u{85}\" = 1\n", "a = 1 \u{2028}",
    ]
  )
  func plain(text: String) {
    let flaw = #expect(throws: TOMLFlaw.self) { try TOMLDocument(text + text) }
    let scalars = Array((flaw?.reason ?? "\n").unicodeScalars)
    #expect(scalars.count < 150)
    #expect(
      !scalars.contains {
        [.control, .format, .lineSeparator].contains($0.properties.generalCategory)
      }
    )
  }
}
