import Glibc
import TestSupport
import Testing
import TextScreen

@testable import CursesTerminal

/// Mode 2026, seen from outside: what the probe writes to terminals that know it, and to those that do not.
@Suite("Synchronized output", .serialized)
struct SynchronizedOutputTests {
  private static let yes = "\u{1b}[?2026;2$y"

  /// What the program wrote from some point on.
  private static func written(by program: PTYProgram, from start: Int = 0) -> String {
    String(decoding: program.output[start...], as: UTF8.self)
  }

  /// The marks and the question, in the order in which they were written.
  private static func marks(in text: String) -> [String] {
    text.matches(of: #/\e\[\?2026(\$p|h|l)/#).map { String($0.1) }
  }

  /// Presses a key and returns what is written then.
  private static func answer(of program: PTYProgram, to key: String) -> String {
    let before = program.output.count
    program.send(key)
    program.settle(milliseconds: 200, first: 2000)
    return written(by: program, from: before)
  }

  private static func isWhole(_ picture: String) -> Bool {
    picture.hasPrefix(SynchronizedOutput.begin) && picture.hasSuffix(SynchronizedOutput.end)
      && marks(in: picture) == ["h", "l"]
  }

  @Test(
    "A terminal that says nothing, no, or nonsense is asked once and never sent a mark",
    arguments: [
      nil, "", "\u{1b}[?2026;0$y", "\u{1b}[?2026;3$y", "\u{1b}[?2026;4$y", "\u{1b}[?2026;9$y",
      "\u{1b}[?2026;22$y", "\u{1b}[?2027;2$y", "\u{1b}[?2026;2$z",
      "\u{1b}[?2026;0$y\u{1b}[?2026;2$y",
    ]
  )
  func unknown(answer: String?) throws {
    let program = try TerminalTests.start(answer: answer)
    for key in ["+", "\u{c}", "_"] { _ = Self.answer(of: program, to: key) }
    #expect(program.text.contains("count 1") && !program.text.contains("»"))
    program.resize(columns: 70, rows: 20)
    #expect(program.wait(for: "probe 70x20"))
    program.send("q")
    #expect(program.waitForExit())
    #expect(Self.marks(in: Self.written(by: program)) == ["$p"])
    #expect(program.unrestored == [])
  }

  @Test("The question comes before the first picture, which clears the screen")
  func order() throws {
    let text = Self.written(by: try TerminalTests.start())
    let question = try #require(text.firstRange(of: SynchronizedOutput.question))
    let clear = try #require(text.firstRange(of: "\u{1b}[2J"))
    let alternate = try #require(text.firstRange(of: "\u{1b}[?1049h"))
    #expect(alternate.upperBound <= question.lowerBound)
    #expect(question.upperBound <= clear.lowerBound)
  }

  @Test(
    "A terminal that knows the mode gets each picture between two marks",
    arguments: ["\u{1b}[?2026;1$y", "\u{1b}[?2026;2$y"]
  )
  func known(answer: String) throws {
    let program = try TerminalTests.start(answer: answer)
    // A field, the cursor, everything.
    for key in ["+", "_", "\u{c}", "-"] {
      let picture = Self.answer(of: program, to: key)
      #expect(Self.isWhole(picture), "\(key.debugDescription): \(picture.debugDescription)")
    }
    #expect(program.isCursorVisible && program.cursor == (6, 9))
    let before = program.output.count
    program.resize(columns: 100, rows: 30)
    #expect(program.wait(for: "probe 100x30"))
    program.settle()
    #expect(Self.isWhole(Self.written(by: program, from: before)))
    #expect(program.line(1) == "  漢字|")
    program.send("=")
    #expect(program.settle(milliseconds: 500) == 0, "the same picture costs no byte")
    _ = Self.answer(of: program, to: "_")
    #expect(Self.answer(of: program, to: "h") == "", "nor does another one that looks the same")
    program.send("q")
    #expect(program.waitForExit())
    #expect(program.exitStatus == 0 && program.unrestored == [])
    #expect(Self.marks(in: Self.written(by: program)).last == "l")
  }

  @Test("What is drawn is the same with marks and without")
  func samePicture() throws {
    let (with, without) = (try TerminalTests.start(answer: Self.yes), try TerminalTests.start())
    for program in [with, without] {
      for key in ["+", "-", "+", "_", "\u{1b}[B", "-"] { _ = Self.answer(of: program, to: key) }
    }
    #expect(with.text == without.text)
    for row in 0..<24 {
      for column in 0..<80 {
        #expect(with.cell(column: column, row: row) == without.cell(column: column, row: row))
      }
    }
  }

  @Test("Every picture of a flood is whole, and no mark is open at the end")
  func floods() throws {
    let program = try TerminalTests.start(answer: Self.yes)
    let before = program.output.count
    program.send("F")
    #expect(program.wait(for: "flooded"))
    program.settle()
    let marks = Self.marks(in: Self.written(by: program, from: before))
    #expect(marks.count > 20 && marks.count.isMultiple(of: 2))
    #expect(marks.enumerated().allSatisfy { $1 == ($0.isMultiple(of: 2) ? "h" : "l") })
    #expect(program.line(1) == "  漢字|")
  }

  @Test(
    "An answer that comes torn, and long after the question, is heard and presses no key",
    arguments: [3, 5, 8, 9, 10]
  )
  func torn(cut: Int) throws {
    let program = try TerminalTests.start(answer: "")
    program.wait(seconds: 0.5) { _ in false }
    let bytes = Array(Self.yes.utf8)
    program.send(Array(bytes[..<cut]))
    // Longer than the rest of any sequence is waited for.
    program.wait(seconds: 0.7) { _ in false }
    program.send(Array(bytes[cut...]))
    program.wait(seconds: 0.1) { _ in false }
    #expect(Self.isWhole(Self.answer(of: program, to: "+")))
    #expect(!program.text.contains("»"), "\(program.text)")
  }

  @Test("An answer that comes byte by byte, and again and again, presses no key")
  func dripping() throws {
    let program = try TerminalTests.start(answer: "")
    for byte in Array(String(repeating: Self.yes, count: 3).utf8) {
      program.send([byte])
      program.wait(seconds: 0.004) { _ in false }
    }
    #expect(Self.isWhole(Self.answer(of: program, to: "+")))
    // The first answer counts.
    program.send("\u{1b}[?2026;0$y")
    #expect(Self.isWhole(Self.answer(of: program, to: "+")))
    #expect(!program.text.contains("»"), "\(program.text)")
  }

  @Test(
    "Where it is switched off, and where a question might be shown, nothing is asked",
    arguments: [
      (["--no-sync"], [:]), ([], ["TERM": "linux"]), ([], ["TERM": "vt100"]),
      ([], ["TERM": "ansi"]), ([], ["TERM_PROGRAM": "Apple_Terminal"]),
    ] as [([String], [String: String?])]
  )
  func unasked(arguments: [String], environment: [String: String?]) throws {
    let program = try TerminalTests.start(arguments, environment: environment, answer: "")
    // Nor is an answer believed that nobody asked for.
    program.send(Self.yes)
    _ = Self.answer(of: program, to: "+")
    #expect(program.text.contains("count 1") && !program.text.contains("»"))
    program.send("q")
    #expect(program.waitForExit())
    #expect(Self.marks(in: Self.written(by: program)) == [])
  }

  // MARK: Ways out

  @Test("An answer that is under way when the program ends is not left for the shell")
  func leavesNoAnswer() throws {
    // Only just after the start an answer is waited for, which a machine that is busy may miss.
    var attempts = 0
    while try !Self.endsCleanly(), attempts < 5 { attempts += 1 }
    #expect(attempts < 5)
  }

  private static func endsCleanly() throws -> Bool {
    let program = try PTYProgram([BuiltProducts.path(of: "TerminalProbe")], answer: "")
    let isAsked = program.wait { written(by: $0).contains(SynchronizedOutput.question) }
    try #require(isAsked)
    program.send("q")
    program.wait(seconds: 0.08) { _ in false }
    // Typed behind the answer: that is the shell's.
    program.send(yes + "typed ahead\n")
    let hasEnded = program.waitForExit()
    try #require(hasEnded)
    #expect(program.exitStatus == 0 && program.unrestored == [])
    let isLeft = written(by: program).contains("2026;2$y")
    return !isLeft && program.inputLeft == "typed ahead\n".utf8.count
  }

  @Test("A terminal that never answers holds up the end by a quarter of a second at most")
  func leavesSoon() throws {
    let program = try TerminalTests.start(answer: "")
    program.wait(seconds: 0.3) { _ in false }
    let start = ContinuousClock.now
    program.send("q")
    #expect(program.wait { $0.text.contains("bye") })
    #expect(.now - start < .milliseconds(200))
  }

  @Test("Whoever is given the terminal finds the mode off", arguments: ["e", "\u{1a}"])
  func released(key: String) throws {
    let program = try TerminalTests.start(answer: Self.yes)
    let before = program.output.count
    program.send(key)
    // Nobody could continue this shell's job, so it goes on at once after ^Z.
    #expect(program.wait(for: key == "e" ? "» reclaimed" : "» resumed"), "\(program.text)")
    program.settle()
    let text = Self.written(by: program, from: before)
    let end = try #require(text.firstRange(of: SynchronizedOutput.end))
    #expect(end.upperBound <= (try #require(text.firstRange(of: "\u{1b}[?1049l"))).lowerBound)
    // It is known still, and not asked for again.
    #expect(Self.isWhole(Self.answer(of: program, to: "+")))
    #expect(Self.marks(in: Self.written(by: program)).filter { $0 == "$p" }.count == 1)
  }

  @Test(
    "A crash in the middle of a picture leaves the mode off, and unheard of where it is unknown",
    arguments: ["a", "T", "x", "kill"],
    [yes, "\u{1b}[?2026;0$y"]
  )
  func crashes(key: String, answer: String) throws {
    let program = try TerminalTests.start(answer: answer)
    let before = program.output.count
    if key == "kill" { program.signal(SIGKILL) } else { program.send(key) }
    #expect(program.waitForExit())
    #expect(program.wait { $0.unrestored.isEmpty }, "\(program.unrestored)")
    let marks = Self.marks(in: Self.written(by: program, from: before))
    #expect(marks == (answer == Self.yes ? ["l"] : []))
  }

  @Test("A terminal that takes no more of a picture holds up neither the program nor its end")
  func stalls() throws {
    let program = try TerminalTests.start(columns: 200, rows: 60, answer: Self.yes)
    program.send("F")
    program.wait(seconds: 0.1) { _ in false }
    #expect(!program.waitForExitWithoutReading(seconds: 2))
    program.signal(SIGTERM)
    #expect(program.waitForExitWithoutReading(seconds: 10))
    #expect(program.waitForExit())
    #expect(program.modes == program.modesBefore)
    #expect(Self.marks(in: Self.written(by: program)).last == "l")
  }
}
