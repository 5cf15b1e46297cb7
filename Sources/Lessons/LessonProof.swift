import Wording

/// Somebody who plays a lesson on paper, as a proof asks: in a state without wires and in a time that passes at once.
package protocol LessonPlayer {
  /// Where the lesson stands; `nil` if no lesson is given.
  var stage: LessonRun.Stage? { get }
  /// What the learner is told while the lesson is unsolved.
  var answer: String { get }
  /// Why what was played could not go on.
  var trouble: String? { get }
  /// Plays a way to its end; `isOwn` says that it is the lesson's own show.
  mutating func play(_ strokes: [Lesson.Stroke], isOwn: Bool)
  /// Does nothing for a while, to see what the neighbour alone brings about.
  mutating func idle()
}

/// A proof of a tour, played on paper: a lesson has to be unsolved at its start, solved by its own "show me" and by each
/// of its other ways, and left unsolved by each of its wrong turns, with the answer that it promises.
///
/// ```swift
/// LessonProof(tour) { player(of: $0) }.problems()   // [] if all holds
/// ```
public struct LessonProof {
  /// What does not hold.
  public struct Problem: Hashable, Sendable {
    /// Which part of a lesson it is about.
    public enum Part: Hashable, Sendable {
      case start, show
      /// The number of the route or of the wrong turn, from 0.
      case route(Int), wrong(Int)
    }

    /// The number of the lesson, from 0.
    public let lesson: Int
    /// The part that does not hold.
    public let part: Part
    /// Why, for a person.
    public let reason: String
  }

  private let tour: Tour
  private let open: (TourOptions) -> any LessonPlayer

  /// Has a tour proved by players, each of which is opened for one way through one lesson.
  package init(_ tour: Tour, by open: @escaping (TourOptions) -> any LessonPlayer) {
    (self.tour, self.open) = (tour, open)
  }

  /// Everything that does not hold.
  ///
  /// - Complexity: O(*k*) in the keys of all lessons, each of which draws nothing but settles a whole dashboard.
  public func problems() -> [Problem] { tour.lessons.indices.flatMap { problems(ofLesson: $0) } }

  /// What does not hold of one lesson, by its number from 0.
  public func problems(ofLesson index: Int) -> [Problem] {
    let lesson = tour.lessons[index]
    var problems: [Problem] = []
    func note(_ part: Problem.Part, _ reason: String?) {
      if let reason { problems.append(Problem(lesson: index, part: part, reason: reason)) }
    }
    note(.start, begin(index).reasonSolvedAtStart())
    note(.show, begin(index).reasonNotSolved(by: lesson.show, isOwn: true))
    for (number, route) in lesson.routes.enumerated() {
      note(.route(number), begin(index).reasonNotSolved(by: route.strokes, isOwn: false))
    }
    for (number, attempt) in lesson.wrong.enumerated() {
      note(.wrong(number), begin(index).reasonNotAnswered(attempt))
    }
    return problems
  }

  private func begin(_ index: Int) -> any LessonPlayer {
    open(TourOptions(tour, lesson: tour.lessons[index].name))
  }
}

extension LessonPlayer {
  fileprivate func reasonSolvedAtStart() -> String? {
    var player = self
    guard player.stage == .doing else {
      return player.stage == .solved
        ? "it is solved before anything has been done" : "it does not begin"
    }
    player.idle()
    return player.stage == .solved ? "it is solved by the neighbour alone" : nil
  }

  fileprivate func reasonNotSolved(by strokes: [Lesson.Stroke], isOwn: Bool) -> String? {
    var player = self
    player.play(strokes, isOwn: isOwn)
    guard player.stage != .solved else { return nil }
    return "it is not solved by that; what is said: \(player.trouble ?? player.answer)"
  }

  fileprivate func reasonNotAnswered(_ attempt: Lesson.Attempt) -> String? {
    var player = self
    player.play(attempt.strokes, isOwn: false)
    if player.stage == .solved { return "a wrong turn solves it" }
    if let trouble = player.trouble { return trouble }
    guard player.answer.contains(attempt.says) else {
      return "what is said is not that: \(player.answer)"
    }
    return nil
  }
}

extension Lesson {
  /// What is proven of a lesson of which nothing does not hold.
  package var proven: String {
    let ways = Phrases.count(routes.count, "other way")
    let turns = Phrases.count(wrong.count, "wrong turn")
    return
      "lesson '\(name)': unsolved at its start, solved by its show and \(ways); \(turns) answered"
  }
}
