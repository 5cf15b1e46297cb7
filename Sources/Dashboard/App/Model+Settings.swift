import ScreenKit

/// Settings that are read again.
extension Model {
  /// Takes in settings that were read again, or that have something wrong.
  mutating func take(_ settings: DashboardSettings) {
    keymap = Keymap(settings, inTour: tour != nil)
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
    (fileProblems + binding.problems)
      .enumerated().sorted { ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset) }
      .map(\.element)
  }

  /// Every command that is built in, with the keys that are in force.
  public var keysInForce: [KeyChoice] {
    let own = Set(commands.map(\.name)).subtracting(Self.commandNames)
    return binding.keymap.actions.filter { !own.contains($0.name) }.map {
      KeyChoice($0.name, keys: $0.keys.map(\.label))
    }
  }

  /// The person's own commands that can be run, with the keys that are in force.
  public var commandsInForce: [OwnCommand] {
    let keymap = binding.keymap
    return commands.filter { !Self.commandNames.contains($0.name) }.map { command in
      var command = command
      command.keys = keymap[ActionID(command.name)]?.keys.map(\.label) ?? []
      return command
    }
  }

  /// The actions with the keys that these settings give them, and what is wrong with those.
  var binding: (keymap: Keymap<Model>, problems: [SettingProblem]) {
    var (own, choices, problems) = ([Action<Model>](), keys, [SettingProblem]())
    for command in commands {
      guard !Self.commandNames.contains(command.name) else {
        let reason = "\(command.name) is a command that is built in; call yours something else"
        problems.append(SettingProblem(line: command.settingsLine, reason))
        continue
      }
      own.append(.own(command))
      // What the table of keys says of it holds, as it does for any other.
      if !command.keys.isEmpty, !keys.contains(where: { $0.name == command.name }) {
        choices.append(KeyChoice(command.name, keys: command.keys, line: command.settingsLine))
      }
    }
    let actions = own + Keymap<Model>.standard.actions
    let bound = Keymap(actions: actions, panes: Keymap<Model>.standard.panes).rebinding(choices)
    return (bound.keymap, problems + bound.problems)
  }
}
