import CursesTerminal
import Dashboard
import Foundation
import SharedState
import StateSync
import Testing
import TextScreen
import Wording

@testable import TownhallApp

@Suite("Settings")
struct SettingsTests {
  /// A folder for the settings of one test.
  private final class Folder {
    let path = FileManager.default.temporaryDirectory.appending(path: "townhall-\(UUID())")

    init(_ text: String? = nil) throws {
      try FileManager.default.createDirectory(
        at: path.appending(path: "townhall"),
        withIntermediateDirectories: true
      )
      if let text { try Data(text.utf8).write(to: file) }
    }

    deinit { try? FileManager.default.removeItem(at: path) }

    var file: URL { path.appending(path: "townhall/townhall.toml") }

    func read() throws -> Settings {
      try SettingsFile(named: nil, variables: ["XDG_CONFIG_HOME": path.path]).read()
    }
  }

  private func problems(_ text: String) throws -> [String] {
    try Folder(text).read().dashboard.problems.map(\.description)
  }

  @Test("Without a file everything is as usual, and nothing is wrong")
  func none() throws {
    let folder = try Folder()
    let settings = try folder.read()
    #expect(settings == Settings(path: folder.file.path))
    #expect(settings.dashboard.problems.isEmpty)
    #expect(try SettingsFile(named: nil, variables: [:]).read() == Settings())
    let home = SettingsFile(named: nil, variables: ["HOME": "/h", "XDG_CONFIG_HOME": ""])
    #expect(home.path == "/h/.config/townhall/townhall.toml")
  }

  @Test("Everything that can be settled is read")
  func all() throws {
    let settings = try Folder(
      """
      mouse = false # the terminal's
      ascii = true
      colour = false
      linear = true
      synchronized = false
      theme = "terminal"
      start-pane = "activity"
      words = "dict"
      escape-delay = 80
      past-minutes = 30
      past-mebibytes = 256
      log = "/tmp/x.log"

      [keys]
      remove = "F8"
      set = ["s", "gs"]
      """
    ).read()
    #expect(settings.dashboard.problems.isEmpty)
    #expect(!settings.mouse && settings.ascii && !settings.colour && settings.linear)
    #expect(settings.theme == .terminal && settings.escapeDelay == 80 && !settings.synchronized)
    #expect(settings.log == "/tmp/x.log" && settings.dashboard.startPane == "activity")
    #expect(settings.dashboard.words == .dict)
    #expect(settings.dashboard.past == PastBounds(time: .seconds(1800), bytes: 256 << 20))
    #expect(
      settings.dashboard.keys == [
        KeyChoice("remove", keys: ["F8"], line: 15), KeyChoice("set", keys: ["s", "gs"], line: 16),
      ]
    )
  }

  @Test(
    "What is wrong is told with its line",
    arguments: [
      ("\nmouse = 1", "line 2: mouse must be true or false"),
      ("synchronized = \"no\"", "line 1: synchronized must be true or false"),
      ("a = 1", "line 1: there is no setting a"),
      ("theme = \"pink\"", "line 1: theme must be one of \"standard\", \"terminal\", \"mono\""),
      ("words = \"map\"", "line 1: words must be one of \"town\", \"dict\""),
      ("start-pane = 4", "line 1: start-pane must be one of"),
      ("escape-delay = 0", "line 1: escape-delay must be a number of milliseconds from 1 to 1000"),
      ("past-minutes = -1", "line 1: past-minutes must be a number of minutes from 0 to 1440"),
      ("past-mebibytes = 1e9", "line 1: past-mebibytes must be a number of MiB from 0 to 65536"),
      ("keys = 3", "line 1: keys must be a table"),
      ("[keys]\nset = [\"s\"]\nundo = [1]", "line 3: undo must be a key or a list of keys"),
      ("[keys]\n\nset = \"z\"", "line 3: z for set takes the key of undo (z)"),
      (
        "[keys]\nset = \"F7\"\nadd = \"F7\"",
        "line 3: F7 for add collides with F7 for set, which keeps it"
      ),
      ("[keys]\nsett = \"F7\"", "line 2: no command is called sett"),
      ("mouse = true\nmouse == 2", "line 2:"),
    ]
  )
  func mistakes(text: String, complaint: String) throws {
    let found = try problems(text)
    #expect(found.count == 1 && found[0].hasPrefix(complaint), "\(found)")
  }

  @Test("A file without an end is refused, and not read for ever")
  func endless() throws {
    #expect(throws: Failure.self) { try SettingsFile(named: "/dev/zero", variables: [:]).read() }
    let folder = try Folder(String(repeating: "# a long comment\n", count: 100_000))
    #expect(
      try folder.read().dashboard.problems.map(\.description).first?.contains("too large") == true
    )
  }

  @Test("A mistake in one line leaves the others in force")
  func rest() throws {
    let settings = try Folder("mouse = 7\nascii = true\n[keys]\nnope = \"x\"\nset = \"F7\"").read()
    #expect(settings.ascii && settings.mouse)
    #expect(settings.dashboard.problems.map(\.line) == [1, 4])
    #expect(settings.dashboard.keysInForce.contains(KeyChoice("set", keys: ["F7"])))
  }

  @Test("A file that is not text, or huge nonsense, is told and harms nobody")
  func hostile() throws {
    let folder = try Folder()
    try Data([0xff, 0xfe, 0x00]).write(to: folder.file)
    #expect(try folder.read().dashboard.problems.count == 1)
    let deep = String(repeating: "[", count: 100_000)
    #expect(try problems("a = \(deep)").count == 1)
  }

  @Test(
    "A table without a name ends nobody's program, wherever it stands",
    arguments: [
      ("[é]", 1), ("[", 1), ("mouse = true\n[ = \"m\"", 2), ("[[+]]", 1), ("\u{FEFF}\t[\n]", 1),
      ("log = \"\"\"\n[é]\n\"\"\"\"\"\n[(a)]", 4), ("a = [\n  [1], # [é]\n]\r\n[.]", 4),
      ("log = 'a\\'\n[,]", 2), ("log = \"\\\"[\"\n[,]", 2),
    ]
  )
  func nameless(text: String, line: Int) throws {
    let found = try Folder(text).read().dashboard.problems
    #expect(found.count == 1)
    #expect(found.first?.line == line, "\(found)")
    #expect(found.first?.text.hasSuffix("so nothing was read from this file") == true)
  }

  @Test("What only looks like a table is left alone")
  func looksLikeTable() throws {
    let text = "log = \"\"\"\n[é]\n'\"\"\"\n[keys] # [é]\nset = [\n  [[é]].x\n]"
    let problem = try #require(try Folder(text).read().dashboard.problems.first)
    #expect(problem.line == 6 && problem.text.hasPrefix("expected a value, found 'é'"))
  }

  @Test("What is printed is read back, whatever is in it, and steers no terminal")
  func printed() throws {
    let settings = SettingsFile.read(Array(#"log = "a\n\u001b[31m\"\\\u009b""#.utf8))
    #expect(settings.log == "a\n\u{1b}[31m\"\\\u{9b}")
    #expect(settings.text.unicodeScalars.allSatisfy { $0 == "\n" || !$0.isControl })
    let again = SettingsFile.read(Array(settings.text.utf8))
    #expect(again.log == settings.log && again.dashboard.problems.isEmpty)
  }

  @Test("A file that was named has to be there")
  func named() async throws {
    let result = await Console(SyncServer()).run(["settings", "--config", "/no/such/file"])
    #expect(result.status == 2)
    #expect(result.told.contains("/no/such/file") && result.output.isEmpty)
  }

  @Test("settings prints the file, all that is in force, and everything that is wrong")
  func verb() async throws {
    let folder = try Folder("theme = \"mono\"\n[keys]\nset = \"F7\"")
    let good = await Console(SyncServer()).run(["settings", "--config", folder.file.path])
    #expect(good.status == 0 && good.told.isEmpty)
    #expect(good.output.hasPrefix("# \(folder.file.path)\n"))
    #expect(
      good.output.contains("theme = \"mono\"\n") && good.output.contains("\nset = [\"F7\"]\n")
    )
    // What is printed can be a settings file, and says the same.
    let copy = try Folder(good.output)
    let settings = try copy.read()
    #expect(settings.dashboard.problems.isEmpty, "\(settings.dashboard.problems)")
    #expect(settings.theme == .mono)
    let bad = try Folder("nope = 1\n[keys]\nset = \"z\"")
    let result = await Console(SyncServer()).run(["settings", "--config", bad.file.path])
    #expect(result.status == 2)
    #expect(result.told.split(separator: "\n").count == 2)
    #expect(result.told.contains("line 1: there is no setting nope"))
  }
}

@Suite("Keys in lines")
struct KeyLinesTests {
  @Test("A line holds keys as the help writes them, and behind > what is typed")
  func keys() {
    #expect(
      KeyLines.keys(in: "j gd Enter ^r") == [
        .key(.character("j")), .key(.character("g")), .key(.character("d")), .key(.enter),
        .key(.control("r")),
      ]
    )
    #expect(
      KeyLines.keys(in: ">a b") == [
        .key(.character("a")), .key(.character(" ")), .key(.character("b")),
      ]
    )
    #expect(KeyLines.keys(in: "") == [])
  }
}
