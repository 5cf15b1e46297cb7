import Testing

@testable import TownhallApp

@Suite("The built-in tour")
struct BuiltInTourTests {
  @Test("Every lesson holds when it is played")
  func holds() throws {
    let path = #filePath.replacing(
      "Tests/TownhallAppTests/BuiltInTourTests.swift",
      with: "Sources/TownhallApp/Tour/Lessons/townhall.toml"
    )
    let text = String(decoding: try Files.read(path), as: UTF8.self)
    do {
      let file = try LessonFile(text)
      let flaws = file.flawsInPlay().map { $0.text(in: "townhall.toml") }
      #expect(flaws.isEmpty, "\(flaws.joined(separator: "\n"))")
    } catch {
      Issue.record("\(error.flaws.map { $0.text(in: "townhall.toml") }.joined(separator: "\n"))")
    }
  }
}
