import Foundation
import Glibc
import TestSupport
import Testing

private let pair = #"{"display_name":"Pair","particle_ids":[1,2]}"#

/// A folder with a settings file, for one test.
private final class Config {
  let folder = ScratchFolder()

  init(_ text: String) throws {
    let place = URL(filePath: folder.path).appending(path: "townhall")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: place.appending(path: "townhall.toml"))
  }

  func write(_ text: String) throws {
    try Data(text.utf8).write(to: URL(filePath: folder.path + "/townhall/townhall.toml"))
  }
}

private func open(
  _ town: ServerProcess,
  _ options: [String] = [],
  environment: [String: String?] = [:],
  answer: String? = nil,
  waitingFor text: String = "● live"
) throws -> PTYProgram {
  let screen = try PTYProgram(
    [try BuiltProducts.path(of: "townhall"), town.address] + options,
    environment: ["SWIFT_BACKTRACE": "enable=no"].merging(environment) { $1 },
    answer: answer
  )
  try #require(screen.wait(for: text), "\(screen.text)")
  return screen
}

extension EndToEndTests {
  @Suite("Comfort")
  struct ComfortTests {
    @Test(
      "Ten thousand characters that are pasted run no key, and land whole in a line that is typed"
    )
    func paste() throws {
      let town = try ServerProcess()
      try town.run("set", "selection.a", pair)
      let screen = try open(town)
      screen.send("j")
      screen.paste(String(repeating: "dy\rq\u{3}:quit\r", count: 1000))
      #expect(screen.wait(for: "a paste runs no keys"), "\(screen.text)")
      #expect(try town.run("get", "selection.a") == pair)
      screen.send(":")
      #expect(screen.wait(for: "Tab completes"), "\(screen.text)")
      screen.paste("selection.a")
      #expect(screen.wait(for: ":selection.a"), "\(screen.text)")
      screen.send("\u{1b}")
      #expect(screen.wait { !$0.text.contains(":selection.a") }, "\(screen.text)")
      screen.send("q")
      #expect(screen.waitForExit())
      #expect(screen.unrestored.isEmpty)
    }

    @Test("M leaves the mouse to the terminal while the program runs, and takes it back")
    func mouse() throws {
      let screen = try open(try ServerProcess())
      #expect(screen.reportsMouse)
      screen.send("M")
      #expect(screen.wait { !$0.reportsMouse && $0.text.contains("the terminal's now") })
      screen.send("M")
      #expect(screen.wait { $0.reportsMouse })
      let quiet = try open(try ServerProcess(), environment: ["TOWNHALL_NO_MOUSE": "1"])
      #expect(!quiet.reportsMouse)
      quiet.send("M")
      #expect(quiet.wait { $0.reportsMouse })
    }

    @Test(
      "A terminal that knows mode 2026 is sent each picture at once, unless that is switched off"
    )
    func synchronized() throws {
      let town = try ServerProcess()
      let config = try Config("synchronized = false")
      let off = [["TOWNHALL_NO_SYNC": "1"], ["XDG_CONFIG_HOME": config.folder.path]]
      for environment in [[:], ["TOWNHALL_NO_SYNC": ""]] + off {
        let screen = try open(town, environment: environment, answer: "\u{1b}[?2026;2$y")
        screen.settle()
        let before = screen.output.count
        screen.send("?")
        #expect(screen.wait(for: "half a page on"), "\(screen.text)")
        screen.settle()
        let text = String(decoding: screen.output[before...], as: UTF8.self)
        let isWanted = !off.contains(environment)
        #expect(text.hasPrefix("\u{1b}[?2026h") == isWanted)
        #expect(text.hasSuffix("\u{1b}[?2026l") == isWanted)
        screen.send("\u{1b}")
        #expect(screen.wait { !$0.text.contains("half a page on") }, "\(screen.text)")
        screen.send("q")
        #expect(screen.waitForExit())
        #expect(screen.unrestored.isEmpty)
        let all = String(decoding: screen.output, as: UTF8.self)
        #expect(all.contains("?2026") == isWanted)
      }
    }

    @Test("Keys and colours come from the settings file, which can be read again")
    func settings() throws {
      let town = try ServerProcess()
      try town.run("set", "selection.a", pair)
      let config = try Config(
        "theme = \"mono\"\nmouse = false\n[keys]\nremove = \"F8\"\nnope = \"x\""
      )
      let screen = try open(town, environment: ["XDG_CONFIG_HOME": config.folder.path])
      #expect(screen.wait(for: "settings, line 5: no command is called nope"), "\(screen.text)")
      #expect(!screen.reportsMouse)
      #expect(!String(decoding: screen.output, as: UTF8.self).contains("\u{1b}[38;5"))
      screen.send("j\u{1b}[19~")
      #expect(screen.wait(for: "remove selection.a"), "\(screen.text)")
      screen.send("n")
      try config.write("[keys]\nremove = \"F7\"")
      screen.send(":reload-settings\r")
      #expect(screen.wait(for: "the settings hold"), "\(screen.text)")
      screen.send("\u{1b}[18~")
      #expect(screen.wait(for: "remove selection.a"), "\(screen.text)")
      #expect(String(decoding: screen.output, as: UTF8.self).contains("\u{1b}[38;5"))
    }

    @Test("Without colours and in ASCII not one byte says otherwise, from the first on")
    func plain() throws {
      let town = try ServerProcess()
      try town.run("set", "selection.a", pair)
      for (options, environment) in [
        (["--no-color", "--ascii"], [:]), (["--ascii"], ["NO_COLOR": "1"]),
        (["--theme", "mono", "--ascii"], [:]),
      ] as [([String], [String: String?])] {
        let screen = try open(town, options, environment: environment, waitingFor: "Pair")
        for key in ["?", "\u{1b}", ":", "\u{1b}", "j", "s", "\u{1b}"] {
          screen.send(key)
          screen.settle(milliseconds: 60)
        }
        #expect(screen.output.allSatisfy { $0 < 0x80 })
        let text = String(decoding: screen.output, as: UTF8.self)
        let colour = text.matches(of: /\u{1b}\[([0-9;]*)m/).first { match in
          match.1.split(separator: ";").contains {
            (30...49).contains(Int($0) ?? 0) && $0 != "39" && $0 != "49"
          }
        }
        #expect(colour == nil, "\(colour?.0.debugDescription ?? "")")
      }
    }

    @Test("The log file tells of edits and notices, and of no value")
    func log() throws {
      let town = try ServerProcess()
      try town.run("set", "selection.a", #""sesame""#)
      let folder = ScratchFolder()
      try FileManager.default.createDirectory(
        atPath: folder.path,
        withIntermediateDirectories: true
      )
      let file = folder.path + "/log"
      let screen = try open(town, ["--log", file], waitingFor: "sesame")
      screen.send("%")
      #expect(screen.wait(for: "% does nothing"))
      screen.send("jd")
      try #require(screen.wait(for: "remove selection.a"), "\(screen.text)")
      screen.send("y")
      try #require(screen.wait(for: "accepted after"), "\(screen.text)")
      screen.send("\u{3}")
      #expect(screen.waitForExit())
      let text = try String(contentsOfFile: file, encoding: .utf8)
      for part in [
        "Z live\n", "said: % does nothing", "edit 1: remove selection.a\n",
        "edit 1: accepted after",
      ] {
        #expect(text.contains(part), "\(part) is not in\n\(text)")
      }
      #expect(!text.contains("sesame"))
    }

    @Test("A terminal that nobody knows is used all the same, and a line says so")
    func unknownTerminal() throws {
      let screen = try open(try ServerProcess(), environment: ["TERM": "xterm-moonbase"])
      screen.send("q")
      #expect(screen.waitForExit())
      #expect(
        screen.text.contains("does not know the terminal \"xterm-moonbase\""),
        "\(screen.text)"
      )
    }

    @Test("The size of the terminal at the start is the one that counts")
    func firstSize() throws {
      let town = try ServerProcess()
      let screen = try PTYProgram(
        [try BuiltProducts.path(of: "townhall"), town.address],
        columns: 40,
        rows: 12
      )
      try #require(screen.wait(for: "live"), "\(screen.text)")
      screen.send("0")
      #expect(screen.wait(for: "room for one pane only"), "\(screen.text)")
    }

    @Test("A dumb terminal is told of the mode without a screen")
    func dumb() throws {
      let screen = try PTYProgram(
        [try BuiltProducts.path(of: "townhall"), "ws://127.0.0.1:9"],
        environment: ["TERM": "dumb"],
        columns: 200
      )
      #expect(screen.waitForExit())
      #expect(screen.text.contains("--linear"), "\(screen.text)")
      #expect(screen.exitStatus == 2)
    }
  }

  @Suite("Line by line")
  struct LinearTests {
    private func start(_ town: ServerProcess, environment: [String: String?] = [:]) throws
      -> PTYProgram
    {
      let screen = try PTYProgram(
        [try BuiltProducts.path(of: "townhall"), town.address, "--linear"],
        environment: ["SWIFT_BACKTRACE": "enable=no"].merging(environment) { $1 },
        columns: 160,
        rows: 200
      )
      try #require(screen.wait(for: "live: "), "\(screen.text)")
      return screen
    }

    @Test("Each move is a line, an edit is told to its end, and nothing is drawn over")
    func edits() throws {
      let town = try ServerProcess()
      try town.run("set", "selection.a", pair)
      let screen = try start(town)
      screen.send("j")
      #expect(screen.wait(for: #"selection.a, 2 of 2, "Pair" 2 atoms"#), "\(screen.text)")
      screen.send("u")
      try #require(screen.wait(for: "next field"), "\(screen.text)")
      screen.send("\u{1b}[F\u{7f}ed\"")
      try #require(screen.wait(for: #"+ display_name = "Paired""#), "\(screen.text)")
      screen.send("\r")
      try #require(screen.wait(for: "Enter send"), "\(screen.text)")
      screen.send("\r")
      #expect(screen.wait(for: "accepted after"), "\(screen.text)")
      #expect(try town.run("get", "selection.a", "--field", "display_name") == #""Paired""#)
      try town.run("set", "selection.a", #"{"display_name":"Trio"}"#)
      screen.send(" ")
      #expect(screen.wait(for: #"selection.a, "Trio" all atoms, changed"#), "\(screen.text)")
      #expect(!screen.isAlternate)
      let text = String(decoding: screen.output, as: UTF8.self)
      #expect(text.matches(of: /\u{1b}\[(?!\?2004)/).isEmpty)
      screen.send("q")
      #expect(screen.waitForExit())
      #expect(screen.unrestored.isEmpty)
    }

    @Test(
      "The modes are put back, whichever way it ends",
      arguments: [SIGTERM, SIGHUP, SIGINT, SIGSEGV, SIGKILL]
    )
    func signals(_ signal: Int32) throws {
      let screen = try start(try ServerProcess())
      screen.signal(signal)
      #expect(screen.waitForExit())
      #expect(screen.wait { $0.unrestored.isEmpty }, "\(screen.unrestored)")
    }

    @Test(
      "^Z stops it and fg brings it back twenty times, and each time the shell has its terminal"
    )
    func suspends() throws {
      let town = try ServerProcess()
      try town.run("set", "selection.a", pair)
      let shell = try TmuxSession()
      try shell.enter("stty -g > /tmp/townhall-linear-stty; clear")
      try shell.enter("\(try BuiltProducts.path(of: "townhall")) \(town.address) --linear")
      try shell.wait(for: "live: ")
      for round in 0..<20 {
        try shell.press("C-z")
        try shell.wait(for: "Stopped")
        try shell.enter("clear; stty -g | diff - /tmp/townhall-linear-stty && echo sa''me \(round)")
        try shell.wait(for: "same \(round)")
        try shell.enter("clear; fg")
        try shell.wait(for: "the program") { text in
          let command = try? shell.display("#{pane_current_command}")
          return command == "townhall" && !text.contains { $0.contains("same") }
        }
        // What a shell's terminal would have echoed comes to the program once it has its keys.
        try shell.wait(for: "an answer") { text in
          try? shell.press("%")
          return text.contains { $0.contains("% does nothing here") }
        }
      }
      try shell.press("q")
      try shell.wait(for: "the prompt") { _ in
        (try? shell.display("#{pane_current_command}")) == "bash"
      }
    }

    @Test("Where standard input is no terminal, keys come in lines")
    func lines() throws {
      let town = try ServerProcess()
      try town.run("set", "selection.a", pair)
      let program = Process()
      let (input, output) = (Pipe(), Pipe())
      program.executableURL = URL(filePath: try BuiltProducts.path(of: "townhall"))
      program.arguments = [town.address, "--linear"]
      program.environment = [
        "XDG_CONFIG_HOME": "/nonexistent", "XDG_STATE_HOME": ScratchFolder().path,
      ]
      (program.standardInput, program.standardOutput) = (input, output)
      try program.run()
      input.fileHandleForWriting.write(Data("j\n2 j\n:\n>quit\nEnter\n".utf8))
      let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
      program.waitUntilExit()
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(program.terminationStatus == 0)
      #expect(text.contains(#"selection.a, 2 of 2, "Pair" 2 atoms"#), "\(text)")
      #expect(text.contains("House selection.a, particle_ids, 2 of"), "\(text)")
    }
  }
}
