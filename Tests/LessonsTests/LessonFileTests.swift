import Dashboard
import Lessons
import SharedState
import Testing

@Suite("A lesson file")
struct LessonFileTests {
  /// A tour of one lesson, in which a neighbour moves in.
  static let good = #"""
    name = "test"
    title = "A test"

    [[lesson]]
    name = "visit"
    title = "A visit"
    text = """
    One line,
    and its second.

    Another paragraph = [not a table]
    """
    drawing = "snapshot"
    of = "selection.base"
    goal = "Keep a snapshot of selection.base and see it go stale."
    hints = ["one", "two", "three"]
    show = ["# To the house.", ":", ">selection.base", "Enter", "K", "@moves-in"]

    [lesson.town]
    "selection.base" = '{"display_name": "Base"}'

    [[lesson.check]]
    name = "visited"
    snapshot = "selection.base"
    missing = "No snapshot is kept yet."

    [[lesson.check]]
    stale = "selection.base"
    after = "visited"
    missing = "The snapshot is still true."

    [[lesson.slip]]
    vacant = "selection.base"
    say = "The house is gone."

    [[lesson.neighbour]]
    name = "moves-in"
    when = "visited"
    wait = 1.5
    set = { "selection.base" = '{"display_name": "Protein"}' }
    say = "Somebody has moved in."

    [[lesson.route]]
    name = "by walking"
    keys = ["gg j", "K", "@moves-in"]

    [[lesson.wrong]]
    name = "only looking"
    keys = ["gg j"]
    says = "No snapshot"

    [[lesson.wrong]]
    name = "removing"
    keys = ["gg j d y"]
    says = "gone"
    """#

  private static func flaws(_ text: String) -> [String] {
    do {
      return try LessonFile.read(text).flawsInPlay().map { $0.text(in: "t.toml") }
    } catch {
      return error.flaws.map { $0.text(in: "t.toml") }
    }
  }

  private static func line(of part: String, in text: String = good) -> Int? {
    text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .firstIndex { $0.contains(part) }.map { $0 + 1 }
  }

  @Test("A good one is read, and holds when it is played")
  func holds() throws {
    let file = try LessonFile.read(Self.good)
    let lesson = try #require(file.tour.lessons.first)
    #expect(lesson.text == ["One line, and its second.", "Another paragraph = [not a table]"])
    #expect(lesson.start["selection.base"]?["display_name"]?.string == "Base")
    #expect(lesson.checks.count == 2)
    #expect(Self.flaws(Self.good) == [])
  }

  @Test(
    "What is wrong in it is named with its line and the reason",
    arguments: [
      ("goal = \"Keep", "gaol = \"Keep", "there is no 'gaol' here; is it 'goal'?", "gaol"),
      (
        "snapshot = \"selection.base\"", "snpshot = \"selection.base\"", "there is no 'snpshot'",
        "snpshot"
      ),
      ("\"Enter\", \"K\"", "\"Entr x\\t>\", \"K\"", "no key", "Entr"),
      (
        "@moves-in\"]\n\n[lesson.town]", "@moves-out\"]\n\n[lesson.town]", "moves-out", "@moves-out"
      ),
      ("'{\"display_name\": \"Base\"}'", "'{\"display_name\": Base}'", "is no value", ": Base"),
      ("when = \"visited\"", "when = \"visted\"", "no check is called 'visted'", "visted"),
      ("hints = [\"one\", ", "hints = [", "three hints", "hints"),
      ("drawing = \"snapshot\"", "drawing = \"photo\"", "there is no drawing 'photo'", "photo\""),
      ("wait = 1.5", "wait = = 1.5", "expected a value, found '='", "wait ="),
      ("after = \"visited\"", "after = \"visted\"", "no other check is called 'visted'", "visted"),
      (
        "[lesson.town]", "molecule = [\"HOH 1 W: O\", \"ALA A: N\"]\n[lesson.town]",
        "'ALA A: N' is no residue", "molecule"
      ),
      (
        "[lesson.town]", "molecule = \"HOH 1 W:\"\n[lesson.town]", "is no residue", "molecule"
      ),
    ]
  )
  func names(_ part: String, _ typo: String, _ reason: String, _ place: String) throws {
    let text = Self.good.replacing(part, with: typo, maxReplacements: 1)
    #expect(text != Self.good)
    let flaws = Self.flaws(text)
    let line = try #require(Self.line(of: place, in: text))
    #expect(
      flaws.contains { $0.hasPrefix("t.toml:\(line): ") && $0.contains(reason) },
      "\(flaws)"
    )
  }

  @Test(
    "A file of a stranger has bounds: parts, houses and keys, and no house where programs keep their books"
  )
  func bounds() {
    let parts =
      Self.good + String(repeating: "\n[[lesson.slip]]\nlives = \"a\"\nsay = \"b\"\n", count: 60)
    #expect(Self.flaws(parts).contains { $0.contains("61 times slip is too much: 50 at most") })
    let keys = Self.good.replacing(
      "\"gg j\", \"K\"",
      with: "\">\(String(repeating: "x", count: 3000))\""
    )
    #expect(Self.flaws(keys).contains { $0.contains("keys are too many") })
    let books = Self.good.replacing(
      "[lesson.town]\n",
      with: "[lesson.town]\n\"update.index.a\" = '3'\n"
    )
    #expect(Self.flaws(books).contains { $0.contains("where programs keep their books") })
    let houses = (0..<600).map { "\"a.\($0)\" = '1'\n" }.joined()
    let town = Self.good.replacing("[lesson.town]\n", with: "[lesson.town]\n\(houses)")
    #expect(Self.flaws(town).contains { $0.contains("601 houses are too many: 500 at most") })
    let atoms = "molecule = \"HOH 1 W:\(String(repeating: " O", count: 10_001))\"\n"
    let molecule = Self.good.replacing("[lesson.town]\n", with: "\(atoms)[lesson.town]\n")
    #expect(
      Self.flaws(molecule).contains { $0.contains("10001 atoms are too many: 10000 at most") }
    )
  }

  @Test("A lesson that is solved as it begins is refused")
  func solvedAtStart() throws {
    let text = Self.good.replacing(
      "snapshot = \"selection.base\"",
      with: "lives = \"selection.base\""
    )
    .replacing("stale = \"selection.base\"", with: "lives = \"selection.base\"")
    let line = try #require(Self.line(of: "[[lesson]]", in: text))
    #expect(
      Self.flaws(text).contains(
        "t.toml:\(line): lesson 'visit': it is solved before anything has been done"
      ),
      "\(Self.flaws(text))"
    )
  }

  @Test("A lesson that the neighbour alone solves is refused")
  func solvedByNeighbour() {
    let text = Self.good.replacing("when = \"visited\"\n", with: "")
      .replacing("snapshot = \"selection.base\"", with: "acted = \"moves-in\"")
      .replacing("stale = \"selection.base\"", with: "lives = \"selection.base\"")
    #expect(Self.flaws(text).contains { $0.contains("solved by the neighbour alone") })
  }

  @Test("A lesson whose own show does not solve it is refused")
  func showFails() throws {
    let text = Self.good.replacing("\"Enter\", \"K\", \"@moves-in\"", with: "\"Enter\"")
    let line = try #require(Self.line(of: "show = ", in: text))
    #expect(
      Self.flaws(text).contains(
        "t.toml:\(line): lesson 'visit', show me: it is not solved by that; what is said: No snapshot is kept yet."
      ),
      "\(Self.flaws(text))"
    )
  }

  @Test("Routes that fail, and wrong turns that succeed or are answered otherwise, are refused")
  func routesFail() {
    let route = Self.good.replacing("[\"gg j\", \"K\", \"@moves-in\"]", with: "[\"gg j\"]")
    #expect(Self.flaws(route).contains { $0.contains("route 'by walking'") })
    let right = Self.good.replacing("keys = [\"gg j\"]", with: "keys = [\"gg j\", \"K\"]")
    #expect(Self.flaws(right).contains { $0.contains("a wrong turn solves it") })
    let answer = Self.good.replacing("says = \"gone\"", with: "says = \"hurrah\"")
    #expect(
      Self.flaws(answer).contains {
        $0.contains("'removing': what is said is not that: The house is gone.")
      }
    )
  }

  @Test("A way that waits for what never comes ends", .timeLimit(.minutes(1)))
  func neverComes() {
    let text = Self.good.replacing(
      "\"K\", \"@moves-in\"]\n\n[lesson.town]",
      with: "\"@moves-in\"]\n\n[lesson.town]"
    )
    #expect(
      Self.flaws(text).contains { $0.contains("the neighbour has not done moves-in") },
      "\(Self.flaws(text))"
    )
  }
}

extension LessonFile {
  /// Reads a tour for the real dashboard.
  static func read(_ text: String) throws(Unfit) -> LessonFile {
    try LessonFile(text, commands: DashboardSettings.commandNames)
  }

  /// Everything that does not hold when the real dashboard plays the lessons.
  func flawsInPlay() -> [Flaw] { LessonProof(tour).problems().map(flaw) }
}
