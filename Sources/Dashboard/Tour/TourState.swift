import Lessons

/// The tour while it is given: which lesson, how far it is, and what is shown of it.
struct TourState: Sendable {
  let tour: Tour
  var progress: TourProgress
  private(set) var position: Int
  /// The lesson that is given, and what is done in it.
  var run: LessonRun
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
  /// What is being played, or is to be as soon as the state of the lesson stands.
  var show: ShowMe?
  /// Why what was played could not go on.
  var trouble: String?
  /// Whether the keys of this lesson were shown, not found.
  var wasShown = false
  /// Whether the connection was lost in this lesson.
  var wasCut = false

  init(_ options: TourOptions) {
    tour = options.tour
    progress = options.progress.inLessons(of: tour)
    let names = tour.lessons.map(\.name)
    let wanted = options.lesson ?? progress.lesson
    position =
      wanted.flatMap { names.firstIndex(of: $0) }
      ?? names.firstIndex { [progress] in !progress.solved.contains($0) } ?? 0
    run = LessonRun(tour.lessons[position])
    progress.lesson = lesson.name
  }

  var lesson: Lesson { run.lesson }
  var stage: LessonRun.Stage {
    get { run.stage }
    set { run.stage = newValue }
  }
  var answer: String { run.answer }

  /// The number of the lesson, from 1.
  var number: Int { position + 1 }

  /// How the learner stands with a lesson, by its number from 0.
  func standing(of index: Int) -> TourProgress.Standing {
    progress.standing(of: tour.lessons[index].name)
  }

  var isFinished: Bool { tour.lessons.indices.allSatisfy { standing(of: $0) == .solved } }

  var hasNext: Bool { position + 1 < tour.lessons.count }

  /// Whether the state of the lesson is still being put up.
  var isPreparing: Bool { if case .preparing = stage { true } else { false } }

  mutating func begin(_ number: Int, reading: Bool) {
    position = max(0, min(tour.lessons.count - 1, number))
    run = LessonRun(tour.lessons[position])
    progress.lesson = lesson.name
    (isReading, cardTop, showsEnd, celebrates) = (reading, 0, false, false)
    // The hints that were given stay with a lesson that is begun again.
    if reading { hints = 0 }
    (show, trouble, wasShown, wasCut) = (nil, nil, false, false)
  }
}
