import Dashboard
import Lessons
import TOML
@testable import TownhallApp

extension FuzzTarget {
  static let toml = FuzzTarget(
    "toml",
    "a file in TOML",
    words: [
      "[a]", "[[a]]", "[a.b]", "[[a.b]]", "a.b = ", "a = ", "b", "\"", "'", "\"\"\"", "'''", "#",
      "\n", "\r\n", "\\\n", "{ a = 1 }", "[1, 2]", "{", "}", "[", "]", ",", ".", "_", "true", "inf",
      "nan", "1e5", "0x", "0b1", "9223372036854775807", "1979-05-27", "T07:32:00", ".5", "Z",
      "-07:00", "\\u00e9", "\\U0001F600", "\\ud800", "\u{85}", "\u{FEFF}",
    ],
    executions: 3000
  ) { bytes in
    guard let text = String(validating: bytes, as: UTF8.self) else { return }
    let document: TOMLDocument
    do throws(TOMLFlaw) {
      document = try TOMLDocument(text)
    } catch {
      try expectLine(error.line, in: bytes)
      return try expectPlain(error.reason)
    }
    try expectNode(TOMLNode(line: 1, value: .table(document.root)), depth: 0, in: bytes)
  }

  /// Sees that a value and all in it stand on lines of the file, and that nothing lies deeper than it may.
  private static func expectNode(_ node: TOMLNode, depth: Int, in bytes: [UInt8]) throws {
    try expectLine(node.line, in: bytes)
    var inner = node.value.array ?? []
    if let table = node.value.table {
      inner = table.keys.compactMap { table[$0] }
      try expect(
        Set(table.keys.map { Array($0.utf8) }).count == inner.count,
        "a key is twice there"
      )
    } else if node.value.array == nil {
      return
    }
    try expect(depth <= TOMLDocument.mostNesting, "a table or an array is \(depth) deep")
    for node in inner { try expectNode(node, depth: depth + 1, in: bytes) }
  }

  static let settings = FuzzTarget(
    "settings",
    "the settings file, and what is printed of it",
    words: [
      "mouse", "ascii", "colour", "linear", "theme", "start-pane", "words", "escape-delay", "log",
      "past-minutes", "past-mebibytes", "synchronized",
      "[keys]", "set = [\"s\", \"F7\"]", "true", "false", "\"terminal\"", "\"Alt-x\"", "\"^x\"",
      "[commands.x]", "run = ", "key = ", "help", "output = \"value\"", "scope = \"house\"", "ask",
      "writes", "timeout = 1", "{key}", "{value}", "{street}", "{town}", "{file}", "$(", ")", " > ",
      " -c ", " | ",
      "\"\"\"", "'''", " = ", "quit-at-once", "\\u0000",
    ],
    longest: 1024,
    executions: 15
  ) { bytes in
    let settings = SettingsFile.read(bytes)
    for problem in settings.dashboard.problems {
      try expectLine(problem.line, in: bytes)
      try expectPlain(Program.safe(problem.description), longest: 8000)
    }
    // What is printed can be the beginning of a file, which then says the same without a complaint.
    let printed = settings.text
    var again = SettingsFile.read(Array(printed.utf8))
    let problems = again.dashboard.problems.map(\.description)
    try expect(problems.isEmpty, "what is printed is complained about: \(problems) in \(printed)")
    again.isThere = settings.isThere
    try expect(again.text == printed, "what is printed comes back as \(again.text), not \(printed)")
  }

  static let lesson = FuzzTarget(
    "lesson",
    "a lesson file",
    words: [
      "[[lesson]]", "[[lesson.check]]", "[[lesson.slip]]", "[[lesson.neighbour]]",
      "[[lesson.route]]", "[[lesson.wrong]]", "[lesson.town]", "name", "title", "text", "goal",
      "hints", "show", "drawing", "of", "lives", "vacant", "house", "field", "is", "isnt",
      "street", "holds", "atleast", "someone", "has", "asbegun", "been", "snapshot", "times",
      "stale", "ran", "opened", "by", "left", "edited", "merged", "acted", "missing", "after",
      "once", "say", "when", "wait", "set", "update", "remove", "keys", "says", "\"\"\"", "'''",
      " = ", "nan", "inf", "1979-05-27T07:32:00Z", "0x7fffffffffffffff", "\\u0000",
    ],
    executions: 1000
  ) { bytes in
    guard let text = String(validating: bytes, as: UTF8.self) else { return }
    do {
      try expectTour(try LessonFile(text, commands: ["set", "update", "map"]).tour)
    } catch let error as LessonFile.Unfit {
      try expect(!error.flaws.isEmpty, "it is unfit, and nobody says why")
      try expect(error.flaws.count <= bytes.count + 10, "\(error.flaws.count) flaws")
      for flaw in error.flaws {
        try expectLine(flaw.line, in: bytes)
        try expectPlain(Program.safe(flaw.text(in: "tour.toml")), longest: 8000)
      }
    }
  }

  private static func expectTour(_ tour: Tour) throws {
    try expect(!tour.lessons.isEmpty, "a tour without a lesson")
    for lesson in tour.lessons {
      try expect(!lesson.checks.isEmpty && !lesson.show.isEmpty, "a lesson that nobody can solve")
    }
  }

  private static func expectLine(_ line: Int?, in bytes: [UInt8]) throws {
    guard let line else { return }
    let text = String(decoding: bytes, as: UTF8.self)
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).count
    try expect((1...lines).contains(line), "line \(line) of \(lines)")
  }
}
