import Foundation
import Lessons
import TestSupport
import Testing

@Suite("The lessons that we hand out")
struct BuiltInTourTests {
  /// What does not hold of a tour, each flaw in a line.
  private static func flaws(_ text: String) -> String {
    do {
      return try LessonFile.read(text).flawsInPlay().map { $0.text(in: "tour") }
        .joined(separator: "\n")
    } catch {
      return error.flaws.map { $0.text(in: "tour") }.joined(separator: "\n")
    }
  }

  @Test("Every lesson of the built-in tour holds when it is played")
  func tour() throws {
    #expect(Self.flaws(BuiltInTour.text) == "")
    let lessons = try LessonFile.read(BuiltInTour.text).tour.lessons
    #expect(lessons.count >= 10)
    for lesson in lessons {
      #expect(lesson.routes.count >= 2, "\(lesson.name)")
      #expect(lesson.wrong.count >= 2, "\(lesson.name)")
    }
  }

  @Test("So does the example of the manual")
  func manual() throws {
    let examples = try MarkdownPage.manual().flatMap(\.examples)
      .filter { $0.language == "toml" && $0.code.contains("[[lesson]]") }
    #expect(!examples.isEmpty)
    for example in examples { #expect(Self.flaws(example.code) == "") }
  }
}
