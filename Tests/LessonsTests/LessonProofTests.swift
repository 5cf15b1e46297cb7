import Lessons
import Testing
import TextScreen

@Suite("The proof of a tour")
struct LessonProofTests {
  /// Solves a lesson by one key, and answers everything else.
  private struct Player: LessonPlayer {
    var stage: LessonRun.Stage? = .doing
    var answer = "press a"
    var trouble: String?
    var idles: LessonRun.Stage = .doing

    mutating func play(_ strokes: [Lesson.Stroke], isOwn: Bool) {
      if strokes.contains(.key(.character("a"))) { stage = .solved }
      if strokes.contains(.waitFor("nobody")) { trouble = "the neighbour has not done nobody" }
    }

    mutating func idle() { stage = idles }
  }

  private static let lesson = Lesson(
    name: "one",
    title: "One",
    goal: "",
    hints: [],
    checks: [],
    show: [.key(.character("a"))],
    routes: [.init(name: "again", strokes: [.say("so"), .key(.character("a"))])],
    wrong: [.init(name: "b", strokes: [.key(.character("b"))], says: "press a")]
  )

  private func problems(_ lesson: Lesson, _ player: Player = Player()) -> [String] {
    LessonProof(Tour(name: "t", title: "T", lessons: [lesson])) { _ in player }.problems()
      .map { "\($0.part): \($0.reason)" }
  }

  @Test("A lesson that keeps its promises has no problems")
  func holds() {
    #expect(problems(Self.lesson) == [])
    #expect(
      Self.lesson.proven
        == "lesson 'one': unsolved at its start, solved by its show and 1 other way; 1 wrong turn answered"
    )
  }

  @Test("Each broken promise is told with its part")
  func broken() {
    var lesson = Self.lesson
    lesson.show = [.waitFor("nobody")]
    lesson.routes[0].strokes = []
    lesson.wrong[0].strokes = [.key(.character("a"))]
    lesson.wrong.append(.init(name: "c", strokes: [], says: "something else"))
    #expect(
      problems(lesson) == [
        "show: it is not solved by that; what is said: the neighbour has not done nobody",
        "route(0): it is not solved by that; what is said: press a",
        "wrong(0): a wrong turn solves it",
        "wrong(1): what is said is not that: press a",
      ]
    )
    var player = Player()
    player.idles = .solved
    #expect(problems(Self.lesson, player) == ["start: it is solved by the neighbour alone"])
    player.stage = .solved
    #expect(
      problems(Self.lesson, player).first == "start: it is solved before anything has been done"
    )
    player.stage = nil
    #expect(problems(Self.lesson, player).first == "start: it does not begin")
  }
}
