import Dashboard
import Testing

@testable import TownhallApp

@Suite("The lessons that we hand out")
struct BuiltInTourTests {
  /// What does not hold of a tour, each flaw in a line.
  private static func flaws(_ text: String) -> String {
    do {
      return try LessonFile(text).flawsInPlay().map { $0.text(in: "tour") }.joined(separator: "\n")
    } catch {
      return error.flaws.map { $0.text(in: "tour") }.joined(separator: "\n")
    }
  }

  private static func read(_ path: String) throws -> String {
    let root = #filePath.replacing("Tests/TownhallAppTests/BuiltInTourTests.swift", with: "")
    return String(decoding: try Files.read(root + path), as: UTF8.self)
  }

  @Test("Every lesson of the built-in tour holds when it is played")
  func tour() throws {
    let text = try Self.read("Sources/TownhallApp/Tour/Lessons/townhall.toml")
    #expect(Self.flaws(text) == "")
    let lessons = try LessonFile(text).tour.lessons
    #expect(lessons.count >= 10)
    for lesson in lessons {
      #expect(lesson.routes.count >= 2, "\(lesson.name)")
      #expect(lesson.wrong.count >= 2, "\(lesson.name)")
    }
  }

  @Test("So does the example of the README")
  func readme() throws {
    let readme = try Self.read("README.md")
    let start = try #require(readme.firstRange(of: "```toml\nname = \"first-steps\""))
    let rest = readme[start.lowerBound...].dropFirst("```toml\n".count)
    let end = try #require(rest.firstRange(of: "```"))
    #expect(Self.flaws(String(rest[..<end.lowerBound])) == "")
  }
}
