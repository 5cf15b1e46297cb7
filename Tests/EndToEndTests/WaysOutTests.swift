import Glibc
import TestSupport
import Testing

/// The real program from outside: on a pseudo-terminal, and in a shell with job control.
@Suite("End to end", .serialized)
struct EndToEndTests {}

extension EndToEndTests {
  @Suite("The terminal is as it was, whichever way the dashboard ends")
  struct WaysOutTests {
    private func open(_ town: ServerProcess) throws -> PTYProgram {
      let screen = try PTYProgram(
        [try BuiltProducts.path(of: "townhall"), town.address],
        environment: ["SWIFT_BACKTRACE": "enable=no"]
      )
      try #require(screen.wait(for: "● live"), "\(screen.text)")
      try #require(screen.isAlternate)
      return screen
    }

    @Test("By a key", arguments: ["q", "\u{3}"])
    func key(_ key: String) throws {
      let screen = try open(try ServerProcess())
      screen.send(key)
      #expect(screen.waitForExit())
      #expect(screen.unrestored.isEmpty)
    }

    @Test("By a signal", arguments: [SIGTERM, SIGHUP, SIGINT, SIGABRT, SIGILL, SIGSEGV])
    func signal(_ signal: Int32) throws {
      let screen = try open(try ServerProcess())
      screen.signal(signal)
      #expect(screen.waitForExit())
      #expect(screen.unrestored.isEmpty)
    }

    @Test("By being killed outright")
    func killed() throws {
      let screen = try open(try ServerProcess())
      screen.signal(SIGKILL)
      #expect(screen.waitForExit())
      // Nobody is left but the guardian, which needs a moment.
      #expect(screen.wait { $0.unrestored.isEmpty }, "\(screen.unrestored)")
    }

    @Test("Nothing of a dashboard that wrote is left in the town")
    func leavesNothing() throws {
      let town = try ServerProcess()
      try town.run("set", "scene.box", "1")
      let screen = try open(town)
      screen.send("jd")
      try #require(screen.wait(for: "remove scene.box"), "\(screen.text)")
      screen.send("y")
      try #require(screen.wait(for: "accepted after"), "\(screen.text)")
      #expect(try town.run("keys").contains("update.index"))
      screen.signal(SIGKILL)
      #expect(screen.waitForExit())
      var left = ""
      for _ in 0..<100 {
        left = try town.run("keys")
        if left.isEmpty { break }
      }
      #expect(left.isEmpty)
    }

    @Test("Stopped with ^Z and brought back twenty times, in a shell")
    func jobControl() throws {
      let town = try ServerProcess()
      try town.run("set", "selection.a", #"{"display_name":"Pair"}"#)
      let shell = try TmuxSession()
      try shell.enter("stty -g > /tmp/townhall-stty-before; clear")
      try shell.enter("\(try BuiltProducts.path(of: "townhall")) \(town.address)")
      for _ in 0..<20 {
        try shell.wait(for: "Pair")
        try shell.press("C-z")
        try shell.wait(for: "Stopped")
        #expect(try shell.display("#{alternate_on} #{mouse_any_flag} #{cursor_flag}") == "0 0 1")
        try shell.enter("clear; fg")
      }
      try shell.wait(for: "Pair")
      try shell.press("q")
      try shell.wait(for: "the prompt") { _ in
        (try? shell.display("#{alternate_on} #{pane_current_command}")) == "0 bash"
      }
      try shell.enter("clear; stty -g | diff - /tmp/townhall-stty-before && echo same")
      try shell.wait(for: "same")
    }
  }
}
