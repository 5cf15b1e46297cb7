package import SharedState
package import StateEditing

/// One lesson while somebody solves it: what was done, what is met and what is missing, and what the neighbour does.
///
/// It is judged by the state and by deeds, and knows nothing of a screen.
///
/// ```swift
/// var run = LessonRun(lesson)
/// run.note(.ran("open-tour"))
/// run.judge(state)     // whether all checks are met
/// run.answer           // what is still missing, or what was wrong
/// ```
package struct LessonRun: Sendable {
  package enum Stage: Hashable, Sendable {
    /// What the lesson begins with is being put up; it was asked for at this time.
    case preparing(since: Duration?)
    case doing
    case solved
  }

  /// Where an act of the neighbour stands.
  enum ActStage: Equatable, Sendable {
    case waiting
    case due(Duration)
    /// It was asked for, in a state that was like this.
    case sent(StateChange, at: Duration, before: StateDictionary)
    case done
  }

  /// An edit that the learner has open.
  package struct OpenEdit: Sendable {
    package let id: EditID
    /// The key, or the prefix, that it is of.
    package let place: StateKey
    package let verb: EditVerb

    package init(id: EditID, place: String, verb: EditVerb) {
      (self.id, self.place, self.verb) = (id, StateKey(place), verb)
    }
  }

  package let lesson: Lesson
  package var stage = Stage.preparing(since: nil)
  /// What is still missing, or what was wrong.
  package private(set) var answer = ""
  /// Whether the answer is about a wrong turn.
  package private(set) var isSlip = false
  package private(set) var record = LessonRecord()
  /// For each check that has been met: how many deeds were done by then.
  private var met: [Int: Int] = [:]
  var acts: [ActStage]
  private var openEdit: OpenEdit?
  /// Edits of entries that somebody else has changed while they were open.
  private var sharedEdits: Set<EditID> = []

  package init(_ lesson: Lesson) {
    self.lesson = lesson
    acts = Array(repeating: .waiting, count: lesson.neighbour.count)
  }

  // MARK: Watching the learner

  package mutating func note(_ deed: Deed) {
    if stage == .doing { record.note(deed) }
  }

  /// Notes where the learner is, and which edit is open.
  ///
  /// - Parameters:
  ///   - present: What holds at this moment, beside an open edit.
  ///   - edit: The edit that is open.
  ///   - wasSent: Whether an edit that is closed by now has been sent.
  package mutating func observe(
    _ present: Set<Deed>,
    edit: OpenEdit?,
    wasSent: (EditID) -> Bool
  ) {
    if let gone = openEdit, gone.id != edit?.id, !wasSent(gone.id) {
      note(.left(gone.place, gone.verb))
    }
    openEdit = edit
    var present = present
    if let edit { present.insert(.opened(edit.place, edit.verb)) }
    for deed in present.subtracting(record.present) { note(deed) }
    record.present = present
  }

  /// Notes that somebody else has changed what is being edited.
  package mutating func noteShared(_ edit: EditID) { sharedEdits.insert(edit) }

  /// Notes how an edit of the learner ended.
  package mutating func note(_ outcome: EditOutcome, of request: EditRequest) {
    if case .conflict = outcome { noteShared(request.id) }
    guard outcome.isArrival else { return }
    for entry in request.entries {
      note(.edited(StateKey(entry.key), request.verb))
      if sharedEdits.contains(request.id) { note(.merged(StateKey(entry.key))) }
    }
  }

  // MARK: Judging

  /// Looks which checks are met, and what is to be said; answers whether all of them are.
  package mutating func judge(_ state: StateDictionary) -> Bool {
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

  private func holds(
    _ condition: LessonCondition,
    in state: StateDictionary,
    since first: Int = 0
  ) -> Bool {
    condition.holds(in: state, begunAs: lesson.start, record, since: first)
  }

  /// Whether something sets off an act of the neighbour.
  func isSetOff(_ trigger: Lesson.Act.Trigger, in state: StateDictionary) -> Bool {
    switch trigger {
    case .start: true
    case .check(let name):
      lesson.checks.indices.contains { met[$0] != nil && lesson.checks[$0].name == name }
    case .condition(let condition): holds(condition, in: state)
    }
  }
}
