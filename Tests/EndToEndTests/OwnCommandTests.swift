import Foundation
import Glibc
import TestSupport
import Testing

/// A home with settings, some programs and a folder to work in, for one test.
private final class Home {
  let scratch = ScratchFolder()
  var path: String { scratch.path }

  init(_ settings: String) throws {
    for name in ["config/townhall", "bin", "work"] {
      try FileManager.default.createDirectory(
        atPath: "\(path)/\(name)",
        withIntermediateDirectories: true
      )
    }
    try write("config/townhall/townhall.toml", settings)
  }

  func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(filePath: "\(path)/\(name)"))
  }

  /// Puts a program where it is found before others.
  func add(program name: String, _ text: String) throws {
    try write("bin/\(name)", "#!/bin/sh\n\(text)\n")
    chmod("\(path)/bin/\(name)", 0o755)
  }

  func text(_ name: String) -> String? {
    try? String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
  }

  /// Opens a town from the folder to work in.
  func open(_ town: ServerProcess, _ options: String..., waitingFor text: String = "● live") throws
    -> PTYProgram
  {
    let program = try BuiltProducts.path(of: "townhall")
    let usual = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let folder = URL(filePath: program).deletingLastPathComponent().path()
    let screen = try PTYProgram(
      ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", "\(path)/work", program, town.address]
        + options,
      environment: [
        "SWIFT_BACKTRACE": "enable=no", "HOME": path, "XDG_CONFIG_HOME": path + "/config",
        "PATH": "\(path)/bin:\(folder):\(usual)", "TMPDIR": path,
      ],
      columns: 120,
      rows: 30
    )
    try #require(screen.wait(for: text), "\(screen.text)")
    return screen
  }
}

private func key(_ number: Int) -> String { "\u{1b}[\([15, 17, 18, 19, 20, 21][number - 5])~" }

/// The fenced blocks of a page that are TOML.
private func examples() throws -> [String] {
  let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: ".github/docs/commands.md")
  let text = try String(contentsOf: page, encoding: .utf8)
  return text.matches(of: /(?s)```toml\n(.*?)```/).map { String($0.1) }
}

private func eventually(_ holds: () -> Bool) -> Bool {
  for _ in 0..<500 where !holds() { usleep(20_000) }
  return holds()
}

/// Whether a program has ended; one that nobody has waited for yet has.
private func isGone(_ number: pid_t) -> Bool {
  guard let line = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8) else {
    return true
  }
  return line.split(separator: ")").last?.split(separator: " ").first == "Z"
}

extension EndToEndTests {
  @Suite("Commands of one's own, at a terminal")
  struct OwnCommandTests {
    @Test("The examples of the page do what it says")
    func page() throws {
      let blocks = try examples()
      #expect(blocks.count == 3)
      let home = try Home(blocks.joined(separator: "\n"))
      try home.add(
        program: "pymol",
        "cp \"$1\" \"$HOME/viewed.new\" && mv \"$HOME/viewed.new\" \"$HOME/viewed\""
      )
      let town = try ServerProcess()
      try town.run("set", "selection.a", #"{"display_name":"A","particle_ids":[3,1,3,2]}"#)
      try town.run("set", "structure.a", #"{"pdb":"ATOM      1  N\nEND"}"#)
      let screen = try home.open(town)
      #expect(!screen.text.contains("settings, "), "\(screen.text)")
      try screen.press(
        (":selection.a\r", "particle_ids"),
        (key(6), "save: saved selection.a.json"),
        (key(8), "leave it"),
        ("\r", "accepted")
      )
      #expect(
        home.text("work/selection.a.json")
          == "{\"display_name\":\"A\",\"particle_ids\":[3,1,3,2]}\n"
      )
      #expect(try town.run("get", "selection.a") == #"{"display_name":"A","particle_ids":[1,2,3]}"#)
      // A key that means something closes what has ended.
      try screen.press((":structure.a\r", "pdb"), (key(7), "view is done"))
      #expect(eventually { home.text("viewed") == "ATOM      1  N\nEND\n" })
      screen.send("?")
      #expect(screen.wait(for: "Commands of your own"), "\(screen.text)")
      screen.send("\u{1b}")
      #expect(screen.wait { !$0.text.contains("Commands of your own") }, "\(screen.text)")
      screen.send("q")
      #expect(screen.waitForExit())
    }

    @Test(
      "Output is laid over the screen, has the terminal, or is refused, and hostile houses run nothing"
    )
    func ways() throws {
      let home = try Home(
        """
        [commands.show]
        run = "printf '%s\\n' {key}; townhall get -- {key}"
        key = "F6"

        [commands.page]
        run = "printf 'at the terminal: %s' {key}; read answer; echo \\"$answer\\" > answer"
        key = "F7"
        output = "terminal"

        [commands.evil]
        run = "echo '{key}'"
        key = "F8"

        [commands.fail]
        run = "echo went wrong >&2; exit 3"
        key = "F9"
        """
      )
      let town = try ServerProcess()
      let hostile = "note.'; touch pwned; $(touch pwned)"
      try town.run("set", hostile, #""$(touch pwned)""#)
      let screen = try home.open(town, waitingFor: "settings, line 11: evil cannot be run")
      // A key that comes before the town moves nothing.
      try screen.press(("", "here is the town"), ("j", "┌ note.'"), (key(6), "show of"))
      #expect(screen.text.contains("note.'; touch pwned; $(touch pwned)"), "\(screen.text)")
      screen.send("\u{1b}")
      #expect(screen.wait { !$0.text.contains("show of") }, "\(screen.text)")
      try screen.press(
        (key(7), "at the terminal: \(hostile)"),
        ("yes\r", "page is done"),
        (key(9), "fail: ended with status 3: went wrong"),
        (key(8), "does nothing")
      )
      #expect(home.text("work/answer") == "yes\n")
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: home.path + "/work") == ["answer"]
      )
      screen.send("q")
      #expect(screen.waitForExit())
      #expect(screen.unrestored.isEmpty)
    }

    @Test("Who leaves leaves nothing behind that still runs", arguments: ["q", "\u{3}"])
    func leaving(way: String) throws {
      let home = try Home(
        """
        [commands.wait]
        run = "sleep 300 & echo $! $$ > pids.new; mv pids.new pids; wait"
        key = "F6"
        timeout = 0
        """
      )
      let screen = try home.open(try ServerProcess())
      screen.send(key(6))
      #expect(eventually { home.text("work/pids") != nil })
      let numbers = (home.text("work/pids") ?? "").split(whereSeparator: \.isWhitespace)
        .compactMap { pid_t($0) }
      #expect(numbers.count == 2)
      screen.send(way)
      #expect(screen.waitForExit())
      for number in numbers { #expect(eventually { isGone(number) }, "\(number) still runs") }
    }

    @Test("Line by line, without a screen, they run too")
    func linear() throws {
      let home = try Home("[commands.count]\nrun = \"wc -c < /dev/null\"\noutput = \"notice\"\n")
      let town = try ServerProcess()
      let program = Process()
      let (input, output) = (Pipe(), Pipe())
      program.executableURL = URL(filePath: try BuiltProducts.path(of: "townhall"))
      program.arguments = [town.address, "--linear"]
      program.environment = ProcessInfo.processInfo.environment.merging([
        "XDG_CONFIG_HOME": home.path + "/config", "XDG_STATE_HOME": home.path,
      ]) { $1 }
      (program.standardInput, program.standardOutput) = (input, output)
      program.standardError = FileHandle.nullDevice
      try program.run()
      try input.fileHandleForWriting.write(contentsOf: Data(":\n>count\nEnter\n".utf8))
      try input.fileHandleForWriting.close()
      let said = String(
        decoding: try output.fileHandleForReading.readToEnd() ?? Data(),
        as: UTF8.self
      )
      program.waitUntilExit()
      #expect(said.contains("count: 0"), "\(said)")
    }
  }
}
