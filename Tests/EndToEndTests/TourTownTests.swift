import Foundation
import Glibc
import TestSupport
import Testing

extension EndToEndTests {
  @Suite("The tour and its town")
  struct TourTownTests {
    private let memory = ScratchFolder()
    private let file: ScratchTour

    init() throws { file = try ScratchTour() }

    @Test("Shows a lesson, celebrates, keeps what was shown, and leaves the terminal as it was")
    func offline() throws {
      let screen = try open()
      try screen.press((":show-me\r", "Base"))
      try #require(screen.wait(for: "goes on to", seconds: 30), "\(screen.text)")
      close(screen)
      try screen.press((":lesson\r", "Somebody moves in"), ("\u{1b}", "Guest"))
      screen.send("q")
      #expect(screen.waitForExit() && screen.exitStatus == 0)
      #expect(screen.unrestored.isEmpty)
      let list = try output(["tour", "--list", file.path])
      #expect(list == "shown   move-out  Somebody moves out\n        move-in   Somebody moves in\n")
    }

    @Test("A lesson that is done by hand is solved, and the next tour goes on with the next lesson")
    func resumed() throws {
      let screen = try open()
      try screen.press((":selection.base\r", #"display_name  "Base""#), ("d", "y remove"))
      screen.send("y")
      try #require(screen.wait(for: "goes on to"), "\(screen.text)")
      close(screen)
      try screen.press((":lesson\r", "Somebody moves in"))
      screen.send("\u{3}")
      #expect(screen.waitForExit())
      let again = try open(shows: "Somebody moves in")
      again.send("\u{3}")
      #expect(again.waitForExit())
      #expect(try output(["tour", "--list", file.path]).hasPrefix("solved  move-out"))
    }

    @Test(
      "In a live town it stays on a street of its own, and whichever way it ends the town is as it was",
      arguments: ["q", "\u{3}", "TERM", "HUP", "INT", "KILL", "hang up"]
    )
    func waysOut(_ way: String) throws {
      let town = try ServerProcess()
      try town.run("set", "selection.base", #"{"display_name":"not yours"}"#)
      let before = try town.run("dump")
      let screen = try open(["--town", town.address])
      try screen.press((":selection.base\r", #"display_name  "Base""#), ("d", "y remove"))
      screen.send("y")
      try #require(screen.wait(for: "goes on to"), "\(screen.text)")
      let during = try town.run("keys").split(separator: "\n")
      #expect(during.contains { $0.hasPrefix("lesson.") && $0.hasSuffix(".town.selection.other") })
      #expect(
        during.allSatisfy {
          $0 == "selection.base" || $0.hasPrefix("lesson.") || $0.hasPrefix("update.index.")
        }
      )
      #expect(try records().count == 1)
      switch way {
      case "TERM": screen.signal(SIGTERM)
      case "HUP": screen.signal(SIGHUP)
      case "INT": screen.signal(SIGINT)
      case "KILL": screen.signal(SIGKILL)
      case "hang up": screen.hangUp()
      default:
        close(screen)
        screen.send(way)
      }
      #expect(screen.waitForExit())
      if way != "hang up" { #expect(screen.wait { $0.unrestored.isEmpty }, "\(screen.unrestored)") }
      var after = ""
      for _ in 0..<100 {
        after = try town.run("dump")
        if after == before { break }
      }
      #expect(after == before)
      // Only who is killed outright leaves the record, for the next tour.
      #expect(try settled { try records().isEmpty == (way != "KILL") })
      if way == "KILL" {
        let next = try open(["--town", town.address])
        #expect(try settled { try records().count == 1 })
        next.send("q")
        #expect(next.waitForExit())
        #expect(try records().isEmpty)
      }
    }

    @Test(":tour leaves the dashboard, and coming back it is as it was", arguments: [true, false])
    func fromTheDashboard(isReadOnly: Bool) throws {
      let town = try ServerProcess()
      try town.run("load", ShownScene.town)
      let before = try town.run("keys")
      let screen = try PTYProgram(
        [try BuiltProducts.path(of: "townhall"), town.address]
          + (isReadOnly ? ["--read-only"] : []),
        environment: environment
      )
      try screen.press(("", "here is the town"), (":selection.hyperballs\r", "particle_ids"))
      try screen.press((":tour\r", "Lesson 1"))
      if isReadOnly {
        #expect(try town.run("keys") == before)
      } else {
        #expect(try settled { try town.run("keys").contains("lesson.") })
      }
      screen.send("\u{1b}")
      screen.settle()
      screen.send("q")
      try #require(screen.wait { $0.text.contains("particle_ids") }, "\(screen.text)")
      #expect(!screen.text.contains("Lesson 1") && screen.text.contains("selection.hyperballs"))
      #expect(try settled { try town.run("keys") == before })
      screen.send("q")
      #expect(screen.waitForExit() && screen.exitStatus == 0)
      #expect(screen.unrestored.isEmpty)
    }

    @Test(
      "What was done before the tour can be taken back after it, and what happened meanwhile is told"
    )
    func undoAfterTour() throws {
      let town = try ServerProcess()
      try town.run("load", ShownScene.town)
      let screen = try PTYProgram(
        [try BuiltProducts.path(of: "townhall"), town.address],
        environment: environment
      )
      try screen.press(("", "here is the town"), (":selection.hyperballs\r", "particle_ids"))
      try screen.press(("d", "remove it"), ("y", "takes it back"))
      try screen.press((" ", "Activity"), (":tour\r", "Lesson 1"))
      try town.run("set", "note.meanwhile", "1")
      screen.send("\u{1b}")
      screen.settle()
      screen.send("q")
      try #require(screen.wait { $0.text.contains("meanwhile") }, "\(screen.text)")
      #expect(try !town.run("keys").contains("selection.hyperballs"))
      screen.send("z")
      #expect(try settled { try town.run("keys").contains("selection.hyperballs") })
      screen.send("q")
      #expect(screen.waitForExit())
    }

    @Test("Without a screen the tour is lines, and keys come in lines too")
    func linear() throws {
      let program = Process()
      let (input, output) = (Pipe(), Pipe())
      program.executableURL = URL(filePath: try BuiltProducts.path(of: "townhall"))
      program.arguments = ["tour", file.path, "--linear"]
      program.environment = ["XDG_STATE_HOME": memory.path, "XDG_CONFIG_HOME": "/nonexistent"]
      (program.standardInput, program.standardOutput) = (input, output)
      try program.run()
      input.fileHandleForWriting.write(Data("Esc\n:\n>selection.base\nEnter\nd\ny\nq\n".utf8))
      try input.fileHandleForWriting.close()
      let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
      program.waitUntilExit()
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(program.terminationStatus == 0)
      for words in ["Somebody moves out", "goal: Remove selection.base.", "still stands", "Solved"]
      {
        #expect(text.contains(words), "\(words) is not in: \(text)")
      }
    }

    @Test(
      "In a class each learner has a street of their own, and the teacher sees who has done what"
    )
    func ofClass() throws {
      let town = try ServerProcess(["--class", "--lessons", file.path])
      let ada = try open(["--town", town.address, "--name", "Ada"], isOfClass: true)
      let ben = try open(["--town", town.address, "--name", "Ben"], isOfClass: true)
      try ada.press((":selection.base\r", #"display_name  "Base""#), ("d", "y remove"))
      ada.send("y")
      try #require(ada.wait(for: "goes on to"), "\(ada.text)")
      // Ben's house of the same name stands on another street.
      #expect(ben.wait(for: "Base"))
      ben.send(":hint\r")
      let isTold = try settled {
        let table = try town.run("class").split(separator: "\n").map { $0.split(separator: " ") }
        return table.contains(["Ada", "move-out", "1", "of", "2", "0", "0", "here"])
          && table.contains(["Ben", "move-out", "0", "of", "2", "0", "1", "here"])
      }
      let table = try town.run("class")
      #expect(isTold, "\(table)")
      ada.send("\u{3}")
      #expect(ada.waitForExit())
      #expect(try settled { try town.run("class", "--json").contains(#""here":false"#) })
      #expect(try town.run("class").contains("Ada"))
      ben.signal(SIGKILL)
      #expect(ben.waitForExit())
      #expect(try settled { try town.run("keys") == "class\nclass.left" })
    }

    @Test("The built-in lessons are in the program itself, wherever it is copied to")
    func copied() throws {
      try FileManager.default.createDirectory(
        atPath: memory.path,
        withIntermediateDirectories: true
      )
      let copy = memory.path + "/program"
      try FileManager.default.copyItem(atPath: BuiltProducts.path(of: "townhall"), toPath: copy)
      let text = try output(["tour", "--print"], of: copy)
      #expect(text.contains("[[lesson]]") && text.contains("name = \"townhall\""))
    }

    // MARK: Helpers

    /// Closes the pane of an edit that has arrived.
    private func close(_ screen: PTYProgram) {
      // The first Esc may end what is being shown.
      for _ in 0..<2 {
        screen.settle()
        screen.send("\u{1b}")
      }
      screen.settle()
    }

    private var environment: [String: String] {
      ["XDG_STATE_HOME": memory.path, "SWIFT_BACKTRACE": "enable=no"]
    }

    /// Opens a tour, whose first card then is on the screen.
    private func open(
      _ arguments: [String] = [],
      isOfClass: Bool = false,
      shows title: String = "Somebody moves out"
    ) throws -> PTYProgram {
      let call = [try BuiltProducts.path(of: "townhall"), "tour"] + (isOfClass ? [] : [file.path])
      let screen = try PTYProgram(call + arguments, environment: environment)
      try #require(screen.wait(for: title), "\(screen.text)")
      // The card has been read.
      screen.send("\u{1b}")
      try #require(screen.wait(for: "Other"), "\(screen.text)")
      screen.settle()
      return screen
    }

    private func records() throws -> [String] {
      let names = try? FileManager.default.contentsOfDirectory(atPath: memory.path + "/townhall")
      return (names ?? []).filter { $0.hasPrefix("tour-street-") }
    }

    /// Waits, within bounds, until something is so.
    private func settled(_ condition: () throws -> Bool) throws -> Bool {
      for _ in 0..<100 {
        if try condition() { return true }
        Thread.sleep(forTimeInterval: 0.05)
      }
      return false
    }

    private func output(_ arguments: [String], of path: String? = nil) throws -> String {
      let program = Process()
      let output = Pipe()
      program.executableURL = URL(filePath: try path ?? BuiltProducts.path(of: "townhall"))
      program.arguments = arguments
      program.environment = ["XDG_STATE_HOME": memory.path]
      (program.standardOutput, program.standardError) = (output, FileHandle.nullDevice)
      try program.run()
      let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
      program.waitUntilExit()
      return String(decoding: bytes, as: UTF8.self)
    }
  }
}
