import ArgumentParser
import CursesTerminal
import Dashboard
import Lessons
import SharedState
import StateSync
import TownhallKit

struct TourVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "tour",
    abstract: "Learn the town by doing: lessons in a town to practise in.",
    discussion: """
      Without a town, the lessons take place in one of your own. With one, they take place on a street of your own in \
      that town, which shows nothing else and is gone when you leave; if a class is taught there ('townhall serve \
      --class'), its lessons are given and its teacher is told which of them you have solved.

      FILE is a tour of your own; --print shows the built-in one as an example, and --check proves one: each lesson \
      unsolved at its start, and solved by its own "show me".

      EXAMPLES
        townhall tour
        townhall tour --lesson visit
        townhall tour --town ws://lab-3:38801 --name Ada
        townhall tour --print > mine.toml && townhall tour --check mine.toml
      """
  )

  @Argument(
    help: ArgumentHelp("A tour of your own, instead of the built-in one.", valueName: "file"),
    completion: .file()
  )
  var file: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Practise on a street of this town.", valueName: "address")
  )
  var town: String?

  @OptionGroup var trust: CertificateOptions

  @Option(help: ArgumentHelp("Begin with this lesson.", valueName: "lesson"))
  var lesson: String?

  @Option(
    help: ArgumentHelp("What a class calls you; your user name without it.", valueName: "name")
  )
  var name: String?

  @Flag(help: "List the lessons and which of them you have solved.")
  var list = false

  @Flag(help: "Print which lesson covers which sentence of the tutorial that this tour follows.")
  var coverage = false

  @Option(file: "Prove the lessons in this file.")
  var check: String?

  @Flag(help: "Print the built-in tour, as an example for one of your own.")
  var print = false

  @OptionGroup var screen: ScreenOptions

  static let stopsOnSignals = false

  func validate() throws {
    guard [list, coverage, check != nil, print].count(where: { $0 }) <= 1 else {
      throw ValidationError("--list, --coverage, --check and --print exclude each other")
    }
    guard check == nil || file == nil else {
      throw ValidationError("--check names the file itself, so no other goes with it")
    }
  }

  func run(in surroundings: Surroundings) async throws {
    if print { return try surroundings.write(BuiltInTour.text) }
    if coverage { return try surroundings.write(BuiltInTour.coverage) }
    if let check { return try TourCheck.run(check, in: surroundings) }
    if list { return try tellLessons(in: surroundings) }
    try await give(in: surroundings)
  }

  private func tellLessons(in surroundings: Surroundings) throws {
    let tour = try file.map(Course.read)?.tour ?? Course.builtIn().tour
    let progress = try TourProgressFile(variables: surroundings.variables).progress(in: tour.name)
    let width = tour.lessons.map(\.name.count).max() ?? 0
    for lesson in tour.lessons {
      let state =
        switch progress.standing(of: lesson.name) {
        case .solved: "solved"
        case .shown: "shown "
        case .open: "      "
        }
      let blanks = String(repeating: " ", count: width - lesson.name.count)
      let line = Program.safe(lesson.name + blanks + "  " + lesson.title)
      try surroundings.print("\(state)  \(line)")
    }
  }

  // MARK: On the screen

  private func give(in surroundings: Surroundings) async throws {
    let (way, house) = try await classroom(in: surroundings)
    let session = try TourSession(
      of: house,
      file: file,
      lesson: lesson,
      name: name,
      in: surroundings
    )
    let stage = try TerminalSession.open(screen, in: surroundings)
    do {
      let place = way.map { TourSession.Location.street($0) } ?? .offline
      let end = try await session.run(in: place, on: stage, surroundings)
      stage.close()
      if let trouble = end.trouble { surroundings.note(Program.safe(trouble)) }
      if let signal = end.signal { CursesTerminal.endProgram(dyingOf: signal) }
    } catch {
      stage.close()
      throw error
    }
  }

  /// The way to the town, if there is one, and what it says of its class.
  private func classroom(
    in surroundings: Surroundings
  ) async throws -> ((any StateTransport)?, StateValue?) {
    guard let town else { return (nil, nil) }
    let address = try surroundings.address(town)
    return try await surroundings.acquainted(with: address, trusting: trust.caFile) { address in
      let way = try surroundings.way(to: address, trusting: trust.caFile)
      return (way, try await Self.classHouse(in: way, surroundings))
    }
  }

  /// What a town says of the class that is taught in it; nil if none is.
  static func classHouse(
    in way: any StateTransport,
    patience: Duration = .seconds(10),
    _ surroundings: Surroundings
  ) async throws -> StateValue? {
    let visitor = try await SharedStateClient.connect(
      through: way,
      patience: patience,
      trouble: {
        if surroundings.isWatched { surroundings.note("\($0); trying again, ^C gives up") }
      }
    )
    let house = visitor.endpoint.state[LearnerEntry.key]
    await visitor.close()
    return house
  }
}
