public import SharedState
public import TextScreen

/// A tour of the shared state in lessons: data that anybody can write.
///
/// A lesson says what is there at its start, what is to be reached, and what is still missing on the way. It is judged by
/// the live state and by what the learner did, never by which keys were pressed, so any right way counts.
public struct Tour: Hashable, Sendable {
  /// Progress is kept under this name.
  public var name: String
  /// What the tour is called.
  public var title: String
  /// The lessons, in order; never empty.
  public var lessons: [Lesson]

  /// Makes a tour.
  public init(name: String, title: String, lessons: [Lesson]) {
    (self.name, self.title, self.lessons) = (name, title, lessons)
  }
}

/// One lesson.
public struct Lesson: Hashable, Sendable {
  /// What messages and the progress call it; no other lesson of the tour has this name.
  public var name: String
  /// What the learner reads above it.
  public var title: String
  /// What is read before the lesson, in paragraphs.
  public var text: [String]
  /// What is drawn beside the text.
  public var picture: Picture?
  /// What is to be reached; it is always on the screen.
  public var goal: String
  /// Three hints, each more telling than the one before.
  public var hints: [String]
  /// Every entry that is there at the start.
  public var start: StateObject
  /// The molecule that its numbers of atoms are of, residue by residue; empty if there is none.
  public var molecule: [Residue]
  /// The lesson is solved when all of these are met at once.
  public var checks: [Check]
  /// What answers a wrong turn.
  public var slips: [Slip]
  /// What somebody else does meanwhile.
  public var neighbour: [Act]
  /// What "show me" plays.
  public var show: [Stroke]
  /// Other ways that solve the lesson.
  public var routes: [Route]
  /// Wrong turns, and what answers them.
  public var wrong: [Attempt]

  /// Makes a lesson.
  public init(
    name: String,
    title: String,
    text: [String] = [],
    picture: Picture? = nil,
    goal: String,
    hints: [String],
    start: StateObject = [:],
    molecule: [Residue] = [],
    checks: [Check],
    slips: [Slip] = [],
    neighbour: [Act] = [],
    show: [Stroke],
    routes: [Route] = [],
    wrong: [Attempt] = []
  ) {
    (self.name, self.title, self.text, self.picture) = (name, title, text, picture)
    (self.goal, self.hints, self.start, self.molecule) = (goal, hints, start, molecule)
    (self.checks, self.slips, self.neighbour) = (checks, slips, neighbour)
    (self.show, self.routes, self.wrong) = (show, routes, wrong)
  }

  /// A picture of one concept, drawn of the live state.
  public struct Picture: Hashable, Sendable {
    /// A concept.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
      /// A reference: an address on a card.
      case address
      /// A snapshot, with its time.
      case snapshot
      /// A collection: a sign with its prefix.
      case sign
      /// The whole state.
      case town
    }

    /// Which picture.
    public var kind: Kind
    /// The key or the prefix that it is of.
    public var of: String

    /// Chooses a picture.
    public init(_ kind: Kind, of: String) { (self.kind, self.of) = (kind, of) }
  }

  /// Something that has to hold before a lesson is solved.
  public struct Check: Hashable, Sendable {
    /// What others refer to it by.
    public var name: String?
    /// What has to hold.
    public var condition: LessonCondition
    /// The check that has to have been met before this one counts.
    public var after: String?
    /// Whether it stays met once it has been.
    public var once: Bool
    /// What the learner is told while it does not hold.
    public var missing: String

    /// Makes a check.
    public init(
      _ condition: LessonCondition,
      name: String? = nil,
      after: String? = nil,
      once: Bool = false,
      missing: String
    ) {
      (self.name, self.condition, self.after) = (name, condition, after)
      (self.once, self.missing) = (once, missing)
    }
  }

  /// A wrong turn, and what is said while one is there.
  public struct Slip: Hashable, Sendable {
    /// When it was taken; what was done before the last check was met is forgiven.
    public var condition: LessonCondition
    /// What is said instead of what is missing.
    public var say: String

    /// Describes a wrong turn.
    public init(_ condition: LessonCondition, say: String) {
      (self.condition, self.say) = (condition, say)
    }
  }

  /// Something that somebody else does, once.
  public struct Act: Hashable, Sendable {
    /// When it is done.
    public enum Trigger: Hashable, Sendable {
      /// As the lesson begins.
      case start
      /// Once a check has been met.
      case check(String)
      /// Once something holds.
      case condition(LessonCondition)
    }

    /// What conditions and strokes call it.
    public var name: String?
    /// What sets it off.
    public var when: Trigger
    /// How long after that it is done.
    public var wait: Duration
    /// Entries that get a whole new value.
    public var set: StateObject
    /// Entries of which some fields get new values.
    public var update: StateObject
    /// Entries that go.
    public var remove: [String]
    /// What the learner is told.
    public var say: String?

    /// Describes an act.
    public init(
      name: String? = nil,
      when: Trigger = .start,
      wait: Duration = .zero,
      set: StateObject = [:],
      update: StateObject = [:],
      remove: [String] = [],
      say: String? = nil
    ) {
      (self.name, self.when, self.wait) = (name, when, wait)
      (self.set, self.update, self.remove, self.say) = (set, update, remove, say)
    }
  }

  /// Another way that solves the lesson.
  public struct Route: Hashable, Sendable {
    /// What it is called.
    public var name: String
    /// What is pressed.
    public var strokes: [Stroke]

    /// Describes a way.
    public init(name: String, strokes: [Stroke]) { (self.name, self.strokes) = (name, strokes) }
  }

  /// A way that does not solve the lesson.
  public struct Attempt: Hashable, Sendable {
    /// What it is called.
    public var name: String
    /// What is pressed.
    public var strokes: [Stroke]
    /// A part of what the learner is told then.
    public var says: String

    /// Describes a wrong turn.
    public init(name: String, strokes: [Stroke], says: String) {
      (self.name, self.strokes, self.says) = (name, strokes, says)
    }
  }

  /// One step of a way that is played.
  public enum Stroke: Hashable, Sendable {
    /// A key that asks for something.
    case key(Key)
    /// A letter of a text that is typed.
    case letter(Character)
    /// What is said while the next keys are played.
    case say(String)
    /// Waits until the neighbour has done something.
    case waitFor(String)
  }
}

extension Lesson.Stroke {
  /// Reads a line of a way: keys as the help writes them with blanks between, `>` and a text to type, `#` and something
  /// to say, or `@` and the act of the neighbour that is waited for; `nil` if one of the keys is none.
  public static func line(_ text: String) -> [Self]? {
    let rest = String(text.dropFirst())
    switch text.first {
    case ">": return rest.map { .letter($0) }
    case "#": return [.say(rest.trimmingBlanks)]
    case "@": return [.waitFor(rest.trimmingBlanks)]
    default:
      var keys: [Self] = []
      for word in text.split(separator: " ") {
        guard let sequence = KeySequence(String(word)), sequence.keys.count <= 3 else { return nil }
        keys += sequence.keys.map { .key($0) }
      }
      return keys
    }
  }
}

extension String {
  fileprivate var trimmingBlanks: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
