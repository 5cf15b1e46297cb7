import Dashboard
import Foundation
import Lessons
import SharedState
import StateSync
import TestSupport
import Testing

@testable import TownhallApp

@Suite("townhall tour without its screen", .timeLimit(.minutes(2)))
struct TourVerbTests {
  private let memory = ScratchFolder()

  @Test("--print is the built-in tour and reads as one; --coverage names its lessons only")
  func builtIn() async throws {
    let printed = await townhall("tour", "--print", on: SyncServer())
    #expect(printed.status == 0 && printed.told.isEmpty)
    let names = Set(try LessonFile.read(printed.output).tour.lessons.map(\.name))
    #expect(names.count >= 10)
    let coverage = await townhall("tour", "--coverage", on: SyncServer())
    var lines = coverage.output.split(separator: "\n").filter { !$0.hasPrefix("#") }
    lines = lines.filter { !$0.contains("\t-\t") }
    #expect(lines.count > 50)
    for line in lines {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      #expect(fields.count == 3, "\(line)")
      for name in fields[1].split(separator: ",").map({ $0.filter { $0 != " " } }) {
        #expect(names.contains(name), "\(line)")
      }
    }
  }

  @Test(
    "--check praises each lesson that holds, and tells of each flaw in which line it is and why"
  )
  func check() async throws {
    let good = try await check(ScratchTour.text)
    #expect(good.status == 0 && good.told.isEmpty)
    #expect(good.output.split(separator: "\n").count == 2)
    #expect(good.output.hasPrefix("lesson 'move-out': unsolved at its start, solved by its show"))

    let solved = try await check(
      ScratchTour.text.replacing(#""selection.base" = '{"display_name": "Base"}'"#, with: "")
    )
    #expect(solved.status == 2)
    #expect(solved.told.contains("lesson 'move-out': it is solved before anything has been done"))
    #expect(solved.output.hasPrefix("lesson 'move-in'"))

    let failing = try await check(ScratchTour.text.replacing(#""d", "y""#, with: #""d", "n""#))
    #expect(failing.status == 2)
    #expect(
      failing.told.contains("tour.toml:10: lesson 'move-out', show me: it is not solved by that")
    )

    let typo = try await check(ScratchTour.text.replacing("vacant =", with: "vacent ="))
    #expect(typo.status == 2 && typo.output.isEmpty)
    #expect(typo.told.contains("tour.toml:17: ") && typo.told.contains("vacent"))
  }

  @Test("A file that is none, too large or no text is refused in one line; so is an unknown lesson")
  func refused() async throws {
    let path = try file(ScratchTour.text)
    let unknown = await townhall("tour", path, "--lesson", "fly", on: SyncServer())
    #expect(unknown.status == 2)
    #expect(unknown.told == "townhall: no lesson is called fly; these are: move-out, move-in\n")
    let missing = await townhall("tour", "--check", path + ".none", on: SyncServer())
    #expect(missing.status == 2 && missing.told.contains("cannot open"))
    try Data([0xff, 0xfe, 0x00]).write(to: URL(filePath: path))
    let binary = await townhall("tour", path, on: SyncServer())
    #expect(binary.status == 2 && binary.told.contains("is no text in UTF-8"))
    try Data(count: LessonFile.mostBytes + 1).write(to: URL(filePath: path))
    let large = await townhall("tour", path, on: SyncServer())
    #expect(large.status == 2 && large.told.contains("File too large"))
    for flags in [["--list", "--print"], ["--check", "a", "b"]] {
      #expect(await Console(SyncServer()).run(["tour"] + flags).status == 2)
    }
  }

  @Test("The lessons of a class are checked as any file, and refused in words")
  func ofClass() async throws {
    let values: [StateValue] = [
      7, "", "name = 1", .string(String(repeating: "#", count: LessonFile.mostBytes + 1)),
      .string(ScratchTour.text.replacing("vacant =", with: "vacent =")),
    ]
    for lessons in values {
      let town = SyncServer(["class": ["title": "A walk", "lessons": lessons]])
      let result = await townhall("tour", "--town", "ws://in.memory:1", on: town)
      #expect(result.status == 2 && result.told.contains("the lessons of the class"), "\(result)")
      #expect(result.told.split(separator: "\n").count == 1 && result.told.count < 500)
      #expect(town.state.count == 1)
    }
    #expect(try Course.ofClass(["title": "A walk"]) == nil)
    #expect(try Course.ofClass(["lessons": .string(ScratchTour.text)])?.tour.lessons.count == 2)
    #expect(await townhall("serve", "--lessons", "x", on: SyncServer()).status == 2)
  }

  @Test("How far one has come is kept for each tour, and the list says so")
  func book() throws {
    let variables = ["XDG_STATE_HOME": memory.path]
    let book = TourProgressFile(variables: variables)
    #expect(try book.progress(in: "a") == TourProgress())
    let some = TourProgress([
      "solved": ["visit"], "shown": ["merge"], "hints": 2, "lesson": "merge",
    ])
    try book.keep(some, in: "a")
    try book.keep(TourProgress(["solved": ["x"]]), in: "b")
    #expect(try TourProgressFile(variables: variables).progress(in: "a") == some)
    for number in 0..<150 { try book.keep(TourProgress(), in: "tour \(number)") }
    try book.keep(some, in: String(repeating: "long", count: 100))
    #expect(try book.progress(in: "a") == TourProgress())
    #expect(try book.progress(in: "tour 149") == TourProgress())
    try Data("[1, 2".utf8).write(to: URL(filePath: memory.path + "/townhall/tour.json"))
    #expect(throws: (any Error).self) { try book.progress(in: "a") }
    // A book that was broken is begun anew.
    try book.keep(some, in: "a")
    #expect(try book.progress(in: "a") == some)
    #expect(try TourProgressFile(variables: [:]).progress(in: "a") == TourProgress())
  }

  private func check(_ text: String) async throws -> Console.Result {
    await townhall("tour", "--check", try file(text), on: SyncServer())
  }

  private func file(_ text: String) throws -> String {
    try FileManager.default.createDirectory(
      atPath: memory.path,
      withIntermediateDirectories: true
    )
    let path = memory.path + "/tour.toml"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }
}
