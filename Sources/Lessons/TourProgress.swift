public import SharedState

/// A learner's progress in a tour.
///
/// It is kept as a text that people can read and break, so whatever is not as it should be is left out.
public struct TourProgress: Hashable, Sendable {
  /// No list that is kept is longer.
  static let most = 1_000
  /// No more hints are counted.
  static let mostHints = 9_999

  /// How a learner stands with a lesson.
  public enum Standing: String, Hashable, Sendable {
    /// Not solved yet.
    case open
    /// Seen to be solved by "show me".
    case shown
    /// Solved by the learner.
    case solved
  }

  /// Lessons that the learner has solved, by name, in the order in which that happened.
  public private(set) var solved: [String] = []
  /// Lessons that were only shown to the learner.
  public private(set) var shown: [String] = []
  /// The lesson that the learner was in.
  public var lesson: String?
  /// How many hints were asked for in all.
  public var hints = 0

  /// A learner who has not begun.
  public init() {}

  /// How the learner stands with the lesson of a name.
  public func standing(of lesson: String) -> Standing {
    solved.contains(lesson) ? .solved : shown.contains(lesson) ? .shown : .open
  }

  /// Notes that a lesson is solved, by the learner or by "show me".
  package mutating func solve(_ name: String, shown isShown: Bool) {
    guard !solved.contains(name) else { return }
    if isShown {
      if !shown.contains(name) { shown.append(name) }
    } else {
      shown.removeAll { $0 == name }
      solved.append(name)
    }
  }

  /// The progress in the lessons that a tour has; another edition of it may have had others.
  public func inLessons(of tour: Tour) -> TourProgress {
    let names = Set(tour.lessons.map(\.name))
    var progress = self
    progress.solved.removeAll { !names.contains($0) }
    progress.shown.removeAll { !names.contains($0) }
    return progress
  }

  package mutating func countHint() { hints = min(Self.mostHints, hints + 1) }

  /// The progress as a value that can be written down.
  public var value: StateValue {
    [
      "solved": solved.stateValue, "shown": shown.stateValue, "hints": hints.stateValue,
      "lesson": lesson?.stateValue ?? .null,
    ]
  }

  /// Reads what was written down.
  public init(_ value: StateValue) {
    solved = Self.names(in: value["solved"])
    shown = Self.names(in: value["shown"]).filter { [solved] in !solved.contains($0) }
    lesson = value["lesson"]?.string
    hints = max(0, min(Self.mostHints, Int(clamping: value["hints"]?.int ?? 0)))
  }

  private static func names(in value: StateValue?) -> [String] {
    var names: [String] = []
    for case .string(let name) in value?.array ?? []
    where names.count < most && !names.contains(name) { names.append(name) }
    return names
  }
}
