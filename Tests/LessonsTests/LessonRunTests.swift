import Lessons
import SharedState
import StateEditing
import Testing

@Suite("A lesson while it is solved")
struct LessonRunTests {
  private static let town: StateObject = ["selection.a": ["name": "A"]]

  private func run(
    _ checks: [Lesson.Check],
    slips: [Lesson.Slip] = [],
    neighbour: [Lesson.Act] = []
  ) -> LessonRun {
    var run = LessonRun(
      Lesson(
        name: "one",
        title: "One",
        goal: "",
        hints: [],
        start: Self.town,
        checks: checks,
        slips: slips,
        neighbour: neighbour,
        show: []
      )
    )
    run.stage = .doing
    return run
  }

  @Test("What stands there is made what the lesson begins with, and nothing is asked for if it is")
  func arrangement() {
    let run = run([])
    let change = run.arrangement(in: ["selection.a": ["name": "B"], "left.over": 1])
    #expect(change == StateChange(updates: ["selection.a": ["name": "A"]], removals: ["left.over"]))
    #expect(run.arrangement(in: ["selection.a": ["name": "A"]]).isEmpty)
  }

  @Test("It says what is missing until all is met, and what was wrong while that holds")
  func judging() {
    var run = run(
      [
        .init(.snapshot("selection.a", times: 1), name: "kept", missing: "keep a snapshot"),
        .init(.edited("selection.", by: [.update]), after: "kept", missing: "then edit it"),
      ],
      slips: [.init(.vacant("selection.a"), say: "it is gone")]
    )
    let state = StateDictionary(Self.town.reduce(into: [:]) { $0[$1.key] = $1.value })
    var isSolved = run.judge([:])
    #expect(!isSolved && run.answer == "it is gone" && run.isSlip)
    isSolved = run.judge(state)
    #expect(!isSolved && run.answer == "keep a snapshot" && !run.isSlip)
    let edit = EditRequest(.update, "selection.a", from: 1, to: 2)
    run.note(.sent(.accepted(latency: .zero)), of: edit)
    run.note(.keptSnapshot(StateKey("selection.a")))
    isSolved = run.judge(state)
    #expect(!isSolved && run.answer == "then edit it", "that came too early")
    run.note(.sent(.accepted(latency: .zero)), of: edit)
    isSolved = run.judge(state)
    #expect(isSolved)
  }

  @Test(
    "An edit that was left without a word is told from one that was sent, and a merge from both"
  )
  func edits() {
    let left = Lesson.Check(.left("a", by: [.set]), missing: "leave it")
    let merged = Lesson.Check(.merged("a"), missing: "merge it")
    var run = run([left])
    run.observe([], edit: .init(id: EditID(1), place: "a", verb: .set)) { _ in false }
    var sent = run
    sent.observe([], edit: nil) { _ in true }
    run.observe([], edit: nil) { _ in false }
    let (isSolved, isSolvedBySending) = (run.judge([:]), sent.judge([:]))
    #expect(isSolved && !isSolvedBySending)
    var other = self.run([merged])
    other.noteShared(EditID(2))
    let edit = EditRequest(
      id: EditID(2),
      verb: .set,
      entries: [.init(key: "a", base: 1, mine: 2)]
    )
    other.note(.conflict(key: "a", live: 3), of: edit)
    let isMergedByConflict = other.judge([:])
    other.note(.sent(.accepted(latency: .zero)), of: edit)
    let isMerged = other.judge([:])
    #expect(isMerged && !isMergedByConflict)
  }

  @Test(
    "The neighbour acts once something sets it off, is asked again, and is believed when it is seen"
  )
  func neighbour() {
    let check = Lesson.Check(.lives("selection.a"), name: "there", missing: "")
    let act = Lesson.Act(
      name: "renames",
      when: .check("there"),
      wait: .seconds(1),
      update: ["selection.a": ["name": "B"]],
      say: "Somebody renamed it."
    )
    var run = run([check, .init(.acted("renames"), missing: "wait")], neighbour: [act])
    var state: StateDictionary = ["selection.a": ["name": "A", "hide": true]]
    func turns(at seconds: Int) -> [LessonRun.Turn] {
      run.goOnWithActs(in: state, at: .seconds(seconds))
    }
    var taken = turns(at: 0)
    #expect(taken.isEmpty && run.actTimes.isEmpty)
    var isSolved = run.judge(state)
    taken = turns(at: 0)
    #expect(taken.isEmpty && run.actTimes == [.seconds(1)] && !isSolved)
    let errand = StateChange(updates: ["selection.a": ["name": "B", "hide": true]])
    taken = turns(at: 1) + turns(at: 2)
    #expect(taken == [.errand(errand)])
    taken = turns(at: 4)
    #expect(taken == [.errand(errand)], "it was lost on its way")
    state.apply(errand)
    taken = turns(at: 5)
    isSolved = run.judge(state)
    #expect(taken == [.say("Somebody renamed it.")] && run.isDone("renames") && isSolved)
  }
}
