public import ScreenKit
public import TextScreen

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
  public init(line: Int?, _ text: String) { (self.line, self.text) = (line, text) }

  /// The problem in one line.
  public var description: String { line.map { "line \($0): \(text)" } ?? text }
}

/// What a person has settled once for all of their dashboards.
public struct DashboardSettings: Hashable, Sendable {
  /// The keys that are not the usual ones.
  public var keys: [KeyChoice]
  /// The commands of the person's own.
  public var commands: [OwnCommand]
  /// The pane that has the focus at the start, one of ``panes``.
  public var startPane: String?
  /// The words in which everything is told.
  public var words: Vocabulary
  /// What the person wants to be told of while they look elsewhere, each as `Alarm` reads it; nothing, if nobody says so.
  public var alarms: [String]
  /// How they are told.
  public var noticeWay: NoticeWay
  /// How much of the past of a session is kept.
  public var past: PastBounds
  /// What is wrong with the settings file, without what is wrong with the keys.
  public var fileProblems: [SettingProblem]

  /// Makes settings.
  public init(
    keys: [KeyChoice] = [],
    commands: [OwnCommand] = [],
    startPane: String? = nil,
    words: Vocabulary = .town,
    alarms: [String] = [],
    noticeWay: NoticeWay = .osc9,
    past: PastBounds = .usual,
    fileProblems: [SettingProblem] = []
  ) {
    (self.alarms, self.noticeWay, self.past) = (alarms, noticeWay, past)
    (self.keys, self.startPane, self.words) = (keys, startPane, words)
    (self.commands, self.fileProblems) = (commands, fileProblems)
  }
}
