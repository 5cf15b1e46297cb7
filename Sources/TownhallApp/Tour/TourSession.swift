import Dashboard
import Lessons
import SharedState
import StateSync

/// A tour that is given on a stage, from its opening until the learner has left and everything is tidied up.
struct TourSession: Sendable {
  enum Location: Sendable {
    /// In one of the learner's own.
    case offline
    /// On a street of the town that a way leads to.
    case street(any StateTransport)
  }

  struct End: Sendable {
    /// The signal that asked for the end, if one did.
    var signal: Int32?
    /// What is to be told of what may be left in the town.
    var trouble: String?
  }

  private let course: Course
  private let lesson: String?
  /// What the learner is called in the class; nil if nobody is to be told.
  private let pupil: String?

  /// Chooses the lessons: those of a file, or else those of the class of the town, or else the built-in ones.
  ///
  /// - Parameters:
  ///   - house: What the town says of its class.
  ///   - file: A file with a tour; the class is not told about that one.
  ///   - lesson: The lesson to begin with, if not the one that was left.
  ///   - name: What the learner wants to be called.
  ///   - surroundings: The environment, which may know a name too.
  /// - Throws: What is wrong with the lessons, or that none has that name.
  init(
    of house: StateValue? = nil,
    file: String? = nil,
    lesson: String? = nil,
    name: String? = nil,
    in surroundings: Surroundings
  ) throws {
    course = try file.map(Course.read) ?? Course.ofClass(house) ?? Course.builtIn()
    pupil = house == nil || file != nil ? nil : Self.name(name, in: surroundings)
    self.lesson = lesson
    let names = course.tour.lessons.map(\.name)
    if let lesson, !names.contains(lesson) {
      let all = names.joined(separator: ", ")
      throw Failure(.badUsage, "no lesson is called \(lesson); these are: \(all)")
    }
  }

  private static func name(_ name: String?, in surroundings: Surroundings) -> String {
    let names = [name, surroundings.variables["USER"], surroundings.variables["LOGNAME"]]
    return names.compactMap { $0 }.first { !LearnerReport(name: $0).name.isEmpty } ?? "somebody"
  }

  func run(in place: Location, on stage: TerminalSession, _ surroundings: Surroundings) async throws
    -> End
  {
    let book = TourProgressFile(variables: surroundings.variables)
    let (progress, greeting) = Self.progress(in: course.tour, as: bookName, book)
    let town =
      switch place {
      case .offline: try await PracticeServer.offline()
      case .street(let way):
        try await PracticeServer.onStreet(through: way, variables: surroundings.variables)
      }
    var options = stage.dashboardOptions(for: town.learner)
    options.tour = TourOptions(course.tour, progress: progress, lesson: lesson)
    let errands = TourErrands(neighbour: town.neighbour) { [bookName] progress in
      if let report = report(progress) { town.tell(report) }
      try book.keep(progress, in: bookName)
    }
    report(progress).map(town.tell)
    var dashboard = stage.dashboard(options, in: town.learner, tour: errands, greeting: greeting)
    let end = await dashboard.run()
    let trouble = await town.leave()
    guard case .left(let signal) = end else { return End(trouble: trouble) }
    return End(signal: signal, trouble: trouble)
  }

  /// What the progress is kept under: on machines that a class shares, each learner has one of their own.
  private var bookName: String { pupil.map { "\(course.tour.name), \($0)" } ?? course.tour.name }

  private static func progress(
    in tour: Tour,
    as name: String,
    _ book: TourProgressFile
  ) -> (TourProgress, String?) {
    do {
      return (try book.progress(in: name).inLessons(of: tour), nil)
    } catch {
      return (TourProgress(), "how far you had come is not known: \(error)")
    }
  }

  private func report(_ progress: TourProgress) -> LearnerReport? {
    guard let pupil else { return nil }
    var report = LearnerReport(name: pupil)
    report.lesson = progress.lesson
    report.solved = progress.solved
    report.shown = progress.shown
    report.hints = progress.hints
    report.total = course.tour.lessons.count
    return report
  }
}
