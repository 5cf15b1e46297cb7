import ScreenKit

/// What the help says of one thing that keys do, for whoever prints it.
public struct KeyHelp: Hashable, Sendable {
  /// What it is called in the palette and in the settings; nil for what has no name there, such as a key of the editor.
  public var name: String?
  /// The keys, as the help writes them; none if it is only done by name.
  public var keys: [String]
  /// The heading in the help that it stands under.
  public var group: String
  /// What it does.
  public var help: String
  /// Whether it may write to the shared state.
  public var writes: Bool
}

extension DashboardSettings {
  /// All that keys do, as the help lists it, with the keys and in the words that are in force.
  public var keyHelp: [KeyHelp] {
    let actions = Keymap<Model>.standard.rebinding(keys).keymap.actions
    let named = ActionGroup.allCases.flatMap { group in
      actions.filter { $0.group == group }.map { action in
        KeyHelp(
          name: action.name,
          keys: action.keys.map(\.label),
          group: group.rawValue,
          help: words(action.help) + words(place(of: action)),
          writes: action.mayWrite
        )
      }
    }
    return named + Self.help(EditPane.help, HelpText.editing)
      + Self.help(HelpText.pointerHints, HelpText.pointer)
  }

  /// Where it is done, if that is in one pane.
  private func place(of action: Action<Model>) -> Phrase {
    guard case .only(let panes) = action.scope, panes.count == 1, let pane = panes.first else {
      return ""
    }
    return Phrase(" (in \(pane.name.town))", dict: " (in \(pane.name.dict))")
  }

  private static func help(_ hints: [Hint], _ group: String) -> [KeyHelp] {
    hints.map { hint in
      let keys = hint.key.split(separator: " ").map(String.init)
      return KeyHelp(name: nil, keys: keys, group: group, help: hint.text, writes: false)
    }
  }
}
