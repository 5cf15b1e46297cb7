import Glibc
import TestSupport
import Testing

/// The dashboard on a town, on a pseudo-terminal.
private func open(
  _ town: ServerProcess,
  _ options: [String] = [],
  editor: String? = nil,
  memory: ScratchFolder? = nil,
  columns: Int = 80,
  rows: Int = 24
) throws -> PTYProgram {
  let program = try BuiltProducts.path(of: "townhall")
  var environment = ["SWIFT_BACKTRACE": "enable=no", "EDITOR": editor, "VISUAL": nil]
  if let memory { environment["XDG_STATE_HOME"] = memory.path }
  return try PTYProgram(
    [program, town.address] + options,
    environment: environment,
    columns: columns,
    rows: rows
  )
}

/// Presses keys, each after the screen shows what the one before led to.

/// Closes an edit that has come to its end.
private func close(_ screen: PTYProgram) throws {
  try #require(screen.wait(for: "Enter close"), "\(screen.text)")
  screen.send(" ")
  try #require(screen.wait { !$0.text.contains("Enter close") }, "\(screen.text)")
}

private let pair = #"{"display_name":"Pair","particle_ids":[1,2]}"#

extension EndToEndTests {
  @Suite("The dashboard on a town")
  struct DashboardTests {
    @Test("A house that changes elsewhere changes on the screen")
    func seesChange() throws {
      let town = try ServerProcess()
      try town.run("set", "selection.a", pair)
      let screen = try open(town)
      try #require(screen.wait(for: #""Pair" 2 atoms"#), "\(screen.text)")
      try town.run("update", "selection.a", #"display_name="Trio""#, "particle_ids=[1,2,3]")
      #expect(screen.wait(for: #""Trio" 3 atoms"#), "\(screen.text)")
      try town.run("remove", "selection.a")
      #expect(screen.wait(for: "moved out"), "\(screen.text)")
    }

    @Test("Update sets one field, shows the difference first and the outcome after")
    func update() throws {
      let town = try ServerProcess()
      try town.run("set", "selection.a", pair)
      let screen = try open(town)
      try #require(screen.wait(for: "Pair"))
      screen.send("j")
      try screen.press(
        ("u", "next field"),
        ("\u{1b}[F\u{7f}ed\"", #"+ display_name = "Paired""#),
        ("\r", "Enter sends this"),
        ("\r", "accepted after")
      )
      #expect(
        try town.run("get", "selection.a")
          == #"{"display_name":"Paired","particle_ids":[1,2]}"#
      )
    }

    @Test("Set replaces the value, and a slip is shown at its place and not sent")
    func set() throws {
      let town = try ServerProcess()
      try town.run("set", "scene.box", "1")
      let screen = try open(town)
      try #require(screen.wait(for: "scene"))
      screen.send("j")
      try screen.press(("s", "set scene.box"), ("\u{15}[1,", "expected a value"))
      #expect(try town.run("get", "scene.box") == "1")
      screen.send("2]\r")
      try #require(screen.wait(for: "sends this"), "\(screen.text)")
      try screen.press(("\r", "accepted after"))
      #expect(try town.run("get", "scene.box") == "[1,2]")
    }

    @Test("Modify through an editor of one's own sends what the file then holds")
    func modify() throws {
      let town = try ServerProcess()
      try town.run("set", "selection.a", pair)
      let screen = try open(town, editor: "sed -i s/Pair/Edited/")
      try #require(screen.wait(for: "Pair"))
      screen.send("j")
      try screen.press(("e", #"+ display_name = "Edited""#), ("\r", "accepted after"))
      #expect(try town.run("get", "selection.a", "--field", "display_name") == #""Edited""#)
    }

    @Test("Add builds a house on the street, remove takes it away after asking")
    func addAndRemove() throws {
      let town = try ServerProcess()
      try town.run("set", "selection.a", pair)
      let screen = try open(town)
      try #require(screen.wait(for: "Pair"))
      try screen.press(("a", "add"), ("\u{13}", "sends this"), ("\r", "accepted after"))
      #expect(try town.run("keys", "selection.").split(separator: "\n").count == 2)
      try close(screen)
      screen.send("ggj")
      try screen.press(("d", "remove selection."), ("y", "accepted after"))
      #expect(try town.run("keys", "selection.").split(separator: "\n").count == 1)
    }

    @Test("Clear asks for the street's name before it empties it")
    func clear() throws {
      let town = try ServerProcess()
      for key in ["selection.a", "selection.b", "scene.box"] { try town.run("set", key, "1") }
      let screen = try open(town)
      try #require(screen.wait(for: "selection"))
      screen.send("G")
      try screen.press(("c", "clear selection."), ("selection.", "selection."))
      screen.send("\r")
      try #require(screen.wait(for: "accepted after"), "\(screen.text)")
      #expect(try town.run("keys").contains("selection") == false)
      #expect(try town.run("get", "scene.box") == "1")
    }

    @Test("Somebody else's field survives an edit of another, and a conflict waits for a choice")
    func merges() throws {
      let town = try ServerProcess()
      try town.run("set", "selection.a", pair)
      let screen = try open(town)
      try #require(screen.wait(for: "Pair"))
      screen.send("j")
      try screen.press(
        ("u", "next field"),
        ("\u{1b}[F\u{7f}ed\"", #"+ display_name = "Paired""#)
      )
      try town.run("update", "selection.a", "particle_ids=[7]")
      try screen.press(("\r", "sends this"), ("\r", "accepted after"))
      #expect(
        try town.run("get", "selection.a") == #"{"display_name":"Paired","particle_ids":[7]}"#
      )
      try close(screen)
      try screen.press(
        ("u", "next field"),
        ("\u{1b}[F\u{7f}!\"", #"+ display_name = "Paired!""#)
      )
      try town.run("update", "selection.a", #"display_name="Theirs""#)
      #expect(screen.wait(for: #""Theirs""#), "\(screen.text)")
      screen.send("\r")
      #expect(screen.wait(for: "mine"), "\(screen.text)")
      screen.send("\r\r\r")
      screen.settle()
      #expect(try town.run("get", "selection.a", "--field", "display_name") == #""Theirs""#)
    }

    @Test("A lost town looks lost, and what changed meanwhile is there when it is back")
    func reconnects() throws {
      let town = try ServerProcess()
      try town.run("set", "selection.a", pair)
      let screen = try open(town)
      try #require(screen.wait(for: "Pair"))
      town.end(SIGKILL)
      #expect(screen.wait(for: "as of"), "\(screen.text)")
      let later = try ServerProcess(port: town.port)
      try later.run("set", "selection.b", pair)
      #expect(screen.wait(for: "● live", seconds: 20), "\(screen.text)")
      #expect(screen.wait { $0.text.contains("b  ") && !$0.text.contains("as of") })
    }

    @Test("A restart finds folds, filter and cursor, each town its own")
    func remembers() throws {
      let (town, other, memory) = (try ServerProcess(), try ServerProcess(), ScratchFolder())
      for key in ["scene.box", "selection.a", "selection.b", "selection.c"] {
        try town.run("set", key, pair)
        try other.run("set", key, pair)
      }
      let first = try open(town, memory: memory)
      try #require(first.wait(for: "Pair"))
      try first.press(
        ("f!*.b\r", "only !*.b (1 hidden)"),
        ("h", "▸ scene"),
        ("G", "selection.c")
      )
      first.signal(SIGTERM)
      #expect(first.waitForExit())
      let second = try open(town, memory: memory)
      // A picture may be read in two parts.
      #expect(
        second.wait {
          $0.text.contains("selection.c") && $0.text.contains("only !*.b (1 hidden)")
            && $0.text.contains("▸ scene")
        },
        "\(second.text)"
      )
      let elsewhere = try open(other, memory: memory)
      try #require(elsewhere.wait(for: "Pair"))
      #expect(elsewhere.text.contains("▾ scene") && !elsewhere.text.contains("only"))
    }

    @Test("Read-only refuses every verb in words")
    func readOnly() throws {
      let town = try ServerProcess()
      try town.run("set", "selection.a", pair)
      let screen = try open(town, ["--read-only"])
      try #require(screen.wait(for: "Pair"))
      screen.send("jd")
      #expect(screen.wait(for: "this dashboard is read only"), "\(screen.text)")
      screen.send("y\r")
      screen.settle()
      #expect(try town.run("get", "selection.a") == pair)
    }

    @Test("A quiet town writes nothing to the terminal")
    func idleIsFree() throws {
      let town = try ServerProcess()
      try town.run("set", "selection.a", pair)
      let screen = try open(town)
      try #require(screen.wait(for: "Pair"))
      // Marks fade and ages are told for a while; after that nothing has a reason to change.
      #expect(screen.wait(seconds: 90) { $0.settle(milliseconds: 10_000) == 0 })
    }

    @Test("After a storm of sizes the picture is that of a fresh start")
    func resizes() throws {
      let town = try ServerProcess()
      try town.run("set", "selection.a", pair)
      let screen = try open(town)
      try #require(screen.wait(for: "Pair"))
      for step in 0..<100 { screen.resize(columns: 20 + step % 90, rows: 3 + step % 40) }
      screen.resize(columns: 100, rows: 30)
      let fresh = try open(town, columns: 100, rows: 30)
      try #require(fresh.wait(for: "Pair"))
      // The activity tells when each of them came; the rest is the same picture.
      let top = { (screen: PTYProgram) in (1..<12).map(screen.line) }
      #expect(
        screen.wait(seconds: 30) {
          fresh.settle(milliseconds: 50)
          return top($0) == top(fresh)
        },
        "\(screen.text)\n\(fresh.text)"
      )
    }
  }
}
