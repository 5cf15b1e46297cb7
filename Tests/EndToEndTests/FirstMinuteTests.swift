import Foundation
import TestSupport
import Testing

extension EndToEndTests {
  /// `townhall` as somebody types it who has read nothing.
  @Suite("The first minute")
  struct FirstMinuteTests {
    private let folder = ScratchFolder()

    /// Starts the program in a folder of the test's own, where it finds and remembers nothing but what the test puts there.
    private func open(
      _ arguments: [String] = [],
      environment: [String: String?] = [:],
      columns: Int = 80,
      rows: Int = 24
    ) throws -> PTYProgram {
      try FileManager.default.createDirectory(
        atPath: folder.path,
        withIntermediateDirectories: true
      )
      return try PTYProgram(
        ["/usr/bin/env", "-C", folder.path, try BuiltProducts.path(of: "townhall")] + arguments,
        environment: ["TOWNHALL_TOWN": nil, "HOME": folder.path].merging(environment) { $1 },
        columns: columns,
        rows: rows
      )
    }

    private func leave(_ screen: PTYProgram, by keys: String = "q") {
      screen.send(keys)
      #expect(screen.waitForExit(), "\(screen.text)")
      #expect(screen.exitStatus == 0)
      #expect(screen.unrestored.isEmpty, "\(screen.unrestored)")
    }

    @Test("The start screen says what this is and what there is, at any size; q, Esc and ^C leave")
    func start() throws {
      for (columns, rows, key) in [(80, 24, "q"), (40, 12, "\u{1b}"), (200, 60, "\u{3}")] {
        let screen = try open(columns: columns, rows: rows)
        for text in [
          "Where to?", "A town to try out", "Type an address", "Take the tour", "Enter opens",
        ] {
          try #require(screen.wait(for: text), "\(text) is not there:\n\(screen.text)")
        }
        #expect(
          screen.text.contains("session") && !screen.text.contains("townhall doctor"),
          "\(screen.text)"
        )
        leave(screen, by: key)
      }
    }

    @Test("Enter opens the town to try out, in which people move about, and so does --demo at once")
    func demo() throws {
      for arguments in [[], ["--demo"]] {
        // Servers of others on this machine's network would be chosen first.
        let screen = try open(arguments)
        if arguments.isEmpty {
          try #require(screen.wait(for: "A town to try out"), "\(screen.text)")
          screen.send("d")
        }
        try #require(screen.wait(for: "● live"), "\(screen.text)")
        try #require(screen.wait(for: "avatar"), "\(screen.text)")
        leave(screen)
      }
    }

    @Test("Enter alone opens the town to try out where no server is heard")
    func enter() throws {
      guard NetworkNamespace.isAvailable else { return }
      let network = try NetworkNamespace()
      let screen = try PTYProgram(
        network.call([try BuiltProducts.path(of: "townhall")]),
        environment: ["TOWNHALL_TOWN": nil]
      )
      try #require(screen.wait(for: "A town to try out"), "\(screen.text)")
      screen.send("\r")
      try #require(screen.wait(for: "● live"), "\(screen.text)")
      leave(screen)
    }

    @Test("t takes the tour, leaving it comes back, and keys do what they did before")
    func tour() throws {
      let screen = try open()
      try #require(screen.wait(for: "Take the tour"), "\(screen.text)")
      for _ in 0..<2 {
        screen.send("t")
        try #require(screen.wait(for: "Lesson 1"), "\(screen.text)")
        screen.settle()
        // The card, and then the tour.
        screen.send("\u{1b}")
        screen.settle(milliseconds: 300)
        screen.send("q")
        try #require(screen.wait(for: "Where to?"), "\(screen.text)")
      }
      screen.send("d")
      try #require(screen.wait(for: "● live"), "\(screen.text)")
      leave(screen)
    }

    @Test("A recording of this folder is a row, and any path can be typed")
    func recordings() throws {
      let town = try ServerProcess()
      try town.run("set", "selection.a", #"{"display_name":"Recorded"}"#)
      try FileManager.default.createDirectory(
        atPath: folder.path + "/deep",
        withIntermediateDirectories: true
      )
      for name in ["near", "deep/far"] {
        try town.run("record", "\(folder.path)/\(name)", "--quiet", "--timeout", "1")
      }
      let near = try open()
      try #require(near.wait(for: "Play near.nanover.zip"), "\(near.text)")
      near.send("1")
      try #require(near.wait(for: "Recorded"), "\(near.text)")
      leave(near)

      let far = try open()
      try #require(far.wait(for: "Type an address or a path"), "\(far.text)")
      far.send("a")
      try #require(far.wait(for: "address: "), "\(far.text)")
      far.send("deep/no.nanover.zip\r")
      try #require(far.wait(for: "deep/no.nanover.zip"), "\(far.text)")
      try #require(far.wait(for: "cannot"), "\(far.text)")
      far.send("\u{15}deep/far.nanover.zip\r")
      try #require(far.wait(for: "Recorded"), "\(far.text)")
      leave(far)
    }

    @Test(
      "With TOWNHALL_TOWN that town is joined at once, and the one of last time is offered later"
    )
    func named() throws {
      let (town, memory) = (try ServerProcess(), ScratchFolder())
      try town.run("set", "selection.a", #"{"display_name":"Theirs"}"#)
      let joined = try open(environment: ["TOWNHALL_TOWN": town.address])
      try #require(joined.wait(for: "Theirs"), "\(joined.text)")
      leave(joined)

      let typed = try open(environment: ["XDG_STATE_HOME": memory.path])
      try #require(typed.wait(for: "Where to?"), "\(typed.text)")
      typed.send("a\(town.address)\r")
      try #require(typed.wait(for: "Theirs"), "\(typed.text)")
      leave(typed)

      let again = try open(environment: ["XDG_STATE_HOME": memory.path])
      try #require(again.wait(for: "joined last time"), "\(again.text)")
      again.send("\r")
      try #require(again.wait(for: "Theirs"), "\(again.text)")
      leave(again)
    }

    @Test("Trouble with the terminal is told in one line, and the screen is there all the same")
    func trouble() throws {
      let screen = try open(environment: ["LANG": "C", "LC_ALL": nil, "LC_CTYPE": nil])
      try #require(screen.wait(for: "townhall doctor"), "\(screen.text)")
      #expect(screen.text.contains("UTF-8"))
      #expect(screen.text.contains("A town to try out"))
      leave(screen)
      #expect(screen.output.allSatisfy { $0 < 0x80 })
    }

    @Test(
      "A signal ends the start screen and the tour that was opened from it, as it ends the dashboard"
    )
    func signals() throws {
      for keys in ["", "t"] {
        let screen = try open()
        try #require(screen.wait(for: "Take the tour"), "\(screen.text)")
        screen.send(keys)
        if !keys.isEmpty { try #require(screen.wait(for: "Lesson 1"), "\(screen.text)") }
        screen.signal(SIGTERM)
        #expect(screen.waitForExit())
        #expect(screen.exitStatus == 128 + SIGTERM)
        #expect(screen.unrestored.isEmpty, "\(screen.unrestored)")
      }
    }

    @Test(
      "Without a screen there is nothing to choose on: the town to try out is opened, and a line says so"
    )
    func linear() throws {
      let screen = try open(["--linear"], columns: 120)
      try #require(screen.wait(for: "here is a town to try out"), "\(screen.text)")
      try #require(screen.wait(for: "live: "), "\(screen.text)")
      leave(screen)
    }

    // MARK: The doctor

    @Test("The doctor asks the terminal, leaves it as it was, and has nothing to say against it")
    func doctor() throws {
      let screen = try open(["doctor"], columns: 100, rows: 60)
      #expect(screen.waitForExit(), "\(screen.text)")
      let lines = (0..<screen.rows).map(screen.line)
      #expect(lines.contains { $0.hasPrefix("ok    paste") && $0.contains("marked") }, "\(lines)")
      #expect(lines.contains { $0.hasPrefix("ok    locale") })
      #expect(screen.unrestored.isEmpty, "\(screen.unrestored)")
      let said = String(decoding: screen.output, as: UTF8.self)
      #expect(said.contains("\u{1b}[?2026$p") && said.contains("\u{1b}[c"))
      #expect(!screen.text.contains("[?") && !screen.text.contains("$p"))
    }

    @Test(
      "Terminals that would draw a question are not asked",
      arguments: ["linux", "vt100", "dumb"]
    )
    func unasked(type: String) throws {
      let screen = try open(["doctor"], environment: ["TERM": type], columns: 100, rows: 60)
      #expect(screen.waitForExit())
      #expect(!screen.output.contains(0x1b))
      #expect(screen.exitStatus == (type == "dumb" ? 1 : 0), "\(screen.text)")
    }

    @Test("A doctor that is killed while it waits for an answer leaves the terminal as it was")
    func killed() throws {
      let screen = try open(["doctor"], columns: 100, rows: 60)
      // The emulator has not read the question yet, so that there is no answer either.
      usleep(60_000)
      screen.signal(SIGKILL)
      #expect(screen.waitForExit())
      #expect(screen.wait { $0.modes == $0.modesBefore })
    }

    @Test(
      "What is bad has its fix below, which mends it, and the status says so; a town is looked at"
    )
    func fixes() throws {
      let town = try ServerProcess()
      let bad = try open(
        ["doctor", town.address],
        environment: ["LANG": nil, "LC_ALL": "C"],
        columns: 100,
        rows: 60
      )
      #expect(bad.waitForExit() && bad.exitStatus == 1)
      #expect(bad.text.contains("fix: export LC_ALL=C.UTF-8"), "\(bad.text)")
      for check in ["town-name", "town-reach", "town-trust", "town-wire", "town-role"] {
        #expect(bad.text.contains("ok    \(check)"), "\(bad.text)")
      }
      let good = try open(
        ["doctor", town.address],
        environment: ["LANG": nil, "LC_ALL": "C.UTF-8"],
        columns: 100,
        rows: 60
      )
      #expect(good.waitForExit() && good.exitStatus == 0, "\(good.text)")
    }

    @Test("--demo and --discover are no addresses")
    func usage() throws {
      for arguments in [["--demo", "ws://127.0.0.1:1"], ["--demo", "--discover"]] {
        let screen = try open(arguments)
        #expect(screen.waitForExit())
        #expect(screen.exitStatus == 2, "\(screen.text)")
      }
    }
  }
}
