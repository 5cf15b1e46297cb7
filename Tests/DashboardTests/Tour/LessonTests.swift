import Lessons
import SharedState
import Testing
import TextScreen
import Trajectory

@testable import Dashboard

@Suite("A lesson")
struct LessonTests {
  private static let base: StateValue = ["display_name": "Base", "particle_ids": [0, 4]]

  private static func lesson(
    _ checks: [Lesson.Check],
    town: StateObject = ["selection.base": base],
    slips: [Lesson.Slip] = [],
    neighbour: [Lesson.Act] = [],
    show: [Lesson.Stroke] = [.key(.character("K"))]
  ) -> Lesson {
    Lesson(
      name: "one",
      title: "One",
      text: ["Read this."],
      goal: "Do it.",
      hints: ["first", "second", "third"],
      start: town,
      checks: checks,
      slips: slips,
      neighbour: neighbour,
      show: show
    )
  }

  /// A dashboard that gives the lesson, with its card read; the world does what the neighbour is asked for.
  private static func begun(_ lesson: Lesson, _ more: Lesson...) -> Scene {
    let tour = Tour(name: "test", title: "Test", lessons: [lesson] + more)
    var scene = Scene(
      options: DashboardOptions(address: "paper:", tour: TourOptions(tour), seed: 1)
    )
    scene.join([:])
    scene.obey()
    scene.press(.escape)
    return scene
  }

  @Test("Its town is put up, and everything else goes, before it begins")
  func prepares() {
    let lesson = Self.lesson([.init(.snapshot("selection.base", times: 1), missing: "not yet")])
    let tour = Tour(name: "test", title: "Test", lessons: [lesson])
    var scene = Scene(
      options: DashboardOptions(address: "paper:", tour: TourOptions(tour), seed: 1)
    )
    scene.join(["stray.house": 1, "update.index.u": 7])
    #expect(scene.model.tour?.stage == .preparing(since: scene.uptime))
    guard case .neighbour(let errand)? = scene.effects.first else {
      Issue.record("\(scene.effects)")
      return
    }
    #expect(
      errand == StateChange(updates: ["selection.base": Self.base], removals: ["stray.house"])
    )
    scene.obey()
    #expect(scene.model.tour?.stage == .doing)
    #expect(scene.model.known.state.keys == ["selection.base"], "counters are kept out of sight")
    #expect(scene.model.tour?.answer == "not yet")
  }

  @Test(
    "Its molecule is there while it is given, begun again too, and the next lesson has none of it"
  )
  func molecule() {
    let checks = [Lesson.Check(.been("nowhere"), missing: "")]
    var (first, second) = (Self.lesson(checks), Self.lesson(checks))
    first.molecule = [
      .init(name: "ALA", id: "1", chain: "A", atoms: ["N", "CA", "C", "O", "CB"]),
      .init(name: "HOH", id: "2", chain: "W", atoms: ["O", "H1", "H2"]),
    ]
    second.name = "two"
    second.start = ["visualiser.base": "liquorice"]
    var scene = Self.begun(first, second)
    func shown() -> String? { scene.lines.first { $0.contains("base   ") } }
    #expect(shown()?.contains("N CB of ALA 1") == true, "\(scene.picture)")
    scene.press(.function(4))
    scene.obey()
    #expect(shown()?.contains("N CB of ALA 1") == true, "\(scene.picture)")
    scene.press("j", "Q")
    for letter in "resname HOH" { scene.press(.character(letter)) }
    #expect(scene.picture.contains("5-7  O H1 H2 of HOH 2 (W)"), "\(scene.picture)")
    scene.press(.escape, "5")
    #expect(scene.picture.contains("nobody simulates here"), "\(scene.picture)")
    #expect(scene.picture.contains("8 atoms, 2 residues, 2 chains"), "\(scene.picture)")
    scene.press("1", .function(5), ">")
    scene.obey()
    #expect(!scene.picture.contains("puts it back"), "that was no load: \(scene.picture)")
    scene.press(.escape)
    #expect(scene.model.tour?.lesson.name == "two" && scene.model.known.simulation.molecule == nil)
    #expect(!scene.picture.contains("5 Simulation"), "\(scene.picture)")
  }

  @Test("What is asked for again and again is put up once, and again only after a while")
  func asksOnce() {
    let lesson = Self.lesson([.init(.lives("a.b"), missing: "")])
    let tour = Tour(name: "test", title: "Test", lessons: [lesson])
    var scene = Scene(
      options: DashboardOptions(address: "paper:", tour: TourOptions(tour), seed: 1)
    )
    scene.join([:])
    var asked = scene.effects.count { if case .neighbour = $0 { true } else { false } }
    #expect(asked == 1)
    scene.send(.wake)
    asked += scene.effects.count { if case .neighbour = $0 { true } else { false } }
    #expect(asked == 1)
    scene.uptime += .seconds(4)
    scene.send(.wake)
    asked += scene.effects.count { if case .neighbour = $0 { true } else { false } }
    #expect(asked == 2)
  }

  @Test("Any way to the outcome counts, and what is missing is said until then")
  func anyWay() {
    let lesson = Self.lesson([
      .init(
        .value(of: "selection.base", at: ["display_name"], is: "Pair"),
        missing: "the name is not Pair"
      )
    ])
    var scene = Self.begun(lesson)
    #expect(scene.model.tour?.answer == "the name is not Pair")
    // Not even the learner has to do it.
    scene.change(["selection.base": ["display_name": "Pair"]])
    #expect(scene.model.tour?.stage == .solved)
    #expect(scene.effects.contains { if case .keepTour = $0 { true } else { false } })
    #expect(scene.model.tour?.progress.solved == ["one"])
  }

  @Test("Numbers count by value, since some wires know only doubles")
  func numbers() {
    let lesson = Self.lesson([
      .init(.value(of: "a.b", at: ["n"], is: 2), missing: ""),
      .init(.someone(on: "a.", has: ["n": 2.0]), missing: ""),
    ])
    var scene = Self.begun(lesson)
    scene.change(["a.b": ["n": 2.0, "more": 1]])
    #expect(scene.model.tour?.stage == .solved)
  }

  @Test("What was done too early does not count for a check that comes after another")
  func after() {
    let lesson = Self.lesson([
      .init(.houses(on: "door.", 1...1), name: "open", missing: "open the door"),
      .init(.snapshot("selection.base", times: 1), after: "open", missing: "visit now"),
    ])
    var scene = Self.begun(lesson)
    scene.press(":")
    scene.type("selection.base")
    scene.press(.enter, .character("K"))
    #expect(scene.model.tour?.answer == "open the door")
    scene.change(["door.a": 1])
    #expect(scene.model.tour?.answer == "visit now", "the visit before does not count")
    scene.press(.character("K"))
    #expect(scene.model.tour?.stage == .solved)
  }

  @Test("What was once so may be otherwise again, if the lesson says once")
  func once() {
    for once in [true, false] {
      var scene = Self.begun(
        Self.lesson([
          .init(.lives("door.a"), once: once, missing: "build it"),
          .init(.vacant("selection."), missing: "empty the street"),
        ])
      )
      scene.change(["door.a": 1])
      scene.change(remove: ["door.a"])
      scene.change(remove: ["selection.base"])
      #expect((scene.model.tour?.stage == .solved) == once)
    }
  }

  @Test("A wrong turn is answered, and forgiven once a check is met after it")
  func slips() {
    var scene = Self.begun(
      Self.lesson(
        [
          .init(.been("selection.base"), missing: "go there"),
          .init(.lives("door.a"), missing: "build it"),
        ],
        slips: [.init(.ran(["zoom"]), say: "no need to zoom")]
      )
    )
    scene.press(.character("0"))
    #expect(scene.model.tour?.answer == "no need to zoom")
    #expect(scene.model.tour?.run.isSlip == true)
    scene.press(.character("j"))
    #expect(scene.model.tour?.answer == "build it")
  }

  @Test("A snapshot of an address where nobody lives is no visit")
  func vacantVisit() {
    var scene = Self.begun(
      Self.lesson([.init(.snapshot("selection.x", times: 1), missing: "nobody seen")])
    )
    scene.press(":")
    scene.type("selection.x")
    scene.press(.enter, .character("K"))
    #expect(scene.model.tour?.answer == "nobody seen")
    scene.change(["selection.x": 1])
    scene.press(.character("K"))
    #expect(scene.model.tour?.stage == .solved)
  }

  @Test("The neighbour acts once, when it is set off, and not while the card is read")
  func neighbour() {
    let act = Lesson.Act(
      name: "in",
      when: .condition(.been("selection.base")),
      wait: .seconds(2),
      update: ["selection.base": ["display_name": "Protein"]],
      say: "Somebody moved in."
    )
    var scene = Self.begun(
      Self.lesson([.init(.acted("in"), missing: "wait")], neighbour: [act])
    )
    scene.press(.character("j"), .function(5))
    scene.wait(.seconds(10))
    scene.obey()
    #expect(scene.town["selection.base"] == Self.base)
    scene.press(.escape)
    scene.obey()
    #expect(scene.town["selection.base"]?["display_name"] == "Protein")
    #expect(scene.town["selection.base"]?["particle_ids"] == [0, 4])
    #expect(scene.model.tour?.stage == .solved)
    scene.change(["selection.base": 1])
    scene.wait(.seconds(10))
    scene.obey()
    #expect(scene.town["selection.base"] == 1)
  }

  @Test(
    "A check that is met sets the neighbour off at once, on a screen where nothing else happens"
  )
  func setsOff() throws {
    var scene = Self.begun(
      Self.lesson(
        [
          .init(.been("selection.base"), name: "there", missing: "go there"),
          .init(.acted("in"), missing: "wait"),
        ],
        neighbour: [
          .init(name: "in", when: .check("there"), wait: .seconds(2), remove: ["selection.base"])
        ]
      )
    )
    scene.wait(.seconds(30))
    #expect(scene.model.wakeUp == nil)
    scene.press(.character("j"))
    let wakeUp = try #require(scene.model.wakeUp)
    #expect(wakeUp <= scene.uptime + .seconds(2))
  }

  @Test("What the neighbour could not do is asked for again, and not said to be done")
  func lostAct() {
    let act = Lesson.Act(name: "in", set: ["selection.new": 1], say: "Somebody moved in.")
    var scene = Self.begun(Self.lesson([.init(.acted("in"), missing: "wait")], neighbour: [act]))
    // The errand is lost on the way.
    scene.send(.wake)
    #expect(scene.model.tour?.run.isDone("in") == false)
    scene.uptime += .seconds(4)
    scene.send(.wake)
    #expect(scene.effects.contains { if case .neighbour = $0 { true } else { false } })
    #expect(scene.model.tour?.stage == .doing && !scene.picture.contains("Somebody moved in"))
    scene.obey()
    #expect(scene.model.tour?.stage == .solved && scene.picture.contains("Somebody moved in"))
  }

  @Test("An act that was seen counts, whatever the learner makes of the house at once")
  func overwrittenAct() {
    let act = Lesson.Act(name: "in", set: ["selection.base": 1])
    var scene = Self.begun(Self.lesson([.init(.acted("in"), missing: "wait")], neighbour: [act]))
    scene.change(["selection.base": 2])
    #expect(scene.model.tour?.stage == .solved)
    #expect(scene.town["selection.base"] == 2)
  }

  @Test("A stranger's write to the learner's own avatar keeps no lesson from beginning")
  func avatar() {
    let tour = Tour(
      name: "t",
      title: "T",
      lessons: [Self.lesson([.init(.lives("a.b"), missing: "")])]
    )
    var scene = Scene(
      options: DashboardOptions(address: "paper:", userID: "U", tour: TourOptions(tour), seed: 1)
    )
    scene.join(["avatar.U": 7])
    scene.obey()
    #expect(scene.model.tour?.stage == .doing)
    #expect(scene.town.contains("avatar.U"))
  }

  @Test(
    "In a tour only its own keys can be others, and where text is typed no letter is one of them"
  )
  func keys() {
    let tour = Tour(
      name: "t",
      title: "T",
      lessons: [Self.lesson([.init(.lives("a.b"), missing: "")])]
    )
    let settings = DashboardSettings(keys: [
      KeyChoice("snapshot", keys: ["w"]), KeyChoice("hint", keys: ["F9", "h"]),
    ])
    var scene = Scene(
      options: DashboardOptions(
        address: "paper:",
        settings: settings,
        tour: TourOptions(tour),
        seed: 1
      )
    )
    scene.join([:])
    scene.obey()
    scene.press(.escape, .character("j"), .character("K"))
    #expect(scene.model.watch.book.all.count == 1)
    scene.press(.function(9))
    #expect(scene.model.tour?.hints == 1)
    scene.press(.character("h"))
    #expect(scene.model.tour?.hints == 2)
    scene.press(.character(":"), .character("h"))
    #expect(scene.model.tour?.hints == 2 && scene.model.chooser?.query == "h")
  }

  @Test("While an edit is on its way a lesson that begins again asks for no wake-ups")
  func pendingEdit() {
    var scene = Self.begun(Self.lesson([.init(.lives("a.b"), missing: "")]))
    scene.press(.character("j"), .character("d"), .character("y"))
    #expect(!scene.model.outbox.pending.isEmpty)
    scene.wait(.seconds(20))
    scene.press(.function(4))
    #expect(scene.model.wakeUp.map { $0 > scene.uptime } ?? true)
  }

  @Test("Hints come one by one and are counted; F4 begins again and keeps them")
  func hints() {
    var scene = Self.begun(Self.lesson([.init(.lives("a.b"), missing: "")]))
    scene.press(.function(2), .function(2))
    #expect(scene.model.tour?.hints == 2)
    scene.press(.function(4))
    #expect(scene.model.tour?.hints == 2 && scene.model.tour?.progress.hints == 2)
    scene.press(.function(2), .function(2), .function(2))
    #expect(scene.model.tour?.hints == 3)
    #expect(scene.picture.contains("last hint"))
  }

  @Test("Its keys work while an edit is open, and letters go into the edit")
  func inEdit() {
    var scene = Self.begun(Self.lesson([.init(.lives("a.b"), missing: "")]))
    scene.press(.character("j"), .character("m"))
    #expect(scene.model.edit != nil)
    scene.press(.function(2), .character("h"))
    #expect(scene.model.tour?.hints == 1 && scene.model.edit != nil)
    scene.press(.function(5))
    #expect(scene.model.tour?.isReading == true)
    scene.press(.character("h"))
    #expect(scene.model.tour?.isReading == false && scene.model.tour?.hints == 2)
    #expect(scene.model.edit != nil, "what is being written is still there")
  }

  @Test("Beginning again clears the table: edits, marks, snapshots, filters, zoom and the cursor")
  func tidies() {
    var scene = Self.begun(Self.lesson([.init(.lives("a.b"), missing: "")]))
    let start = scene.picture
    scene.press(.character("j"), .character("K"), .character("V"), .character("0"))
    scene.change(["selection.other": 1])
    scene.press(.function(4))
    scene.obey()
    scene.wait(.seconds(10))
    #expect(scene.town.keys == ["selection.base"])
    #expect(scene.picture == start)
  }

  @Test("Show me plays the keys one by one, says so, and stops at any key; it is not solving")
  func show() {
    var scene = Self.begun(
      Self.lesson(
        [.init(.been("selection.base"), missing: "go there")],
        show: [.say("Down."), .key(.character("j")), .key(.character("0"))]
      )
    )
    scene.press(.function(3))
    scene.obey()
    #expect(scene.model.tour?.show?.caption == "Down.")
    scene.press(.character("x"))
    #expect(scene.model.tour?.show == nil)
    #expect(scene.model.tour?.stage == .doing)
    scene.press(.function(3))
    scene.obey()
    scene.press(.character(" "))
    scene.wait(.seconds(60))
    #expect(scene.model.tour?.stage == .doing, "it is held")
    scene.press(.character(" "))
    scene.wait(.seconds(10))
    #expect(scene.model.tour?.stage == .solved && scene.model.workbench.isZoomed)
    #expect(scene.model.tour?.progress.shown == ["one"])
    #expect(scene.model.tour?.progress.solved == [])
    // Done by oneself, it is solved.
    scene.press(.function(4))
    scene.obey()
    scene.press(.character("j"))
    #expect(scene.model.tour?.progress.solved == ["one"])
  }

  @Test("A lost connection begins the lesson again once it is back")
  func cut() {
    var scene = Self.begun(
      Self.lesson([
        .init(.been("selection.base"), once: true, missing: "go"),
        .init(.lives("a.b"), missing: "build"),
      ])
    )
    scene.press(.character("j"))
    #expect(scene.model.tour?.answer == "build")
    scene.lose()
    scene.town = StateDictionary()
    scene.send(.state(scene.town, StateChange(removals: ["selection.base"])))
    scene.send(.link(.live(latency: nil)))
    scene.obey()
    #expect(scene.town.keys == ["selection.base"])
    #expect(scene.model.tour?.answer == "go")
  }

  @Test("Solved, F5 goes on to the next lesson; a tour resumes where it was left")
  func goesOn() {
    let first = Self.lesson([.init(.been("selection.base"), missing: "go")])
    var second = first
    second.name = "two"
    var scene = Self.begun(first, second)
    scene.press(.character("j"), .function(5))
    #expect(scene.model.tour?.lesson.name == "two" && scene.model.tour?.isReading == true)
    let progress = scene.model.tour?.progress ?? TourProgress()
    #expect(TourProgress(progress.value) == progress)
    let tour = Tour(name: "test", title: "Test", lessons: [first, second])
    #expect(TourState(TourOptions(tour, progress: progress)).position == 1)
    #expect(TourState(TourOptions(tour, progress: progress, lesson: "one")).position == 0)
  }

  @Test("What a person may have broken in the progress is left out")
  func brokenProgress() {
    let broken: StateValue = [
      "solved": ["a", 1, "a"], "shown": ["a", "b"], "hints": -4, "lesson": 2,
    ]
    let progress = TourProgress(broken)
    #expect(progress.solved == ["a"] && progress.shown == ["b"])
    #expect(progress.hints == 0 && progress.lesson == nil)
    #expect(TourProgress(7) == TourProgress())
    #expect(TourProgress(["hints": .int(.max)]).hints == 9_999)
  }

  @Test("A lesson that waits for nothing asks for no wake-ups")
  func idle() {
    var scene = Self.begun(Self.lesson([.init(.lives("a.b"), missing: "")]))
    scene.wait(.seconds(30))
    #expect(scene.model.wakeUp == nil)
  }
}

extension Scene {
  /// Does what the neighbour was asked for, as long as it is asked.
  fileprivate mutating func obey() {
    for _ in 0..<10 {
      let errands = effects.compactMap { effect -> StateChange? in
        if case .neighbour(let errand) = effect { errand } else { nil }
      }
      guard !errands.isEmpty else { return }
      for errand in errands {
        town.apply(errand)
        send(.state(town, errand))
      }
    }
  }
}
