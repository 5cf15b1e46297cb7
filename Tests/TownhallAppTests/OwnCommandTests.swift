import CursesTerminal
import Dashboard
import Foundation
import Glibc
import SharedState
import StateSync
import Synchronization
import TestSupport
import Testing
import TextScreen

@testable import TownhallApp

@Suite("Lines for the shell")
struct ShellLineTests {
  @Test(
    "A place becomes a parameter, in quotes where it stands in none",
    arguments: [
      ("wc {file}", #"wc "${5}""#), (#"echo "at {key}!""#, #"echo "at ${1}!""#),
      ("echo {key}{value}{street}{town}", #"echo "${1}""${2}""${3}""${4}""#),
      (#"echo "$(basename {key})" {key}"#, #"echo "$(basename "${1}")" "${1}""#),
      ("x={key} env", #"x="${1}" env"#), ("cat > a/{file}.json", #"cat > a/"${5}".json"#),
      ("awk '{print}' | grep -- {key} 2>&1", #"awk '{print}' | grep -- "${1}" 2>&1"#),
      ("python3 -c 'import sys' {key}", #"python3 -c 'import sys' "${1}""#),
      ("echo a # it's\necho {key}", "echo a # it's\necho \"${1}\""),
      ("for i in {key}; do echo \"$i\"; done", "for i in \"${1}\"; do echo \"$i\"; done"),
      ("echo {no} ${HOME} $((1 + 1)) `id` <<X", "echo {no} ${HOME} $((1 + 1)) `id` <<X"),
      ("timeout 5 cat {key}", #"timeout 5 cat "${1}""#),
      ("timeout -k 1 5 cat {key}", #"timeout -k 1 5 cat "${1}""#),
      ("nice -n 10 cat {key}", #"nice -n 10 cat "${1}""#),
      ("nice -n -5 nice -5 cat {key}", #"nice -n -5 nice -5 cat "${1}""#),
      ("sudo -u bob A=b cat {key}", #"sudo -u bob A=b cat "${1}""#),
      ("sudo -nE cat {key}", #"sudo -nE cat "${1}""#),
      ("sudo --user=bob -- cat {key}", #"sudo --user=bob -- cat "${1}""#),
      ("env -i -u X cat {key}", #"env -i -u X cat "${1}""#),
      ("time cat {key}", #"time cat "${1}""#), ("if grep ssh {key}", #"if grep ssh "${1}""#),
      (
        "ls | xargs -0 -n 1 sh -c 'ls \"$1\"' sh {key}",
        #"ls | xargs -0 -n 1 sh -c 'ls "$1"' sh "${1}""#
      ),
    ]
  )
  func script(line: String, script: String) throws {
    #expect(try ShellLine(line).script == script)
  }

  @Test(
    "Where a place would be more than a word the line is refused, in words that say which",
    arguments: [
      ("echo '{key}'", "{key} is not seen where '…'"), (#"echo \{key}"#, "a \\ stands before it"),
      ("echo ${key}", "a $ stands before it"), ("echo ${x:-{key}}", "${…} is around it"),
      ("echo # {key}", "a comment"), ("{key} x", "run as a program"),
      ("ls; {key}", "run as a program"), ("ls | sudo {key}", "run as a program"),
      (#""{key}" x"#, "run as a program"), ("$({key})", "run as a program"),
      ("if {key}; then ls; fi", "run as a program"), ("eval {key}", "the text of a program"),
      (#"sh -c "ls {key}""#, "the text of a program"),
      ("python3 -c \"print('{key}')\"", "the text of a program"),
      ("python3 -c \\\n {key}", "the text of a program"), ("bash {key}", "the text of a program"),
      (#"sed "s/a/{value}/" x"#, "the text of a program"),
      ("ssh host ls {key}", "the text of a program"),
      ("/usr/bin/ssh h {key}", "the text of a program"),
      ("[[ {value} -eq 1 ]]", "the text of a program"),
      ("cat > {key}", "{file} is a name that is safe"),
      ("cat < x/{street}", "{file} is a name that is safe"), ("cat <<X\na {key}\nX", "<<"),
      ("echo `basename {key}`", "`…`"), ("echo $'a' {key}", "$'…'"),
      ("echo \"{key}", "has no end"), ("echo '", "has no end"), ("echo $(ls", "has no end"),
      ("echo \0", "NUL"), ("timeout 5 ssh lab cat {key}", "the text of a program"),
      ("timeout -k 1 5 ssh lab cat {key}", "the text of a program"),
      ("timeout -v 5 sh {key}", "the text of a program"),
      ("nice -n 10 ssh lab {key}", "the text of a program"),
      ("nice -n -5 ssh lab {key}", "the text of a program"),
      ("sudo -u bob bash {key}", "the text of a program"),
      ("sudo --user bob nice -n 5 eval {key}", "the text of a program"),
      ("sudo -x sh {key}", "run as a program"),
      ("xargs -n 1 ssh {key}", "the text of a program"),
      ("env -u X sh -c {key}", "the text of a program"),
      ("sudo ionice -t ssh lab {key}", "the text of a program"),
      ("timeout 5 {value}", "run as a program"), ("timeout -s KILL 5 {value}", "run as a program"),
      ("nice -n 10 {value}", "run as a program"), ("sudo -u bob {value}", "run as a program"),
      ("xargs -n 1 {value}", "run as a program"), ("env -u X {value}", "run as a program"),
      ("exec -a x {value}", "run as a program"), ("sudo -u nohup -g x {value}", "run as a program"),
    ]
  )
  func refused(line: String, reason: String) {
    do {
      let script = try ShellLine(line).script
      Issue.record("\(line) became \(script)")
    } catch {
      #expect(error.reason.contains(reason), "\(line): \(error.reason)")
    }
  }
}

@Suite("Commands of one's own in the settings")
struct OwnCommandSettingsTests {
  private func read(_ text: String) -> DashboardSettings {
    SettingsFile.read(Array(text.utf8)).dashboard
  }

  @Test("All that can be said of one is read, and what is not said is the usual")
  func all() {
    let settings = read(
      """
      [commands.save]
      run = "cat > {file}.json"
      key = "F6"
      help = "write it to a file"
      output = "none"
      ask = true
      writes = true
      timeout = 5

      [commands.list-all]
      run = 'townhall keys {street}'
      keys = ["F7", "gz"]
      scope = "house"

      [commands.Top_1]
      run = "top"
      output = "terminal"
      """
    )
    #expect(settings.problems == [])
    #expect(
      settings.commands == [
        OwnCommand(
          "save",
          "cat > {file}.json",
          keys: ["F6"],
          help: "write it to a file",
          output: .none,
          scope: .house,
          asks: true,
          writes: true,
          timeout: 5,
          settingsLine: 1
        ),
        OwnCommand(
          "list-all",
          "townhall keys {street}",
          keys: ["F7", "gz"],
          output: .pane,
          scope: .house,
          timeout: 30,
          settingsLine: 10
        ),
        OwnCommand("Top_1", "top", output: .terminal, scope: .any, settingsLine: 15),
      ]
    )
    #expect(read("[commands.x]\nrun = \"a {street}\"").commands.first?.scope == .street)
    #expect(read("[commands.x]\nrun = \"a\"\noutput = \"value\"").commands.first?.scope == .house)
  }

  @Test(
    "What is wrong is told with its line, and then the command is not there",
    arguments: [
      ("commands = 1", "line 1: commands must be tables"),
      ("[commands]\nx = 1", "line 2: x must be a table"),
      ("[commands.\"a b\"]\nrun = \"true\"", "line 1: a command is called by letters"),
      ("[commands.\"\"]\nrun = \"true\"", "line 1: a command is called by letters"),
      ("[commands.x]\nhelp = \"h\"", "line 1: x needs a line run = "),
      ("[commands.x]\nrun = \" \"", "line 2: run must be a line for the shell"),
      ("[commands.x]\nrun = \"true\"\nkey = [1]", "line 3: key must be a key or a list of keys"),
      ("[commands.x]\nrun = \"true\"\nhelp = \"a\\u001b\"", "line 3: help must be one line"),
      (
        "[commands.x]\nrun = \"true\"\noutput = \"file\"",
        "line 3: output must be one of \"notice\""
      ),
      ("[commands.x]\nrun = \"true\"\nscope = \"town\"", "line 3: scope must be one of \"house\""),
      ("[commands.x]\nrun = \"true\"\nask = 1", "line 3: ask must be true or false"),
      ("[commands.x]\nrun = \"true\"\nwrites = 1", "line 3: writes must be true or false"),
      ("[commands.x]\nrun = \"true\"\ntimeout = -1", "line 3: timeout must be a number of seconds"),
      ("[commands.x]\nrun = \"true\"\nwhen = 1", "line 3: a command has no when"),
      ("[commands.x]\n\nrun = \"echo '{key}'\"", "line 3: x cannot be run: {key} is not seen"),
      (
        "[commands.x]\nrun = \"ls {key}\"\nscope = \"any\"", "line 3: {key} needs scope = \"house\""
      ),
      ("[commands.x]\nrun = \"ls {street}\"\nscope = \"any\"", "line 3: {street} needs scope"),
      (
        "[commands.x]\nrun = \"ls\"\nscope = \"any\"\noutput = \"value\"",
        "line 3: output = \"value\" needs scope"
      ),
    ]
  )
  func mistakes(text: String, complaint: String) {
    let settings = read("mouse = false\n" + text)
    let found = settings.problems
    #expect(found.count == 1 && settings.commands == [], "\(found)")
    let line = found.first?.line.map { "line \($0 - 1): \(found[0].text)" } ?? ""
    #expect(line.hasPrefix(complaint), "\(found)")
  }

  @Test("Names and keys of ours are told when they are taken, and townhall settings fails then")
  func conflicts() async throws {
    let settings = read(
      "[commands.undo]\nrun = \"true\"\n[commands.x]\nrun = \"true\"\nkey = \"q\""
    )
    #expect(
      settings.problems.map(\.description) == [
        "line 1: undo is a command that is built in; call yours something else",
        "line 3: q for x takes the key of quit (q)",
      ]
    )
  }

  @Test("What is printed is read back as it was, whatever stands in the line")
  func printed() throws {
    let text =
      "[commands.x]\nrun = \"printf 'a\\tb' \\\"{key}\\\" \\u009b\\n\"\nkey = \"F6\"\nhelp = 'a \"b\"'"
    let settings = SettingsFile.read(Array(text.utf8))
    #expect(settings.dashboard.problems == [])
    #expect(settings.text.contains("\n[commands.x]\n"))
    #expect(settings.text.unicodeScalars.allSatisfy { $0 == "\n" || !$0.isControl })
    let again = SettingsFile.read(Array(settings.text.utf8))
    #expect(again.dashboard.problems == [] && again.text == settings.text)
    #expect(again.dashboard.commands.first?.line == settings.dashboard.commands.first?.line)
  }
}

@Suite("Running commands of one's own")
struct OwnCommandErrandsTests {
  private let folder = TemporaryFolder()

  /// A folder that is there, for what a line writes.
  private final class TemporaryFolder: Sendable {
    let path = "/tmp/townhall-tests-\(UUID().uuidString)"
    init() { mkdir(path, 0o700) }
    deinit { try? FileManager.default.removeItem(atPath: path) }
    var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] }
    func text(_ name: String) -> String? {
      try? String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
    }
  }

  private func command(
    _ line: String,
    _ output: OwnCommand.Output = .pane,
    timeout: Int = 20
  ) -> OwnCommand {
    OwnCommand("x", line, output: output, scope: .house, timeout: timeout)
  }

  private func run(
    _ command: OwnCommand,
    key: String? = "note.a",
    value: StateValue? = 1,
    street: String? = "note."
  ) -> OwnCommandRun {
    OwnCommandRun(1, of: command, town: "ws://127.0.0.1:1", key: key, value: value, street: street)
  }

  private func result(of run: OwnCommandRun, screen: LendingScreen = LendingScreen()) async throws
    -> OwnCommandResult
  {
    let inbox = Inbox()
    OwnCommandErrands(screen: screen, inbox: inbox).begin(run)
    return try await end(in: inbox)
  }

  private func end(in inbox: Inbox) async throws -> OwnCommandResult {
    for await _ in inbox.rings {
      for case .ownCommandEnded(_, let result) in inbox.take() { return result }
    }
    throw CancellationError()
  }

  // MARK: What is handed over

  @Test("Key, value, street and town come as parameters, as variables and on standard input")
  func given() async throws {
    let line =
      #"printf '%s|' {key} {value} {street} {town} {file} "$TOWNHALL_KEY" "$TOWNHALL_VALUE" "$TOWNHALL_STREET" "$TOWNHALL_TOWN" "$TOWNHALL_FILE"; cat"#
    let result = try await result(of: run(command(line), key: "note.a b", value: ["n": 1]))
    let once = #"note.a b|{"n":1}|note.|ws://127.0.0.1:1|note.a_b|"#
    #expect(result == OwnCommandResult(.exited(0), output: once + once + #"{"n":1}"# + "\n"))
    let none = try await self.result(
      of: run(command(#"printf '%s|' "$TOWNHALL_KEY$TOWNHALL_VALUE"; cat"#), key: nil, value: nil)
    )
    #expect(none.output == "|")
  }

  @Test(
    "Whatever others call their houses and put into them stays a word, and runs nothing",
    arguments: [
      "'; touch made; '", "\"; touch made; \"", "$(touch made)", "`touch made`", "a\ntouch made\n",
      "a; touch made", "a && touch made", "| touch made", "> made", "${IFS}touch${IFS}made", "*",
      "~", "a b\tc", "\\", "\\'; touch made; \\'", "{key}", "$1", "\u{1B}[31m", "日本 e\u{301}", "",
      "%s%n", "a'$(touch made)'", "\"$(touch made)\"", "!!", "#",
    ]
  )
  func injection(text: String) async throws {
    let places =
      #"printf '%s\n' "[" {key} "{key}" "$(printf %s {value})" {street} "$TOWNHALL_KEY" "]""#
    let line = "cd '\(folder.path)' && \(places)"
    let result = try await result(
      of: run(command(line), key: text, value: .string(text), street: text)
    )
    let json = StateValue.string(text).text
    #expect(result.output == ["[", text, text, json, text, text, "]", ""].joined(separator: "\n"))
    #expect(result.end == .exited(0) && folder.names == [])
  }

  @Test("A key cannot be taken for an option, and behind -- it is what it is")
  func dashes() async throws {
    let refused = try await result(of: run(command("echo {key}"), key: "-n"))
    guard case .notRun(let reason) = refused.end else {
      Issue.record("\(refused)")
      return
    }
    #expect(reason.contains("begins with a dash") && reason.contains("put -- before it"))
    let kept = try await result(of: run(command("printf '%s' -- {key}"), key: "-n"))
    #expect(kept.end == .exited(0))
    let inside = try await result(of: run(command("echo key={key}"), key: "-n"))
    #expect(inside.output == "key=-n\n")
    let number = try await result(of: run(command("echo {value}"), value: -1))
    #expect(number.output == "-1\n")
  }

  @Test(
    "A name for a file stays in its folder, whatever the key is",
    arguments: [
      ("../../etc/passwd", "_.._.._etc_passwd"), (".profile", "_.profile"), ("-rf", "_-rf"),
      ("", "_"), ("a/b c", "a_b_c"), ("selection.a", "selection.a"), ("\u{0}", "_"),
    ]
  )
  func files(key: String, name: String) async throws {
    let line = "cd '\(folder.path)' && cat > {file}"
    let result = try await result(of: run(command(line, .none), key: key))
    #expect(result.end == .exited(0) && folder.names == [name])
    #expect(folder.text(name) == "1\n")
  }

  @Test("What no program can be given is refused in words: a NUL, and what is too long")
  func unfit() async throws {
    let null = try await result(of: run(command("echo {key}"), key: "a\0b"))
    #expect(null.end == .notRun("{key} has a NUL in it, which no program can be given"))
    let long = StateValue.string(String(repeating: "x", count: 200_000))
    let refused = try await result(of: run(command("echo {value}"), value: long))
    guard case .notRun(let reason) = refused.end else {
      Issue.record("\(refused.end)")
      return
    }
    #expect(reason.contains("200002 bytes") && reason.contains("standard input"))
    let whole = try await result(of: run(command(#"wc -c; echo "[$TOWNHALL_VALUE]""#), value: long))
    #expect(whole.output.contains("200003") && whole.output.contains("[]"))
    let absent = try await result(of: run(command("echo {street}"), street: nil))
    #expect(absent.end == .notRun("there is nothing for {street} here"))
    let wrong = try await result(of: run(command("echo '{key}'")))
    guard case .notRun = wrong.end else {
      Issue.record("a line that the settings refuse was run")
      return
    }
  }

  // MARK: How it ends

  @Test("The exit status and the last complaint come back")
  func fails() async throws {
    let failed = try await result(of: run(command("echo one >&2; echo two >&2; exit 3")))
    #expect(failed.end == .exited(3) && failed.complaint == "two")
    let missing = try await result(of: run(command("no-such-program")))
    #expect(missing.end == .exited(127) && missing.complaint.contains("not found"))
    let killed = try await result(of: run(command("kill -9 $$")))
    #expect(killed.end == .exited(137))
  }

  @Test("Of the output 1 MiB is kept, and what comes after it neither counts nor stops the program")
  func bound() async throws {
    let line = "head -c 3000000 /dev/zero | tr '\\0' x; echo done >&2"
    let result = try await result(of: run(command(line)))
    #expect(result.end == .exited(0) && result.isCut)
    #expect(result.output.utf8.count == OwnCommandResult.mostOutput && result.complaint == "done")
    let exact = try await self.result(of: run(command("head -c 1048576 /dev/zero | tr '\\0' x")))
    #expect(!exact.isCut && exact.output.utf8.count == OwnCommandResult.mostOutput)
    let none = try await self.result(of: run(command("head -c 3000000 /dev/zero", .none)))
    #expect(none.output == "" && !none.isCut && none.end == .exited(0))
    let loud = try await self.result(
      of: run(command("yes no 2>&1 | head -c 3000000 >&2; echo end >&2"))
    )
    #expect(loud.complaint == "end")
  }

  @Test("Bytes that are no text, and what commands a terminal, come back as text")
  func binary() async throws {
    let result = try await result(of: run(command(#"printf '\377\000\033[31m'"#)))
    #expect(result.output == "\u{FFFD}\0\u{1B}[31m")
  }

  @Test(
    "One that takes too long is ended with all that it has started, also what ignores the request"
  )
  func timeout() async throws {
    let pids = "\(folder.path)/pids"
    let line = """
      trap '' TERM
      sh -c 'trap "" TERM; echo $$ >>\(pids); while :; do sleep 1; done' &
      echo $$ >>\(pids)
      echo begun
      while :; do sleep 1; done
      """
    let start = ContinuousClock.now
    let result = try await result(of: run(command(line, timeout: 1)))
    #expect(result.end == .timedOut && result.output == "begun\n")
    #expect(ContinuousClock.now - start < .seconds(15))
    try await expectGone(pids, count: 2)
  }

  @Test("When the dashboard leaves, what runs is ended with all that it has started")
  func leaving() async throws {
    let pids = "\(folder.path)/pids"
    let line =
      "trap '' TERM; (trap '' TERM; sh -c 'echo $$ >>\(pids); exec sleep 100') & echo $$ >>\(pids); wait; sleep 100"
    let errands = OwnCommandErrands(screen: LendingScreen(), inbox: Inbox())
    errands.begin(run(command(line, timeout: 0)))
    try await wait { folder.text("pids")?.split(separator: "\n").count == 2 }
    errands.askToEnd()
    await errands.endAll()
    try await expectGone(pids, count: 2)
    // And nothing begins any more.
    errands.begin(run(command("touch '\(folder.path)/late'")))
    try await Task.sleep(for: .milliseconds(300))
    #expect(!folder.names.contains("late"))
  }

  @Test("What a line leaves in the background keeps nobody waiting, and is left alone")
  func background() async throws {
    let pids = "\(folder.path)/pids"
    let start = ContinuousClock.now
    let result = try await result(of: run(command("sleep 60 & echo $! >\(pids); echo begun")))
    #expect(result.output == "begun\n" && ContinuousClock.now - start < .seconds(10))
    let pid = try #require(folder.text("pids").flatMap { pid_t($0.dropLast()) })
    #expect(kill(pid, 0) == 0)
    kill(pid, SIGKILL)
  }

  @Test("It has no terminal, and leads a session of its own")
  func alone() async throws {
    let line = "(: </dev/tty) 2>/dev/null && echo terminal; cut -d ' ' -f 6 /proc/$$/stat; echo $$"
    let lines = try await result(of: run(command(line))).output.split(separator: "\n")
    #expect(lines.count == 2 && lines.first == lines.last, "\(lines)")
  }

  @Test("One for the terminal has it to itself, and its status comes back")
  func terminal() async throws {
    let screen = LendingScreen()
    let line = "printf %s {key} >'\(folder.path)/seen'; exit 4"
    let result = try await result(of: run(command(line, .terminal), key: "$(id)"), screen: screen)
    #expect(result == OwnCommandResult(.exited(4)) && screen.loans == 1)
    #expect(folder.text("seen") == "$(id)")
  }

  @Test("A dashboard that only looks runs none that writes")
  func readOnly() async throws {
    let inbox = Inbox()
    let runner = EffectRunner(
      screen: LendingScreen(),
      town: SyncClient(transport: InMemoryTransport(server: SyncServer())),
      inbox: inbox,
      editor: ExternalEditor(variables: [:]),
      readOnly: true
    )
    let writes = OwnCommand("x", "touch '\(folder.path)/made'", writes: true)
    runner.run(.runOwnCommand(OwnCommandRun(1, of: writes, town: "t")))
    guard case .notRun = try await end(in: inbox).end else {
      Issue.record("it was run")
      return
    }
    #expect(folder.names == [])
    runner.run(.runOwnCommand(OwnCommandRun(2, of: OwnCommand("x", "echo a"), town: "t")))
    #expect(try await end(in: inbox).output == "a\n")
  }

  // MARK: -

  /// Waits until something holds.
  private func wait(until holds: () -> Bool) async throws {
    for _ in 0..<1000 where !holds() { try await Task.sleep(for: .milliseconds(10)) }
    #expect(holds())
  }

  /// Waits until programs are gone that have written their numbers into a file.
  private func expectGone(_ file: String, count: Int) async throws {
    let numbers = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
      .compactMap { pid_t($0) }
    #expect(numbers.count == count)
    for number in numbers { try await wait { Self.isGone(number) } }
  }

  /// Whether a program has ended; one that nobody has waited for yet has.
  private static func isGone(_ number: pid_t) -> Bool {
    guard let line = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8) else {
      return true
    }
    return line.split(separator: ")").last?.split(separator: " ").first == "Z"
  }
}

/// A screen that counts how often its terminal is lent.
private final class LendingScreen: DashboardScreen {
  private let count = Mutex(0)
  var loans: Int { count.withLock { $0 } }
  var size: Size { Size(columns: 80, rows: 24) }
  var events: AsyncStream<ScreenEvent> { AsyncStream { $0.finish() } }
  func show(_ model: Model) {}
  func redraw() {}
  func suspend() {}
  func setMouse(_ reported: Bool) {}
  func copyToClipboard(_ text: String) -> ClipboardResult { .sent }
  func withTerminalReleased<Result>(
    _ body: () async throws -> Result
  ) async rethrows -> Result {
    count.withLock { $0 += 1 }
    return try await body()
  }
}
