import Dashboard
import Foundation
import Lessons
import TestSupport
import Testing
import TextScreen

@testable import TownhallApp

extension EndToEndTests {
  /// The built-in lessons, taken at a terminal of 80 by 24 with nothing but its keys.
  ///
  /// Here each lesson is solved as its own "show me" would; with `EVERY_WAY=1` also by each of its routes, and each wrong
  /// turn is taken. What the ways come to is proven without a terminal in any case, see `BuiltInTourTests`.
  @Suite("The tour at a terminal")
  struct TourTests {
    private static let lessons = (try? Course.builtIn().tour.lessons) ?? []
    private static let triesEveryWay = ProcessInfo.processInfo.environment["EVERY_WAY"] != nil

    private static func begin(_ lesson: Lesson, _ arguments: String...) throws -> Learner {
      let program = try PTYProgram(
        [try BuiltProducts.path(of: "townhall"), "tour", "--lesson", lesson.name] + arguments
      )
      let learner = Learner(at: program)
      try learner.begin(lesson)
      return learner
    }

    @Test(
      "Every lesson is unsolved at its start, and solved by the keys of its show",
      arguments: lessons.map(\.name)
    )
    func everyLesson(_ name: String) throws {
      let lesson = try #require(Self.lessons.first { $0.name == name })
      let learner = try Self.begin(lesson)
      #expect(!learner.words.contains("Solved"), "\(learner.program.text)")
      try learner.play(lesson.show, in: lesson)
      #expect(learner.program.wait(for: "Solved"), "\(learner.program.text)")
      try Self.leave(learner)
    }

    @Test(
      "Every other way solves its lesson, and every wrong turn is answered by what is missing",
      .enabled(if: triesEveryWay, "EVERY_WAY=1 takes them all, which takes minutes"),
      arguments: lessons.map(\.name)
    )
    func everyWay(_ name: String) throws {
      let lesson = try #require(Self.lessons.first { $0.name == name })
      let learner = try Self.begin(lesson)
      for route in lesson.routes {
        try learner.play(route.strokes, in: lesson)
        #expect(learner.program.wait(for: "Solved"), "\(route.name)\n\(learner.program.text)")
        learner.press(.function(4))
      }
      for attempt in lesson.wrong {
        learner.press(.function(4))
        try learner.play(attempt.strokes, in: lesson)
        #expect(
          learner.program.wait(seconds: 5) { _ in learner.words.contains(attempt.says) },
          "\(attempt.name): \(attempt.says)\n\(learner.program.text)"
        )
        #expect(!learner.words.contains("Solved"), "\(attempt.name)\n\(learner.program.text)")
      }
      try Self.leave(learner)
    }

    @Test("Show me plays the keys of a lesson where they can be seen, and F4 gives it back")
    func showMe() throws {
      let lesson = try #require(Self.lessons.first { $0.name == "visit" })
      let learner = try Self.begin(lesson)
      learner.press(.function(3))
      for case .say(let text) in lesson.show {
        #expect(
          learner.program.wait(seconds: 20) { _ in learner.words.contains(text) },
          "\(text)\n\(learner.program.text)"
        )
      }
      let end = "That is how it is done"
      #expect(learner.program.wait(for: end, seconds: 20), "\(learner.program.text)")
      learner.press(.function(4))
      #expect(
        learner.program.wait { _ in !learner.words.contains(end) },
        "\(learner.program.text)"
      )
      try Self.leave(learner)
    }

    /// Leaves the tour, from wherever one is.
    private static func leave(_ learner: Learner) throws {
      learner.program.send([3])
      #expect(learner.program.waitForExit(), "\(learner.program.text)")
    }
  }
}
