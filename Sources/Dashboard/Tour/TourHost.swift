import Lessons
import ScreenKit
import SharedState
import StateEditing
import StateInspection

/// What giving a tour needs of the dashboard.
protocol TourHost: WatchHost, CallHost, MapHost {
  var tour: TourState? { get set }
  /// Whether the state has come in over this connection, and whether it ever has.
  var isCurrent: Bool { get }
  var hasArrived: Bool { get }
  /// Clears the table: each lesson begins with the same screen, whatever the learner has left behind.
  mutating func tidyUp()
  /// Presses a key for the learner, where everybody can see it.
  mutating func press(_ key: Key) -> [Effect]
  /// Whether letters are text, or go on with what was begun.
  var isTakingText: Bool { get }
}

/// The tour: it looks at what the learner does, and goes on.
extension TourHost {
  /// The state of a lesson is asked for again after this time.
  private static var preparingTime: Duration { .seconds(3) }
  /// The group in which programs keep their books.
  private static var books: String { "update." }

  /// The paragraphs of a lesson, with the address of this very town where one is wanted.
  func text(of lesson: Lesson) -> [String] {
    lesson.text.map { $0.replacing("{address}", with: options.address) }
  }

  /// Takes what no lesson can be about out of what came in: what programs write for themselves.
  func withoutBooks(
    _ newest: StateDictionary,
    _ change: StateChange
  ) -> (StateDictionary, StateChange) {
    guard tour != nil else { return (newest, change) }
    var (newest, change) = (newest, change)
    // The learner's own avatar is the state's sign of who is there, and nobody's to take away.
    let avatar = options.userID.map { "avatar.\($0)" }
    for key in newest.keys(withPrefix: Self.books) + [avatar].compactMap(\.self) {
      newest.setEntry(nil, for: key)
    }
    for key in change.keys where key.begins(with: Self.books) || key == avatar {
      change.forget(key)
    }
    return (newest, change)
  }

  /// Brings the tour into line with what has happened, and plays what is due.
  mutating func goOnWithTour() -> [Effect] {
    guard tour != nil else { return [] }
    guard isCurrent else {
      if hasArrived { tour?.wasCut = true }
      return []
    }
    if tour?.wasCut == true {
      beginLesson()
      say("the connection was lost: the lesson begins again", .warning)
    }
    var effects: [Effect] = []
    if case .preparing(let since)? = tour?.stage {
      effects = prepareLesson(since)
      guard tour?.stage == .doing else { return effects }
    }
    observe()
    effects += goOnWithActs()
    if let played = playStroke() {
      effects += played
      settle()
      observe()
    }
    effects += judgeLesson()
    // What has just been met sets the neighbour off now, not when something else wakes the dashboard.
    return effects + goOnWithActs()
  }

  /// When the tour goes on by itself, as uptimes.
  var tourTimes: [Duration] {
    guard let tour, isCurrent else { return [] }
    if case .preparing(let since) = tour.stage {
      // What is on its way is waited for, and wakes the dashboard when it ends.
      guard outbox.pending.isEmpty else { return [] }
      return since.map { [$0 + Self.preparingTime] } ?? [now.uptime]
    }
    var times: [Duration] = []
    if let show = tour.show, !show.isHeld, let next = show.nextAt {
      times.append(next > now.uptime ? next : next + ShowMe.patience)
    }
    return tour.isReading ? times : times + tour.run.actTimes
  }

  // MARK: Putting up the state of a lesson

  /// Has the state of the lesson put up, and begins once it stands.
  private mutating func prepareLesson(_ since: Duration?) -> [Effect] {
    guard let tour, outbox.pending.isEmpty else { return [] }
    let change = tour.run.arrangement(in: freshest)
    guard change.isEmpty else {
      if let since, now.uptime - since < Self.preparingTime { return [] }
      let uptime = now.uptime
      self.tour?.stage = .preparing(since: uptime)
      return [.neighbour(change)]
    }
    // A list that was opened on the card meanwhile stays.
    let list = tour.isReading ? list : nil
    tidyUp()
    self.list = list
    settle()
    self.tour?.stage = .doing
    let uptime = now.uptime
    self.tour?.show?.start(at: uptime)
    return keepTour()
  }

  // MARK: Watching the learner

  /// Notes where the learner is, and which edit is open.
  private mutating func observe() {
    guard tour != nil else { return }
    var present: Set<Deed> = []
    switch paneRow {
    case .entry(let key)?: present.insert(.been(StateKey(key)))
    case .group(let prefix)?: present.insert(.beenOn(StateKey(prefix)))
    case nil: break
    }
    if let key = paneKey, let snapshot = watch.book.snapshot(beside: key),
      snapshot.source == .snapshot,
      snapshot.entry != freshest.entry(for: key)
    {
      present.insert(.stale(StateKey(key)))
    }
    let (open, outbox, ended) = (edit.flatMap(\.open), outbox, ended)
    tour?.run.observe(present, edit: open) { outbox.isPending($0) || ended[$0] != nil }
  }

  /// Notes that somebody else has changed what is being edited.
  mutating func noteSharedEdit(_ change: StateChange) {
    guard tour != nil, let edit, let key = edit.key, change.touches(key), !outbox.isPending(edit.id)
    else { return }
    tour?.run.noteShared(edit.id)
  }

  /// Notes how an edit of the learner ended.
  mutating func note(_ outcome: EditOutcome, of request: EditRequest) {
    tour?.run.note(outcome, of: request)
  }

  private mutating func judgeLesson() -> [Effect] {
    let known = freshest
    guard var desk = tour, desk.stage == .doing else { return [] }
    let isSolved = desk.run.judge(known)
    if isSolved {
      desk.stage = .solved
      let wasFinished = desk.isFinished
      desk.progress.solve(desk.lesson.name, shown: desk.wasShown)
      desk.celebrates = desk.isFinished && !wasFinished
    }
    tour = desk
    guard isSolved else { return [] }
    return keepTour()
  }

  // MARK: The neighbour

  private mutating func goOnWithActs() -> [Effect] {
    guard var tour, !tour.isReading else { return [] }
    let turns = tour.run.goOnWithActs(in: freshest, at: now.uptime)
    self.tour = tour
    return turns.compactMap { turn in
      switch turn {
      case .errand(let change): return .neighbour(change)
      case .say(let text):
        say(text, .added)
        return nil
      }
    }
  }

  // MARK: Show me

  /// Plays the next key if its time has come; `nil` if it has not.
  private mutating func playStroke() -> [Effect]? {
    guard let show = tour?.show, show.isDue(at: now.uptime) else { return nil }
    guard let stroke = show.next else {
      tour?.show = nil
      return nil
    }
    guard isReady(for: stroke) else {
      if show.isTired(at: now.uptime) {
        giveUpShow(before: stroke)
      }
      return nil
    }
    let uptime = now.uptime
    tour?.show?.step(at: uptime)
    switch stroke {
    case .key(let key): return press(key)
    case .letter(let letter): return press(.character(letter))
    case .say, .waitFor: return []
    }
  }

  private mutating func giveUpShow(before stroke: Lesson.Stroke) {
    var reason = words("the \(.host) does not answer")
    if case .waitFor(let name) = stroke {
      reason = words("\("the neighbour", dict: "somebody else") has not done \(name)")
    }
    tour?.show = nil
    tour?.trouble = reason
    say("\(reason); \(label(of: .beginAgain)) begins the lesson again", .warning)
  }

  /// Whether everything has been answered that was played before.
  private func isReady(for stroke: Lesson.Stroke) -> Bool {
    if case .waitFor(let name) = stroke { return tour?.run.isDone(name) == true }
    return outbox.pending.isEmpty
  }

  /// Ends what is being played, or holds it.
  ///
  /// - Returns: Whether there was something to end or to hold.
  private mutating func interruptShow(by key: Key) -> Bool {
    guard tour?.show != nil else { return false }
    if key == .character(" ") {
      tour?.show?.isHeld.toggle()
    } else {
      stopShow()
    }
    return true
  }

  /// Ends what is being played, where it is.
  mutating func stopShow() {
    tour?.show = nil
    say("stopped; \(label(of: .beginAgain)) begins the lesson again", .muted)
  }

  // MARK: Keys

  /// Takes a key that the tour wants before all others; `nil` if it does not.
  mutating func useTour(_ key: Key) -> [Effect]? {
    guard tour != nil else { return nil }
    if interruptShow(by: key) { return [] }
    if case .character = key, isTakingText { return nil }
    guard case .action(let id) = meaning(of: [key], in: focus), ActionID.tours.contains(id) else {
      return nil
    }
    return runFromKey(id)
  }
}

extension EditPane {
  /// What a lesson is told of an edit that is open; nothing if there was nothing to edit.
  fileprivate var open: LessonRun.OpenEdit? {
    if case .blocked = phase { return nil }
    switch target {
    case .entry(let place, _), .group(let place): return .init(id: id, place: place, verb: verb)
    }
  }
}
