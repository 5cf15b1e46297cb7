import TextScreen
public import ScreenKit

/// The keys that somebody wants for a command.
public struct KeyChoice: Hashable, Sendable {
  /// What the command is called, as in the palette.
  public var name: String
  /// The keys, as the help writes them.
  public var keys: [String]
  /// Where in the settings this is said.
  public var line: Int?

  /// Chooses keys.
  public init(_ name: String, keys: [String], line: Int? = nil) {
    (self.name, self.keys, self.line) = (name, keys, line)
  }
}

/// Something in the settings that does not hold, or takes something away.
public struct SettingProblem: Hashable, Sendable, CustomStringConvertible {
  /// Where in the settings it is.
  public var line: Int?
  /// What is wrong, and what holds instead.
  public var text: String

  /// Describes a problem.
  public init(line: Int?, _ text: String) {
    (self.line, self.text) = (line, text)
  }

  /// The problem in one line.
  public var description: String { line.map { "line \($0): \(text)" } ?? text }
}

/// What a person has settled once for all of their dashboards.
public struct DashboardSettings: Hashable, Sendable {
  /// The names of the panes that a dashboard can begin in.
  public static let panes = Pane.allCases.map(\.settingName)

  /// The names of all commands, as the palette lists them.
  public static let commandNames = Set(Keymap.standard.bindings.map(\.name))

  /// The keys that are not the usual ones.
  public var keys: [KeyChoice]
  /// The pane that has the focus at the start, one of ``panes``.
  public var startPane: String?
  /// The words in which everything is told.
  public var words: Vocabulary
  /// What is wrong with the settings file, without what is wrong with the keys.
  public var fileProblems: [SettingProblem]

  /// Makes settings.
  public init(
    keys: [KeyChoice] = [],
    startPane: String? = nil,
    words: Vocabulary = .town,
    fileProblems: [SettingProblem] = []
  ) {
    (self.keys, self.startPane, self.words) = (keys, startPane, words)
    self.fileProblems = fileProblems
  }

  /// Everything that is wrong, in the order of the file.
  public var problems: [SettingProblem] {
    (fileProblems + Keymap.standard.rebinding(keys).problems)
      .enumerated().sorted { ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset) }
      .map(\.element)
  }

  /// Every command with the keys that are in force.
  public var keysInForce: [KeyChoice] {
    Keymap.standard.rebinding(keys).keymap.bindings.map {
      KeyChoice($0.name, keys: $0.keys.map(\.label))
    }
  }
}

extension Pane {
  var settingName: String { name.town.lowercased() }
}

extension Model {
  /// Takes in settings that were read again, or that have something wrong.
  mutating func take(_ settings: DashboardSettings) {
    keymap = Keymap(settings.keys, inTour: tour != nil)
    settleWords(settings.words)
    (typedKeys, count) = ([], 0)
    let problems = settings.problems
    for problem in problems {
      activity.log.note("\(glyphs.warning) settings, \(problem)", .warning, at: now)
    }
    guard let first = problems.first else {
      say("the settings hold", .success)
      return
    }
    let more = problems.count > 1 ? " (and \(problems.count - 1) more in Activity)" : ""
    say("settings, \(first)\(more)", .warning)
  }
}
