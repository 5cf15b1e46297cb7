import Lessons
import SharedState
import TextScreen

@testable import Dashboard

/// A tour that is given, in a town where the neighbour does what the tour asks for.
struct TourScene {
  var scene: Scene

  init(
    _ tour: Tour = Self.tour,
    _ columns: Int = 80,
    _ rows: Int = 24,
    ascii: Bool = false,
    progress: TourProgress = TourProgress(),
    lesson: String? = nil,
    answers: Bool = true
  ) {
    var options = DashboardOptions(address: "practice town", seed: 1)
    options.tour = TourOptions(tour, progress: progress, lesson: lesson)
    options.ascii = ascii
    scene = Scene(columns, rows, options: options)
    scene.join([:])
    if answers { answer() }
  }

  /// The tour with its first card read.
  static func begun(_ columns: Int = 80, _ rows: Int = 24, ascii: Bool = false) -> TourScene {
    var scene = TourScene(tour, columns, rows, ascii: ascii)
    scene.press(.escape)
    return scene
  }

  var model: Model { scene.model }
  var picture: String { scene.picture }
  var lines: [String] { scene.lines }
  var desk: TourState? { scene.model.tour }
  var grid: Grid { model.view(model.size) }

  /// Puts into the town what was sent there.
  mutating func answer() {
    for _ in 0..<20 {
      let changes = scene.effects.compactMap { effect -> StateChange? in
        if case .neighbour(let change) = effect { change } else { nil }
      }
      guard let change = changes.first else { return }
      scene.town.apply(change)
      scene.send(.state(scene.town, change))
    }
  }

  mutating func send(_ event: ScreenEvent) {
    scene.send(.screen(event))
    answer()
  }

  mutating func press(_ keys: Key...) {
    for key in keys { send(.key(key)) }
  }

  mutating func type(_ text: String) {
    for character in text { press(.character(character)) }
  }

  /// Lets time pass, and the neighbour act in it.
  mutating func wait(_ duration: Duration) {
    let end = scene.uptime + duration
    while let next = model.wakeUp, next < end {
      scene.uptime = max(next, scene.uptime + .milliseconds(1))
      scene.send(.wake)
      answer()
    }
    scene.uptime = end
    scene.send(.wake)
    answer()
  }

  /// Somebody else changes the town.
  mutating func change(_ updates: [String: StateValue] = [:], remove: Set<String> = []) {
    scene.change(updates, remove: remove)
    answer()
  }

  mutating func click(_ text: String) {
    guard let row = lines.firstIndex(where: { $0.contains(text) }),
      let start = lines[row].firstRange(of: text)?.lowerBound
    else { return }
    let column = TextWidth.columns(of: lines[row][..<start])
    send(.mouse(Mouse(.press, at: Point(column: column, row: row))))
  }

  /// Takes the first snapshot, which solves the first lesson.
  mutating func solveFirst() {
    press(.escape)
    type(":selection.base")
    press(.enter, "K")
    change(["selection.base": ["display_name": "Protein", "particle_ids": [7, 8]]])
  }
}

extension TourScene {
  static let base: StateValue = ["display_name": "Base", "particle_ids": [0, 4]]

  /// A lesson as people write them.
  static let visit = Lesson(
    name: "visit",
    title: "A visit, and how it goes stale",
    text: [
      "To know who lives at an address you pay it a visit. What you bring home is a snapshot, with the "
        + "time written on it. It is yours, it is a plain value, and it never changes. The house goes on living.",
      "So the snapshot goes stale. Somebody moves in, and your value still shows the old tenant; nothing tells it. "
        + "The reference cannot go stale, for it holds no value. Visit again through it, and you have the new one.",
      "Here n takes a snapshot and keeps it beside the live house, so that you can watch the two part.",
      "Python: value = reference.snapshot()", "Swift: let value = try reference.snapshot()",
    ],
    picture: Lesson.Picture(.snapshot, of: "selection.base"),
    goal:
      "Take a snapshot of selection.base (n). Watch it go stale beside the live house: somebody else is about to move in.",
    hints: [
      "Stand on selection.base and press n.",
      "Then wait, and keep looking at it: a field that differs from your snapshot is marked in the house beside the tree.",
      "Type :selection.base Enter, press n, and wait.",
    ],
    start: ["selection.base": base, "selection.x": ["display_name": "X"], "scene": true],
    checks: [
      Lesson.Check(
        .snapshot("selection.base", times: 1),
        name: "visited",
        missing: "You have kept no snapshot of selection.base yet: stand on it and press n."
      ),
      Lesson.Check(
        .stale("selection.base"),
        after: "visited",
        missing:
          "You have a snapshot. Now look at selection.base beside it until somebody else has moved in."
      ),
    ],
    slips: [
      Lesson.Slip(
        .vacant("selection.x"),
        say: "selection.x has been removed, and it was not yours: F4 begins the lesson again."
      )
    ],
    show: [
      "# Go to the house and keep a visit there.", ":", ">selection.base", "Enter",
      "# Now a snapshot.", "K", "@moves-in",
    ].flatMap { Lesson.Stroke.line($0) ?? [] }
  )

  static let streets = Lesson(
    name: "streets",
    title: "Streets, and the traps of a prefix",
    text: ["Keys that begin alike are houses of one street."],
    picture: Lesson.Picture(.sign, of: "selection."),
    goal: "Stand on selection.b.",
    hints: ["One.", "Two.", "Three."],
    start: ["selection.a": 1, "selection.b": 2, "visualiser.c": 3],
    checks: [Lesson.Check(.been("selection.b"), missing: "You are not there yet.")],
    show: [.key("j"), .key("j")]
  )

  static let tour: Tour = {
    var visit = Self.visit
    visit.neighbour = [
      Lesson.Act(
        name: "moves-in",
        when: .check("visited"),
        wait: .seconds(30),
        set: ["selection.base": ["display_name": "Pocket"]],
        say: "Somebody has moved in."
      )
    ]
    let names = ["references", "missing", "set", "add"]
    let more = names.map { name in
      var lesson = Self.streets
      (lesson.name, lesson.title) = (name, "About \(name)")
      return lesson
    }
    return Tour(name: "test", title: "A walk through the town", lessons: [visit, streets] + more)
  }()

  /// Progress in which some lessons are solved, and some were shown.
  static func progress(solved: [String], shown: [String] = [], hints: Int = 0) -> TourProgress {
    let names = { (names: [String]) in StateValue.array(names.map { .string($0) }) }
    return TourProgress(
      ["solved": names(solved), "shown": names(shown), "hints": .int(Int64(hints))]
    )
  }
}
