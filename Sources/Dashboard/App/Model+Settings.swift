import ScreenKit

/// Settings that are read again.
extension Model {
  /// Takes in settings that were read again, or that have something wrong.
  mutating func take(_ settings: DashboardSettings) {
    keymap = Keymap(settings.keys, inTour: tour != nil)
    settleWords(settings.words)
    settleAlarms(settings)
    watch.timeline.setBounds(settings.past, at: now)
    (typedKeys, workbench.count) = ([], 0)
    let problems = settings.problems
    for problem in problems {
      tell("\(glyphs.warning) settings, \(problem)", .warning)
    }
    guard let first = problems.first else {
      say("the settings hold", .success)
      return
    }
    let more = problems.count > 1 ? " (and \(problems.count - 1) more in Activity)" : ""
    say("settings, \(first)\(more)", .warning)
  }
}

extension DashboardSettings {
  /// The names of the panes that a dashboard can begin in.
  public static let panes = Model.panes.map(\.id.settingName)

  /// The names of all commands, as the palette lists them.
  public static let commandNames = Set(Model.actions.map(\.name))

  /// Everything that is wrong, in the order of the file.
  public var problems: [SettingProblem] {
    (fileProblems + Keymap<Model>.standard.rebinding(keys).problems)
      .enumerated().sorted { ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset) }
      .map(\.element)
  }

  /// Every command with the keys that are in force.
  public var keysInForce: [KeyChoice] {
    Keymap<Model>.standard.rebinding(keys).keymap.actions.map {
      KeyChoice($0.name, keys: $0.keys.map(\.label))
    }
  }
}
