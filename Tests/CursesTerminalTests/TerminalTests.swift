import Foundation
import Glibc
import TestSupport
import Testing
import TextScreen

@testable import CursesTerminal

/// The whole terminal, seen from outside: a probe runs on a pseudo-terminal.
@Suite("CursesTerminal", .serialized)
struct TerminalTests {
  static func start(
    _ arguments: [String] = [],
    environment: [String: String?] = [:],
    columns: Int = 80,
    rows: Int = 24,
    underShell: Bool = true,
    answer: String? = nil
  ) throws -> PTYProgram {
    let program = try PTYProgram(
      [BuiltProducts.path(of: "TerminalProbe")] + arguments,
      environment: environment,
      columns: columns,
      rows: rows,
      underShell: underShell,
      answer: answer
    )
    try #require(program.wait { $0.line(rows - 1).hasSuffix("BR") }, "\(program.text)")
    program.settle()
    return program
  }

  // MARK: Pictures

  @Test("Cells arrive where they were drawn, whatever is to the left of them")
  func drawsCells() throws {
    let program = try Self.start()
    #expect(program.line(0) == "probe 80x24 colours=256")
    #expect(program.cell(column: 0, row: 0).bold)
    #expect(program.cell(column: 2, row: 1).text == "漢")
    #expect(program.cell(column: 2, row: 1).width == 2)
    #expect(program.cell(column: 6, row: 1).text == "|")
    #expect(program.cell(column: 2, row: 2).text == "e\u{301}")
    #expect(program.cell(column: 4, row: 2).text == "|")
    #expect(program.line(3) == "  👩‿👩‿👧ⒹⒺ1□|")
    #expect(program.cell(column: 14, row: 3).text == "|")
    #expect(program.line(4) == "  a␛[2Jb␉c␡|")
    #expect(program.line(5) == "  שלום⇄|")
    #expect(program.line(6) == "  각|각|")
    #expect(program.line(23).hasPrefix("BL") && program.line(23).hasSuffix("BR"))
    #expect(program.isAlternate && !program.isCursorVisible)
  }

  @Test("What is struck through has a line through each cell, and none any more when it is not")
  func strikesThrough() throws {
    let program = try Self.start()
    let plain = program.line(8)
    #expect(plain.hasSuffix("gone 漢 e\u{301}|"))
    program.send("-")
    #expect(
      program.wait {
        $0.line(8).contains(
          "g\u{336}o\u{336}n\u{336}e\u{336} \u{336}漢\u{336} \u{336}e\u{301}\u{336}|"
        )
      },
      "\(program.text)"
    )
    #expect(program.cell(column: 45, row: 8).width == 2)
    #expect(program.cell(column: 49, row: 8).text == "|")
    program.send("-")
    #expect(program.wait { $0.line(8) == plain }, "\(program.text)")
  }

  @Test(
    "A terminal that cannot strike through gets no marks that it might give columns",
    arguments: ["linux", "vt100", "screen-256color"]
  )
  func strikesNothing(type: String) throws {
    let program = try Self.start(environment: ["TERM": type])
    let plain = program.line(8)
    program.send("-+")
    #expect(program.wait(for: "count 1"))
    #expect(program.line(8) == plain)
    #expect(!String(decoding: program.output, as: UTF8.self).contains("\u{336}"))
  }

  @Test("Roles have colours on the terminal's own background")
  func drawsColours() throws {
    let program = try Self.start()
    #expect(program.cell(column: 0, row: 7).foreground == .standard)
    #expect(program.cell(column: 9, row: 7).foreground == .indexed(243))
    #expect(program.cell(column: 18, row: 7).foreground == .indexed(28))
    #expect(program.cell(column: 45, row: 7).foreground == .indexed(160))
    for column in 2..<32 {
      #expect(program.cell(column: column, row: 8).foreground == .indexed(UInt8(column * 8)))
      #expect(program.cell(column: column, row: 8).background == .standard)
    }
  }

  @Test(
    "NO_COLOR, and the option, leave attributes and no colour at all",
    arguments: [true, false]
  )
  func noColour(byEnvironment: Bool) throws {
    let program =
      try byEnvironment
      ? Self.start(environment: ["NO_COLOR": "1"]) : Self.start(["--no-colour"])
    #expect(program.line(0) == "probe 80x24 colours=0")
    #expect(program.cell(column: 0, row: 0).bold)
    program.send("q")
    #expect(program.waitForExit())
    #expect(Self.colourParameters(in: program.output).isEmpty)
  }

  @Test("The search for colours in the test above finds them where they are")
  func colourSearch() throws {
    #expect(
      Self.colourParameters(in: Array("\u{1b}[1;31mx\u{1b}[38;5;9m\u{1b}[m\u{1b}[7m".utf8)) == [
        31, 38,
      ]
    )
    #expect(Self.colourParameters(in: try Self.start().output).count > 10)
  }

  /// The parameters of SGR sequences that choose a colour.
  private static func colourParameters(in output: [UInt8]) -> [Int] {
    String(decoding: output, as: UTF8.self).matches(of: #/\e\[([0-9;]*)m/#).compactMap { match in
      match.1.split(separator: ";").compactMap { Int($0) }
        .first { (30...38).contains($0) || (40...48).contains($0) || $0 >= 90 }
    }
  }

  @Test("Without a UTF-8 locale, and if asked to, only ASCII is written", arguments: [true, false])
  func ascii(byLocale: Bool) throws {
    let program =
      try byLocale ? Self.start(environment: ["LANG": "C"]) : Self.start(["--ascii"])
    #expect(program.line(1) == "  ????|")
    #expect(program.output.allSatisfy { $0 < 0x80 })
  }

  @Test("A UTF-8 locale that this machine lacks is taken for what it says")
  func foreignLocale() throws {
    let program = try Self.start(environment: ["LANG": "xx_XX.utf8"])
    #expect(program.line(1) == "  漢字|")
  }

  @Test("A picture that is the same costs no byte, a changed field few")
  func sendsDifferences() throws {
    let program = try Self.start()
    let before = program.output.count
    program.send("=")
    #expect(program.settle(milliseconds: 500) == 0)
    program.send("+")
    #expect(program.wait(for: "count 1"))
    program.settle()
    let cost = program.output.count - before
    #expect(cost > 0 && cost <= 40, "\(cost) bytes")
  }

  @Test("The text cursor is where the picture says, and hidden where it says nothing")
  func cursor() throws {
    let program = try Self.start()
    #expect(!program.isCursorVisible)
    program.send("_")
    #expect(program.wait { $0.isCursorVisible })
    program.settle()
    #expect(program.cursor == (6, 9))
    program.send("_")
    #expect(program.wait { !$0.isCursorVisible })
  }

  @Test("Control and L draw everything again")
  func redraws() throws {
    let program = try Self.start()
    let before = program.output.count
    program.send("\u{c}")
    #expect(program.settle(milliseconds: 300) > 500)
    #expect(program.output.count > before)
    #expect(program.line(1) == "  漢字|")
  }

  // MARK: Sizes

  @Test("After a storm of sizes the picture is that of a fresh start")
  func resizeStorm() throws {
    let program = try Self.start(columns: 100, rows: 30)
    for number in 0..<200 {
      program.resize(columns: 40 + number * 7 % 161, rows: 12 + number * 5 % 49)
      program.wait(seconds: 0.01) { _ in false }
    }
    for (columns, rows) in [(200, 60), (40, 12)] {
      program.resize(columns: columns, rows: rows)
      #expect(program.wait { $0.line(0).hasPrefix("probe \(columns)x\(rows) ") })
      program.settle()
      let fresh = try Self.start(columns: columns, rows: rows)
      for row in (0..<11) + [rows - 1] where row < rows {
        #expect(program.line(row) == fresh.line(row), "row \(row) of \(columns)x\(rows)")
      }
    }
  }

  @Test("The smallest terminals do no harm", arguments: [(1, 1), (2, 1), (3, 40), (200, 2)])
  func smallest(columns: Int, rows: Int) throws {
    let program = try PTYProgram(
      [BuiltProducts.path(of: "TerminalProbe")],
      columns: columns,
      rows: rows
    )
    #expect(program.wait { $0.isAlternate })
    program.settle()
    program.resize(columns: 80, rows: 24)
    #expect(program.wait { $0.line(23).hasSuffix("BR") })
    program.resize(columns: columns, rows: rows)
    program.settle()
    program.send("q")
    #expect(program.waitForExit())
    #expect(program.exitStatus == 0)
  }

  // MARK: Keys

  @Test("Esc is there within 100 ms, and what follows it later is another key")
  func escape() throws {
    let program = try Self.start()
    var fastest = Duration.seconds(9)
    for number in 1...3 {
      let start = ContinuousClock.now
      program.send("\u{1b}")
      let seen = "» key(Key.escape)"
      let came = program.wait { $0.text.components(separatedBy: seen).count == number + 1 }
      #expect(came)
      fastest = min(fastest, .now - start)
    }
    #expect(fastest < .milliseconds(100), "\(fastest)")
    program.send("A")
    #expect(program.wait(for: "» key(Key.character(\"A\"))"))
  }

  @Test("An arrow key is an arrow key over a line that tears and delays it")
  func tornArrow() throws {
    let program = try Self.start()
    program.send("\u{1b}[")
    program.wait(seconds: 0.15) { _ in false }
    program.send("A")
    #expect(program.wait(for: "» key(Key.up)"))
    #expect(!program.text.contains("escape"))
  }

  @Test("Ten kilobytes pasted arrive whole and press no key")
  func paste() throws {
    let program = try Self.start()
    #expect(program.marksPastes)
    let text = String(repeating: "q T a 漢\n", count: 1000)
    program.paste(text)
    #expect(program.wait(for: "» paste(\"q T a"))
    program.settle()
    #expect(program.exitStatus == nil)
    program.send("q")
    #expect(program.waitForExit())
  }

  @Test("The pointer is reported beyond column 223, and not at all if unwanted")
  func mouse() throws {
    let program = try Self.start(columns: 250)
    #expect(program.reportsMouse)
    program.send("\u{1b}[<0;240;6M")
    #expect(program.wait(for: "mouse(Mouse(kind: Mouse.Kind.press"))
    #expect(program.text.contains("column: 239, row: 5"))
    program.send("m")
    #expect(program.wait { !$0.reportsMouse })
  }

  @Test("Copied text is sent to the terminal")
  func clipboard() throws {
    let program = try Self.start()
    program.send("b")
    #expect(program.wait { String(decoding: $0.output, as: UTF8.self).contains("\u{1b}]52;c;") })
  }

  // MARK: Ways out

  @Test("q gives everything back and shows what was printed meanwhile")
  func quits() throws {
    let program = try Self.start()
    program.send("p")
    program.settle()
    #expect(!program.text.contains("noise"))
    program.send("q")
    #expect(program.waitForExit())
    #expect(program.exitStatus == 0)
    #expect(program.unrestored == [])
    for line in ["noise on standard output", "noise on standard error", "bye"] {
      #expect(program.text.contains(line))
    }
  }

  @Test("A signal ends the program with that signal", arguments: [SIGTERM, SIGINT, SIGHUP])
  func signals(signal: Int32) throws {
    let program = try Self.start()
    program.signal(signal)
    #expect(program.waitForExit())
    #expect(program.exitStatus == 128 + signal)
    #expect(program.unrestored == [])
  }

  @Test(
    "A crash restores the terminal and says what it was",
    arguments: [
      ("T", [SIGILL, SIGTRAP], "Index out of range"), ("f", [SIGILL, SIGTRAP], "last words"),
      ("a", [SIGABRT], ""), ("s", [SIGSEGV, SIGBUS], ""),
    ]
  )
  func crashes(key: String, signals: [Int32], message: String) throws {
    let program = try Self.start()
    program.send(key)
    try #require(program.waitForExit())
    #expect(program.wait { $0.unrestored.isEmpty }, "\(program.unrestored)")
    #expect(signals.contains((program.exitStatus ?? 0) - 128), "\(program.exitStatus ?? -1)")
    #expect(message.isEmpty || String(decoding: program.output, as: UTF8.self).contains(message))
  }

  @Test("exit() somewhere in the program restores the terminal")
  func exits() throws {
    let program = try Self.start()
    program.send("p")
    program.settle()
    program.send("x")
    #expect(program.waitForExit())
    #expect(program.exitStatus == 3)
    #expect(program.unrestored == [])
    #expect(program.text.contains("noise on standard error"))
  }

  @Test("After kill -9 the guardian restores the terminal and goes")
  func killed() throws {
    let program = try Self.start()
    let children = Self.children(of: try #require(program.programID))
    #expect(children.count == 1)
    program.signal(SIGKILL)
    #expect(program.waitForExit())
    #expect(program.exitStatus == 128 + SIGKILL)
    #expect(program.wait { $0.unrestored.isEmpty }, "\(program.unrestored)")
    for child in children {
      #expect(program.wait { _ in !Self.isRunning(child) }, "the guardian stays")
    }
  }

  @Test("The check for restored terminals sees one that is not")
  func checkSees() throws {
    let program = try Self.start()
    let missing = ["modes", "alternate screen", "hidden cursor", "mouse reports", "marked pastes"]
    #expect(program.unrestored == missing)
  }

  @Test("When the window is closed the program ends", arguments: [true, false])
  func hangsUp(underShell: Bool) throws {
    let program = try Self.start(underShell: underShell)
    let id = try #require(program.programID)
    program.hangUp()
    let end = ContinuousClock.now + .seconds(10)
    while Self.isRunning(id), .now < end { _ = program.waitForExitWithoutReading(seconds: 0.02) }
    #expect(!Self.isRunning(id))
  }

  @Test("A terminal that takes no more output holds up neither the program nor its end")
  func stalls() throws {
    let program = try Self.start(columns: 200, rows: 60)
    program.send("F")
    program.wait(seconds: 0.1) { _ in false }
    #expect(!program.waitForExitWithoutReading(seconds: 2))
    program.signal(SIGTERM)
    #expect(program.waitForExitWithoutReading(seconds: 10))
    #expect(program.waitForExit())
    #expect(program.modes == program.modesBefore)
  }

  @Test("A burst of pictures on a terminal that was slow ends in the last one")
  func floods() throws {
    let program = try Self.start()
    program.send("F")
    _ = program.waitForExitWithoutReading(seconds: 1.5)
    #expect(program.wait(for: "flooded") || program.wait(for: "count 0"))
    #expect(program.line(1) == "  漢字|")
  }

  @Test("Another program gets the terminal as the shell had it, and gives it back")
  func releases() throws {
    let program = try Self.start()
    program.send("e")
    #expect(program.wait { !$0.isAlternate })
    #expect(program.wait(for: "edited"))
    #expect(program.text.contains("released"))
    #expect(program.text.contains(" icanon"))
    #expect(program.unrestored == [])
    #expect(program.wait(for: "» reclaimed"))
    #expect(program.isAlternate && program.reportsMouse && program.marksPastes)
    program.send("q")
    #expect(program.waitForExit())
    #expect(program.unrestored == [])
  }

  // MARK: Terminals

  @Test("An unknown terminal is used as xterm, and one line says so afterwards")
  func unknownTerminal() throws {
    let program = try Self.start(environment: ["TERM": "xterm-nobody-knows"])
    #expect(program.line(0) == "probe 80x24 colours=256")
    program.send("\u{1b}[A")
    #expect(program.wait(for: "» key(Key.up)"))
    program.send("q")
    #expect(program.waitForExit())
    let said = program.text.split(separator: "\n").filter { $0.contains("nobody-knows") }
    #expect(said.count == 1)
  }

  @Test(
    "The usual terminals work, with what they have",
    arguments: ["xterm", "screen", "tmux-256color", "linux", "vt100", "ansi"]
  )
  func usualTerminals(type: String) throws {
    let program = try Self.start(environment: ["TERM": type])
    #expect(program.line(0).hasPrefix("probe 80x24"))
    #expect(program.line(1) == "  漢字|")
    program.send("\u{1b}[A\u{1b}OB")
    #expect(program.wait(for: "» key(Key.down)"))
    program.send("q")
    #expect(program.waitForExit())
    #expect(program.exitStatus == 0)
    #expect(program.modes == program.modesBefore)
  }

  @Test("On a terminal that cannot show a screen one line says so, and nothing else is written")
  func dumbTerminal() throws {
    let program = try PTYProgram(
      [BuiltProducts.path(of: "TerminalProbe")],
      environment: ["TERM": "dumb"]
    )
    #expect(program.waitForExit())
    #expect(program.exitStatus == 2)
    #expect(program.text.split(separator: "\n").count <= 2)
    #expect(!program.output.contains(0x1b))
    #expect(program.modes == program.modesBefore)
  }

  @Test("Without a terminal one line says so")
  func noTerminal() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try BuiltProducts.path(of: "TerminalProbe"))
    let errors = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = Pipe()
    process.standardError = errors
    try process.run()
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 2)
    #expect(text.hasPrefix("Standard input is not a terminal.") && text.hasSuffix("\n"))
    #expect(text.filter { $0 == "\n" }.count == 1)
  }

  // MARK: Helpers

  private static func children(of id: pid_t) -> [pid_t] {
    let folder = "/proc/\(id)/task"
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return threads.flatMap { thread in
      let text = try? String(contentsOfFile: "\(folder)/\(thread)/children", encoding: .utf8)
      return (text ?? "").split(separator: " ").compactMap { pid_t($0) }
    }
  }

  /// Whether a process is there and not merely waiting to be counted out.
  private static func isRunning(_ id: pid_t) -> Bool {
    guard let text = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8),
      let state = text.split(separator: ")").last?.split(separator: " ").first
    else { return false }
    return state != "Z"
  }
}

/// What only a shell with job control can show.
@Suite("Job control", .serialized)
struct JobControlTests {
  private static func start() throws -> TmuxSession {
    let session = try TmuxSession(columns: 80, rows: 24)
    try session.enter(
      "stty -g > /dev/null; \(BuiltProducts.path(of: "TerminalProbe")); echo end=$?"
    )
    try session.wait(for: "BR")
    return session
  }

  private static let modes = "#{alternate_on} #{mouse_any_flag} #{cursor_flag}"

  @Test("^Z gives the terminal to the shell, fg brings the picture back, again and again")
  func suspends() throws {
    let session = try Self.start()
    for _ in 0..<5 {
      try session.press("C-z")
      try session.wait(for: "Stopped")
      #expect(try session.display(Self.modes) == "0 0 1")
      try session.enter("clear; stty -a | grep -o ' icanon'")
      try session.wait(for: " icanon")
      try session.enter("fg")
      try session.wait(for: "漢字|")
      try session.wait(for: "resumed")
      #expect(try session.display(Self.modes) == "1 1 0")
    }
    try session.type("q")
    try session.wait(for: "bye")
    #expect(try session.display(Self.modes) == "0 0 1")
  }

  @Test("A size changed while it was stopped is known when it is back")
  func resizedWhileStopped() throws {
    let session = try Self.start()
    try session.press("C-z")
    try session.wait(for: "Stopped")
    try session.resize(columns: 70, rows: 20)
    try session.enter("fg")
    try session.wait(for: "probe 70x20")
    try session.type("q")
    try session.wait(for: "bye")
  }

  @Test("A stop that nobody can catch is mended by fg")
  func stoppedFromOutside() throws {
    let session = try Self.start()
    try session.resize(columns: 78, rows: 24)
    try session.wait(for: "probe 78x24")
    let shell = try session.display("#{pane_pid}")
    let probes = try String(
      contentsOfFile: "/proc/\(shell)/task/\(shell)/children",
      encoding: .utf8
    )
    let probe = try #require(probes.split(separator: " ").first.flatMap { pid_t($0) })
    kill(probe, SIGSTOP)
    try session.wait(for: "Stopped")
    try session.enter("fg")
    try session.wait(for: "resumed")
    try session.wait(for: "漢字|")
    #expect(try session.display(Self.modes) == "1 1 0")
    try session.type("q")
    try session.wait(for: "bye")
  }

  @Test("A script that runs the program stops with it")
  func suspendsTheWholeJob() throws {
    let session = try TmuxSession(columns: 80, rows: 24)
    let probe = try BuiltProducts.path(of: "TerminalProbe")
    try session.enter("sh -c '\(probe); echo script ends'")
    try session.wait(for: "BR")
    try session.press("C-z")
    try session.wait(for: "Stopped")
    try session.enter("fg")
    try session.wait(for: "漢字|")
    try session.type("q")
    try session.wait(for: "script ends")
  }
}
