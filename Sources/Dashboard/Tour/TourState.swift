import ScreenKit
import SharedState
import StateEditing
import TextScreen

/// A tour for a dashboard to give.
public struct TourOptions: Hashable, Sendable {
  /// The lessons.
  public var tour: Tour
  /// How far the learner has come before.
  public var progress: TourProgress
  /// The lesson to begin with; otherwise the one that was left, or the first that is not solved.
  public var lesson: String?

  /// Chooses a tour.
  public init(_ tour: Tour, progress: TourProgress = TourProgress(), lesson: String? = nil) {
    (self.tour, self.progress, self.lesson) = (tour, progress, lesson)
  }
}

/// The tour while it is given: which lesson, how far it is, and what is shown of it.
struct TourState: Sendable {
  /// Where a lesson stands.
  enum Stage: Hashable, Sendable {
    /// The town of the lesson is being put up; it was asked for at this time.
    case preparing(since: Duration?)
    case doing
    case solved
  }

  /// Where an act of the neighbour stands.
  enum ActStage: Equatable, Sendable {
    case waiting
    case due(Duration)
    /// It was asked for, in a town that was like this.
    case sent(StateChange, at: Duration, before: StateDictionary)
    case done
  }

  let tour: Tour
  var progress: TourProgress
  private(set) var position: Int
  var stage = Stage.preparing(since: nil)
  /// Whether the card with the text of the lesson is open.
  var isReading = true
  /// How far the text on the card is scrolled.
  var cardTop = 0
  /// Whether the card shows the end of the tour, and not the lesson.
  var showsEnd = false
  /// Whether the last lesson has just been solved, and that has not been celebrated yet.
  var celebrates = false
  /// How many hints of this lesson have been asked for.
  var hints = 0
  var record = LessonRecord()
  /// For each check that has been met: how many deeds were done by then.
  var met: [Int: Int] = [:]
  var acts: [ActStage] = []
  /// What is being played, or is to be as soon as the town of the lesson stands.
  var show: ShowMe?
  /// Why what was played could not go on.
  var trouble: String?
  /// Whether the keys of this lesson were shown, not found.
  var wasShown = false
  /// What is still missing, or what was wrong.
  var answer = ""
  /// Whether the answer is about a wrong turn.
  var isSlip = false
  /// Whether the connection was lost in this lesson.
  var wasCut = false
  /// The edit that was seen to be open.
  var openEdit: (id: EditID, deed: ExactText, verb: EditVerb)?
  /// Edits of houses that somebody else has changed while they were open.
  var sharedEdits: Set<EditID> = []

  init(_ options: TourOptions) {
    tour = options.tour
    progress = options.progress.inLessons(of: tour)
    let names = tour.lessons.map(\.name)
    let wanted = options.lesson ?? progress.lesson
    position =
      wanted.flatMap { names.firstIndex(of: $0) }
      ?? names.firstIndex { [progress] in !progress.solved.contains($0) } ?? 0
    begin(position, reading: true)
  }

  /// The lesson that is given.
  var lesson: Lesson { tour.lessons[position] }

  /// The number of the lesson, from 1.
  var number: Int { position + 1 }

  /// How the learner stands with a lesson, by its number from 0.
  func standing(of index: Int) -> TourProgress.Standing {
    progress.standing(of: tour.lessons[index].name)
  }

  /// Whether every lesson is solved.
  var isFinished: Bool { tour.lessons.indices.allSatisfy { standing(of: $0) == .solved } }

  /// Whether there is a lesson after this one.
  var hasNext: Bool { position + 1 < tour.lessons.count }

  /// Whether the town of the lesson is still being put up.
  var isPreparing: Bool { if case .preparing = stage { true } else { false } }

  /// Begins a lesson from its start.
  mutating func begin(_ number: Int, reading: Bool) {
    position = max(0, min(tour.lessons.count - 1, number))
    progress.lesson = lesson.name
    (stage, isReading, cardTop) = (.preparing(since: nil), reading, 0)
    (showsEnd, celebrates) = (false, false)
    if reading { hints = 0 }
    forget()
  }

  /// Forgets what was done in the lesson; the hints that were given stay.
  private mutating func forget() {
    (record, met, show, wasShown) = (LessonRecord(), [:], nil, false)
    (answer, isSlip, wasCut, openEdit, sharedEdits) = ("", false, false, nil, [])
    trouble = nil
    acts = Array(repeating: .waiting, count: lesson.neighbour.count)
  }

  // MARK: Judging

  /// Whether a condition holds now.
  func holds(_ condition: LessonCondition, in state: StateDictionary, since first: Int = 0) -> Bool
  {
    condition.holds(in: state, begunAs: lesson.town, record, since: first)
  }

  /// Whether a check of this name has been met.
  func hasMet(_ name: String) -> Bool {
    lesson.checks.indices.contains { met[$0] != nil && lesson.checks[$0].name == name }
  }

  /// Looks which checks are met, and what is to be said; answers whether all of them are.
  mutating func judge(_ state: StateDictionary) -> Bool {
    var unmet: Int?
    // What was met makes others count, in whatever order they stand.
    for _ in lesson.checks.indices {
      let before = met.count
      unmet = nil
      for (index, check) in lesson.checks.enumerated() {
        if check.once && met[index] != nil || holds(check, in: state) {
          met[index] = met[index] ?? record.deeds.count
        } else {
          unmet = unmet ?? index
        }
      }
      if met.count == before { break }
    }
    guard let unmet else { return true }
    let latest = met.values.max() ?? 0
    let slip = lesson.slips.first { holds($0.condition, in: state, since: latest) }
    (answer, isSlip) = (slip?.say ?? lesson.checks[unmet].missing, slip != nil)
    return false
  }

  private func holds(_ check: Lesson.Check, in state: StateDictionary) -> Bool {
    guard let after = check.after else { return holds(check.condition, in: state) }
    let since = lesson.checks.indices.lazy.filter { lesson.checks[$0].name == after }
      .compactMap { met[$0] }.first
    return since.map { holds(check.condition, in: state, since: $0) } ?? false
  }

  /// Whether something sets off an act of the neighbour.
  func isSetOff(_ trigger: Lesson.Act.Trigger, in state: StateDictionary) -> Bool {
    switch trigger {
    case .start: true
    case .check(let name): hasMet(name)
    case .condition(let condition): holds(condition, in: state)
    }
  }

  /// Whether the act of this name is done.
  func isDone(_ act: String) -> Bool {
    zip(lesson.neighbour, acts).contains { $0.name == act && $1 == .done }
  }
}
