import Foundation
import Glibc
import TestSupport
import Testing

/// Recordings as somebody at a terminal has them.
extension EndToEndTests {
  @Suite("Recorded, played and kept")
  struct RecordedTests {
    private static func folder() throws -> ScratchFolder {
      let folder = ScratchFolder()
      try FileManager.default.createDirectory(
        atPath: folder.path,
        withIntermediateDirectories: true
      )
      return folder
    }

    @Test("What record has written is played: marked as recorded, gone about in, and left as it is")
    func played() throws {
      let (folder, town) = (try Self.folder(), try ServerProcess())
      try town.run("set", "house", "1")
      let townhall = try BuiltProducts.path(of: "townhall")
      let path = "\(folder.path)/session.nanover.zip"
      let recorder = Process()
      recorder.executableURL = URL(filePath: townhall)
      recorder.arguments = ["record", path, "--town", town.address, "--quiet"]
      (recorder.standardOutput, recorder.standardError) = (
        FileHandle.nullDevice, FileHandle.nullDevice
      )
      try recorder.run()
      let end = Date(timeIntervalSinceNow: 20)
      while !FileManager.default.fileExists(atPath: path), Date() < end { usleep(20_000) }
      for value in 2...4 { try town.run("set", "house", "\(value)") }
      try town.run("mark", "half way")
      try town.run("set", "house", "5")
      usleep(300_000)
      kill(recorder.processIdentifier, SIGTERM)
      recorder.waitUntilExit()
      #expect(recorder.terminationStatus == 0)
      let before = try Data(contentsOf: URL(filePath: path))

      let screen = try PTYProgram([townhall, path, "--paused"], columns: 120, rows: 30)
      try #require(screen.wait(for: " recording "), "\(screen.text)")
      try #require(screen.wait { $0.text.contains(" paused  0:00.0 of") }, "\(screen.text)")
      try #require(screen.wait { $0.text.contains("◆") }, "\(screen.text)")
      screen.send(":house\r")
      // Each change of the house, one after the other, and back.
      for value in 2...5 {
        screen.send("'")
        try #require(
          screen.wait { Self.shows(value, $0.text) },
          "\(value): \(screen.text)"
        )
      }
      screen.send("(")
      try #require(screen.wait { Self.shows(4, $0.text) }, "\(screen.text)")
      #expect(screen.text.contains("◆ half way"))
      screen.send("d")
      try #require(screen.wait(for: "a recording stays as it is"), "\(screen.text)")
      screen.send("P")
      try #require(screen.wait { Self.shows(5, $0.text) }, "\(screen.text)")
      screen.send("q")
      #expect(screen.waitForExit() && screen.exitStatus == 0)
      #expect(try Data(contentsOf: URL(filePath: path)) == before)
    }

    private static func shows(_ value: Int, _ text: String) -> Bool {
      text.split(separator: "\n").contains {
        $0.contains("house") && $0.split(separator: " ").contains("\(value)")
      }
    }

    @Test(
      "The past of a session is gone back to, marked as past; a house of it is restored, and now is back"
    )
    func travelled() throws {
      let (folder, town) = (try Self.folder(), try ServerProcess())
      try town.run("set", "house", "1")
      let townhall = try BuiltProducts.path(of: "townhall")
      let screen = try PTYProgram(
        [townhall, town.address],
        columns: 120,
        rows: 30
      )
      try #require(screen.wait(for: "● live"), "\(screen.text)")
      // A command is called house, too.
      screen.send(":house\u{1B}[B\r")
      screen.send(":record \(folder.path)/session\r")
      try #require(screen.wait(for: "● rec 0:"), "\(screen.text)")
      for value in 2...4 {
        try town.run("set", "house", "\(value)")
        try #require(screen.wait { Self.shows(value, $0.text) }, "\(value): \(screen.text)")
      }
      screen.send(":mark half way\r")
      try #require(screen.wait { $0.text.contains("mark.") }, "\(screen.text)")
      try town.run("set", "house", "5")
      try #require(screen.wait { Self.shows(5, $0.text) }, "\(screen.text)")
      screen.send("(")
      try #require(screen.wait(for: " PAST "), "\(screen.text)")
      try #require(screen.wait { Self.shows(4, $0.text) }, "\(screen.text)")
      try #require(screen.wait(for: "◆ half way"), "\(screen.text)")
      #expect(screen.text.contains("╌"))
      #expect(!screen.text.contains("● live"))
      screen.send(";;;")
      try #require(screen.wait { Self.shows(2, $0.text) }, "\(screen.text)")
      screen.send("R")
      try #require(
        screen.wait { $0.text.contains("- 5") && $0.text.contains("+ 2") },
        "\(screen.text)"
      )
      screen.send("\r")
      try #require(screen.wait(for: "accepted"), "\(screen.text)")
      #expect(try town.run("get", "house") == "2")
      #expect(screen.text.contains(" PAST "))
      screen.send("\u{1B}")
      usleep(300_000)
      screen.send("w")
      try #require(screen.wait(for: "● live"), "\(screen.text)")
      try #require(screen.wait { Self.shows(2, $0.text) }, "\(screen.text)")
      screen.send("q")
      #expect(screen.waitForExit() && screen.exitStatus == 0)
      #expect(screen.text.contains("townhall: recorded 0:0"), "\(screen.text)")
      #expect(!screen.text.contains("0 bytes"))
      // What was recorded holds all of it.
      let recorded = "\(folder.path)/session.nanover.zip"
      #expect(try Self.house(in: recorded) == "2")
      #expect(try Self.house(in: "\(recorded)@half way") == "4")
    }

    @Test(
      "What is simulated is recorded too, from the whole molecule on, while the screen goes on to show it"
    )
    func simulated() throws {
      let folder = try Self.folder()
      let townhall = try BuiltProducts.path(of: "townhall")
      let screen = try PTYProgram([townhall, "--demo"], columns: 120, rows: 30)
      try #require(screen.wait(for: "● live"), "\(screen.text)")
      screen.send("5")
      try #require(screen.wait(for: "173 atoms"), "\(screen.text)")
      screen.send(":record \(folder.path)/molecule\r")
      try #require(screen.wait(for: "● rec 0:01"), "\(screen.text)")
      screen.send(":record\r")
      try #require(screen.wait(for: "recorded 0:0"), "\(screen.text)")
      #expect(!screen.text.contains("● rec "))
      try #require(screen.wait(for: "runs"), "\(screen.text)")
      let path = "\(folder.path)/molecule.nanover.zip"
      for moment in [path, "\(path)@1"] {
        let atoms = try Self.output(["atoms", "name CA", "-t", moment, "--count"])
        #expect(atoms == "17", "\(moment)")
      }
      screen.send("q")
      #expect(screen.waitForExit() && screen.exitStatus == 0)
    }

    /// What a recording holds of the house at a moment.
    private static func house(in place: String) throws -> String {
      try output(["get", "house", "-t", place])
    }

    private static func output(_ arguments: [String]) throws -> String {
      let (verb, output) = (Process(), Pipe())
      verb.executableURL = URL(filePath: try BuiltProducts.path(of: "townhall"))
      verb.arguments = arguments
      verb.standardOutput = output
      try verb.run()
      let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
      verb.waitUntilExit()
      return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .newlines)
    }

    @Test(
      "A town that is kept is there again when it was killed, and the dashboard sees it come back"
    )
    func kept() throws {
      let folder = try Self.folder()
      let town = try ServerProcess(["--keep", folder.path + "/kept"])
      try town.run("set", "selection.mine", #"{"name": "Mine"}"#)
      try town.run("set", "avatar.somebody", #"{"name": "Ada"}"#)
      let screen = try PTYProgram(
        [try BuiltProducts.path(of: "townhall"), town.address],
        columns: 120,
        rows: 30
      )
      try #require(screen.wait(for: "Mine"), "\(screen.text)")
      usleep(1_500_000)
      town.end(SIGKILL)
      try #require(screen.wait(seconds: 10) { !$0.text.contains("● live") }, "\(screen.text)")
      let again = try ServerProcess(["--keep", folder.path + "/kept"], port: town.port)
      try #require(screen.wait(for: "● live", seconds: 20), "\(screen.text)")
      #expect(screen.text.contains("Mine"))
      #expect(try again.run("get", "selection.mine") == #"{"name":"Mine"}"#)
      #expect(try again.run("keys", "avatar.somebody") == "")
      screen.send("q")
      #expect(screen.waitForExit() && screen.exitStatus == 0)
    }
  }
}
