import Dashboard
import Lessons
@testable import TownhallApp

extension FuzzTarget {
  static let settings = FuzzTarget(
    "settings",
    "the settings file, and what is printed of it",
    words: [
      "mouse", "ascii", "colour", "linear", "theme", "start-pane", "words", "escape-delay", "log",
      "[keys]", "set = [\"s\", \"F7\"]", "true", "false", "\"terminal\"", "\"Alt-x\"", "\"^x\"",
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
