import Foundation
import SharedState
import TOML
import TestSupport
import Testing

/// A file that people write means the same to us as to Python, whose reader of TOML is in its standard library.
@Suite(
  "What our reader of TOML says, Python's says",
  .enabled(if: PeerEnvironment.isWanted, PeerEnvironment.reason),
  .timeLimit(.minutes(5))
)
struct TOMLPeerTests {
  /// Says of each text what `TOMLNotation` says of it, or why it is refused.
  private static let script = #"""
    import base64, datetime, math, struct, sys, tomllib
    import msgpack

    MOST_NESTING = 64


    class HouseRule(Exception):
        """What Python takes, and we do not."""


    def quoted(text):
        plain = lambda c: " " <= c <= "~" and c not in '"\\'
        return '"' + "".join(c if plain(c) else "\\u{%x}" % ord(c) for c in text) + '"'


    def notation(value, depth=0):
        if isinstance(value, (dict, list)) and depth > MOST_NESTING:
            raise HouseRule("nesting")
        match value:
            case bool():
                return str(value).lower()
            case str():
                return quoted(value)
            case int():
                if not -(2**63) <= value < 2**63:
                    raise HouseRule("64 bits")
                return str(value)
            case float():
                bits = struct.unpack(">Q", struct.pack(">d", value))[0]
                return "float nan" if math.isnan(value) else "float %x" % bits
            case datetime.datetime() | datetime.time():
                return value.isoformat(timespec="microseconds")
            case datetime.date():
                return value.isoformat()
            case list():
                return "[" + ", ".join(notation(e, depth + 1) for e in value) + "]"
            case dict():
                items = (f"{quoted(k)} = {notation(e, depth + 1)}" for k, e in value.items())
                return "{" + ", ".join(items) + "}"


    def read(text):
        # Python has its caller see to a byte order mark.
        text = text.removeprefix("\ufeff")
        try:
            return ["read", notation(tomllib.loads(text))]
        except (tomllib.TOMLDecodeError, HouseRule, RecursionError) as e:
            return ["refused", str(e)]
        except ValueError as e:
            # int() takes a few thousand digits, and what it says then comes through.
            assert "integer string conversion" in str(e), e
            return ["refused", str(e)]


    def say(value):
        print(base64.b64encode(msgpack.packb(value)).decode(), flush=True)


    say("ready")
    for line in sys.stdin:
        say([read(text) for text in msgpack.unpackb(base64.b64decode(line))[1]])
    """#

  /// Texts that are each read or refused for something of their own.
  private static let tricky = [
    "a = 1\na = 2", "a.b = 1\na.c = 2\n[a]", "[a]\n[a]", "[a.b.c]\n[a]\nb.d = 1\n[a.b.e]",
    "[a.b.c]\n[a]\nb.d = 1\n[a.b]", "[a.b.c]\n[a]\nb.c.d = 1", "[[a.b]]\n[a]\nb.c = 1",
    "[a]\n[[a]]", "[[a]]\n[a]", "[[a]]\n[a.b]\n[[a]]\n[a.b]\n[a.b.c]", "[a.b]\n[[a]]",
    "a = []\n[[a]]",
    "a = [{}]\n[a.b]", "a = {}\na.b = 1", "a = {}\n[a.b]", "a = {b.c = 1, b.d = 2}",
    "a = {b = 1, b.c = 2}", "a = {b = {}, b.c = 2}", "a = {b.c = {}, b.c.d = 2}", "a = {b = 1,}",
    "a = {b = [\n1,\n], c = '''\n'''}", "a = {b = 1\n}", "a = {# c\n}", "a = [1,\n# c\n2,]",
    "a = [,]", "a = [1,,2]", "a = [1 2]", "[a] # c", "[a] b = 1", "[a]]", "[[a]", "[ [a]]",
    "[[a] ]",
    "[ a . 'b' . \"c\" ]", "[]", "[a.]", "[.a]", "[a b]", "[é]", "é = 1", "'' = 1\n\"\" = 2",
    "\"\\u0061\" = 1\na = 2", "\"é\" = 1\n\"e\u{301}\" = 2", "'''a''' = 1", "a\n= 1", "a =\n1", "a",
    "a = \"\"\"\"\"\"", "a = \"\"\"\"x\"\"\"\"\"", "a = \"\"\"x\"\"\"\"\"\"", "a = ''''x'''''''",
    "a = \"\"\"\\\n\n \t x\\ \n\"\"\"", "a = \"\"\"\\ x\"\"\"", "a = \"\\\n\"", "a = '\\'",
    "a = '\n'",
    "a = \"\\e\"", "a = \"\\x41\"", "a = \"\\u00E9\\U0010FFFF\"", "a = \"\\ud800\"",
    "a = \"\\U00110000\"",
    "a = \"\\uFFF\"", "a = \"\\u+123\"", "a = \"\\u １２３\"", "a = \"\t\"", "a = \"\u{1}\"",
    "a = \"\u{7F}\"",
    "a = \"\u{80}\"", "# \u{1}", "# \u{7F}", "# \r", "a = 1\r", "\r\na = \"\"\"\r\n\r\n\"\"\"\r\n",
    "a = '''\r'''",
    "\u{FEFF}a = 1", " \u{FEFF}a = 1", "a = 1\u{FEFF}", "\u{A0}a = 1", "a = 1\u{2028}b = 2",
    "\u{C}", "\u{0}",
    "a = 01", "a = -0", "a = +0", "a = 0_1", "a = 1_", "a = _1", "a = 1__0", "a = 0x_1",
    "a = 0xA_f", "a = 0X1",
    "a = +0x1", "a = 0b2", "a = 0o8", "a = 0x", "a = 9223372036854775807",
    "a = 9223372036854775808",
    "a = -9223372036854775808", "a = -9223372036854775809", "a = 0x8000000000000000",
    "a = \(String(repeating: "9", count: 5000))", "a = 1.", "a = .5", "a = 1._5", "a = 1e5",
    "a = 1E+05",
    "a = 1e", "a = 1_0e1_0", "a = 1e_1", "a = 00.5", "a = 0.5e", "a = -0.0", "a = 1e400",
    "a = 5e-324",
    "a = 2.2250738585072011e-308", "a = 0.1\(String(repeating: "0", count: 5000))1",
    "a = 9007199254740993.0",
    "a = inf", "a = +nan", "a = -nan", "a = Inf", "a = infinity", "a = True", "a = truee",
    "a = true#",
    "a = 1979-05-27T07:32:00Z", "a = 1979-05-27t07:32:00z", "a = 1979-05-27 07:32:00-00:00",
    "a = 1979-05-27  07:32:00", "a = 1979-05-27 # c", "a = [1979-05-27 ]", "a = 1979-05-27T",
    "a = 1979-05-27 07", "a = 1979-05-27T07:32", "a = 1979-05-27T07:32:00.", "a = 07:32:00.1234567",
    "a = 07:32:00Z", "a = 7:32:00", "a = 24:00:00", "a = 23:60:00", "a = 2024-02-29",
    "a = 2023-02-29",
    "a = 1900-02-29", "a = 2000-02-29", "a = 2023-04-31", "a = 2023-00-10", "a = 2023-10-00",
    "a = 0001-01-01",
    "a = 1979-05-27T07:32:00+24:00", "a = 1979-05-27T07:32:00+23:59",
    "a = 1979-05-27T07:32:00+0100",
    "a = 1979-05-27_07:32:00", "a = 19790527", "3.14 = 1", "1979-05-27 = 1", "a = \(nested(64))",
    "a = \(nested(65))", "[\(parts(64))]", "[\(parts(65))]", "[[\(parts(63))]]", "[[\(parts(64))]]",
    "\(parts(65)) = 1", "\(parts(66)) = 1", "a = \(nested(3000))",
  ]

  private static func nested(_ count: Int) -> String {
    String(repeating: "[", count: count) + String(repeating: "]", count: count)
  }

  private static func parts(_ count: Int) -> String {
    Array(repeating: "a", count: count).joined(separator: ".")
  }

  /// What we take and Python does not: it has no second 60, and no year 0.
  private static let taken = [
    "a = 2016-12-31T23:59:60Z", "a = 23:59:60", "a = 0000-01-01", "a = 0000-01-01T00:00:00",
  ]

  /// Lines of which a few in a row say a lot about what may be added to what.
  private static let lines = [
    "[a]", "[[a]]", "[a.b]", "[a.b.c]", "[[a.b]]", "[[a.b.c]]", "[b]", "[a.c]", "a = 1", "b = 1",
    "b.c = 1", "b.d = 2", "c.d = 3", "b.c.d = 4", "a.b.c = 5", "a = {b = 1}",
    "b = {c.d = 1, c.e = 2}",
    "b = []", "b = [{}]", "a.b = [{c = 1}]", "c = {}",
  ]

  /// What a mutation puts in.
  private static let words = [
    "[a]\n", "[[a]]\n", "a", "b.c", " = ", "=", "1", "\"x\"", "'y'", "\"\"\"", "'''", "\"", "'",
    "\n",
    "\r\n", "\r", "\t", " ", "#", "{", "}", "[", "]", ",", ".", "true", "inf", "nan", "-", "+", "_",
    "0x",
    "0b1", "1e5", "1.5", "1979-05-27", "07:32:00", ".5", "T", "Z", "+01:30", "2024-02-29", "\\",
    "\\u00e9",
    "\\U0001F600", "\\ud800", "\\\n", "é", "e\u{301}", "\u{0}", "\u{7F}", "\u{85}", "\u{FEFF}", "9",
    "9223372036854775808", "{a = 1}", "[1, 2]", "a.b = 1\n",
  ]

  private static func files() throws -> [String] {
    let corpora = ["settings", "lesson", "toml"].map { "Tests/FuzzTargets/Corpus/\($0)/" }
    let paths = try corpora.flatMap { folder in
      try FileManager.default.contentsOfDirectory(atPath: PeerEnvironment.path(of: folder)).sorted()
        .map { folder + $0 }
    }
    return try (paths + ["Sources/Lessons/Tours/townhall.toml"]).map { path in
      let bytes = try Data(contentsOf: URL(filePath: PeerEnvironment.path(of: path)))
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  /// Texts made of what there is: lines of the tour, files with changes, and statements in a row.
  private static func mutated(_ seed: UInt64) throws -> [String] {
    var chance = SeededGenerator(seed: seed)
    let files = try files()
    let tour = (files.last ?? "").split(separator: "\n", omittingEmptySubsequences: false)
    return (0..<4000).map { _ in
      let start = chance.next(below: tour.count)
      var text =
        switch chance.next(below: 3) {
        case 0: tour[start...].prefix(1 + chance.next(below: 12)).joined(separator: "\n")
        case 1: (files.dropLast() + tricky)[chance.next(below: files.count - 1 + tricky.count)]
        default:
          (0...chance.next(below: 7)).map { _ in lines[chance.next(below: lines.count)] }
            .joined(separator: "\n")
        }
      for _ in 0..<chance.next(below: 4) {
        var scalars = Array(text.unicodeScalars)
        let place = chance.next(below: scalars.count + 1)
        switch chance.next(below: 3) {
        case 0: scalars.removeSubrange(place..<min(scalars.count, place + chance.next(below: 6)))
        case 1 where place < scalars.count:
          scalars[place] = Unicode.Scalar(UInt8(chance.next(below: 256)))
        default:
          let word = words[chance.next(below: words.count)]
          scalars.insert(contentsOf: word.unicodeScalars, at: place)
        }
        text = String(String.UnicodeScalarView(scalars))
      }
      return text
    }
  }

  /// What our reader says of a text, as the script does.
  private static func answer(_ text: String) -> [String] {
    do {
      return ["read", TOMLNotation.of(try TOMLDocument(text))]
    } catch {
      return ["refused", error.reason]
    }
  }

  /// Has Python read texts, and notes where it says something else.
  private func compare(_ texts: [String]) async throws {
    let python = try PythonPeer(Self.script, arguments: [])
    try await python.run { _ in
      let answers = try await python.call("read", .array(texts.map(StateValue.string))).array
      let pairs = Array(zip(texts, try #require(answers)))
      try #require(pairs.count == texts.count)
      for (text, answer) in pairs {
        let theirs = (answer.array ?? []).compactMap(\.string)
        try #require(theirs.count == 2)
        let ours = Self.answer(text)
        #expect(theirs[0] == ours[0], "\(ours[1]), \(theirs[1]): \(text.debugDescription)")
        if ours[0] == "read" { #expect(theirs[1] == ours[1], "\(text.debugDescription)") }
      }
    }
  }

  @Test(
    "Of the files that are checked in, and of texts that are read or refused for something of their own"
  )
  func texts() async throws { try await compare(try Self.files() + Self.tricky) }

  @Test("Whatever is changed in them", arguments: [1, 2, 3] as [UInt64])
  func mutations(seed: UInt64) async throws {
    let texts = try Self.mutated(seed)
    let read = texts.filter { (try? TOMLDocument($0)) != nil }.count
    #expect((400...(texts.count - 400)).contains(read), "\(read) of \(texts.count) are good")
    try await compare(texts)
  }

  @Test("But for a second and a year that Python does not have")
  func moments() async throws {
    let python = try PythonPeer(Self.script, arguments: [])
    try await python.run { _ in
      let answers = try await python.call("read", .array(Self.taken.map(StateValue.string))).array
      #expect(answers?.map { $0.array?.first?.string } == Self.taken.map { _ in "refused" })
      for text in Self.taken { _ = try TOMLDocument(text) }
    }
  }
}
