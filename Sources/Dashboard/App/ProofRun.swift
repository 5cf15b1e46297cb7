public import Lessons
import SharedState
import StateEditing
public import TextScreen

/// A dashboard that gives a tour on a state without wires, in a time that passes at once.
struct ProofRun: LessonPlayer {
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

  var stage: LessonRun.Stage? { model.tour?.stage }
  var answer: String { model.tour?.answer ?? "" }
  var trouble: String? { model.tour?.trouble }

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
  mutating func play(_ strokes: [Lesson.Stroke], isOwn: Bool) {
    model.play(strokes, isOwn: isOwn)
    tell(.wake)
    wait(atMost: .seconds(600)) { $0.tour?.show == nil && $0.tour?.stage != .preparing(since: nil) }
    // What was set off by the last keys still happens.
    wait(atMost: .seconds(8)) { $0.tour?.stage == .solved }
  }

  mutating func idle() { wait(atMost: Self.idleTime) { $0.tour?.stage == .solved } }
}

extension LessonProof {
  /// Has the real dashboard play, on a screen of some size; lessons have to hold on the smallest.
  public init(_ tour: Tour, on size: Size = Size(columns: 80, rows: 24)) {
    self.init(tour) { ProofRun($0, size) }
  }
}
