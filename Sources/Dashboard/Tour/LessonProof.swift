import ScreenKit
import SharedState
import StateEditing
public import TextScreen

/// Plays a tour on paper, and tells what does not hold: a lesson has to be unsolved at its start, solved by its own "show
/// me" and by each of its other ways, and left unsolved by each of its wrong turns, with the answer that it promises.
///
/// The dashboard that plays is the real one, on a town without wires, in a time that passes at once.
///
/// ```swift
/// LessonProof(tour).problems()   // [] if all holds
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
  private let size: Size

  /// Plays on a screen of some size; lessons have to hold on the smallest.
  public init(_ tour: Tour, on size: Size = Size(columns: 80, rows: 24)) {
    (self.tour, self.size) = (tour, size)
  }

  /// Everything that does not hold.
  ///
  /// - Complexity: O(*k*) in the keys of all lessons, each of which draws nothing but settles a whole dashboard.
  public func problems() -> [Problem] {
    tour.lessons.indices.flatMap { problems(ofLesson: $0) }
  }

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

  private func begin(_ index: Int) -> ProofRun {
    ProofRun(TourOptions(tour, lesson: tour.lessons[index].name), size)
  }
}

/// A town without wires in which a dashboard gives a tour, in a time that passes at once.
struct ProofRun {
  /// Nothing is waited for longer than so many times that the dashboard asks to be woken.
  private static let mostWakes = 20_000
  /// So long a learner does nothing, to see what the neighbour alone brings about.
  private static let idleTime = Duration.seconds(30)

  private(set) var model: Model
  private var state = StateDictionary()
  private var uptime = Duration.seconds(1000)

  init(_ options: TourOptions, _ size: Size) {
    model = Model(options: DashboardOptions(address: "paper:", tour: options, seed: 1))
    tell(.screen(.resized(size)))
    tell(.state(state, StateChange()))
    tell(.link(.live(latency: nil)))
    // The card has been read.
    tell(.screen(.key(.escape)))
  }

  var stage: TourState.Stage? { model.tour?.stage }
  var answer: String { model.tour?.answer ?? "" }

  private mutating func tell(_ message: Message) {
    var messages = [message]
    while let next = messages.first {
      messages.removeFirst()
      let effects = model.update(next, at: Moment(uptime: uptime, clock: uptime))
      for effect in effects { messages += answers(to: effect) }
    }
  }

  /// What the world answers.
  private mutating func answers(to effect: Effect) -> [Message] {
    switch effect {
    case .neighbour(let change): return [put(change)]
    case .edit(let request):
      switch request.rebased(on: state) {
      case .conflict(let key, let live):
        return [.outcome(request.id, .conflict(key: key, live: live))]
      case .change(let change):
        let sent = Message.sent(request.id, change, inverse: change.inverse(against: state))
        let news = change.isEmpty ? [] : [put(change)]
        return [sent] + news + [.outcome(request.id, .sent(.accepted(latency: .milliseconds(4))))]
      }
    case .externalEdit(let id, _, _, _, _): return [.externalEdit(id, .unchanged)]
    case .copy(let text): return [.copied(bytes: text.utf8.count, limit: nil)]
    case .listCommands: return [.commands(.success([]))]
    default: return []
    }
  }

  private mutating func put(_ change: StateChange) -> Message {
    state.apply(change)
    return .state(state, change)
  }

  /// Lets time pass until something holds, or nothing more happens by itself, or it is over.
  private mutating func wait(atMost time: Duration, until holds: (Model) -> Bool) {
    let end = uptime + time
    for _ in 0..<Self.mostWakes where !holds(model) {
      guard let next = model.wakeUp, next < end else { break }
      uptime = max(next, uptime + .milliseconds(1))
      tell(.wake)
    }
    if !holds(model), uptime < end {
      uptime = end
      tell(.wake)
    }
  }

  /// Plays a way to its end.
  mutating func play(_ strokes: [Lesson.Stroke], isOwn: Bool = false) {
    model.play(strokes, isOwn: isOwn)
    tell(.wake)
    wait(atMost: .seconds(600)) { $0.tour?.show == nil && $0.tour?.stage != .preparing(since: nil) }
    // What was set off by the last keys still happens.
    wait(atMost: .seconds(8)) { $0.tour?.stage == .solved }
  }

  // MARK: What does not hold

  func reasonSolvedAtStart() -> String? {
    var known = self
    guard known.stage == .doing else {
      return known.stage == .solved
        ? "it is solved before anything has been done" : "it does not begin"
    }
    known.wait(atMost: Self.idleTime) { $0.tour?.stage == .solved }
    return known.stage == .solved ? "it is solved by the neighbour alone" : nil
  }

  func reasonNotSolved(by strokes: [Lesson.Stroke], isOwn: Bool) -> String? {
    var known = self
    known.play(strokes, isOwn: isOwn)
    guard known.stage != .solved else { return nil }
    return "it is not solved by that; what is said: \(known.model.tour?.trouble ?? known.answer)"
  }

  func reasonNotAnswered(_ attempt: Lesson.Attempt) -> String? {
    var known = self
    known.play(attempt.strokes)
    if known.stage == .solved { return "a wrong turn solves it" }
    if let trouble = known.model.tour?.trouble { return trouble }
    guard known.answer.contains(attempt.says) else {
      return "what is said is not that: \(known.answer)"
    }
    return nil
  }
}
