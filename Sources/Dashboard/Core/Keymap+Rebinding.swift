import TextScreen

/// Keys that work whatever is open, and so belong to nobody else.
private let fixedKeys: [(key: Key, name: String)] = [
  (.control("c"), "quit-at-once"), (.control("l"), "redraw"), (.control("z"), "suspend"),
]
/// A longer text is no sequence but a key that was written wrongly, such as `Ctrl-x`.
private let longestSequence = 3

private struct Refusal: Error {
  let reason: String
}

/// Keys of one's own.
extension Keymap {
  /// Gives actions other keys.
  ///
  /// What was chosen first wins, and what was chosen wins over what was there;
  /// whatever loses a key is told as a problem.
  func rebinding(_ choices: [KeyChoice]) -> (keymap: Self, problems: [SettingProblem]) {
    var keymap = self
    var problems: [SettingProblem] = []
    var chosen: [Int: Int?] = [:]
    for choice in choices {
      guard let index = actions.firstIndex(where: { $0.name == choice.name }) else {
        problems.append(.init(line: choice.line, "no command is called \(choice.name)"))
        continue
      }
      keymap.actions[index].keys = []
      chosen[index] = choice.line
      for text in choice.keys {
        let others = chosen.keys.sorted().filter { $0 != index }
        switch keymap.sequence(text, for: index, beside: others) {
        case .success(let sequence): keymap.actions[index].keys.append(sequence)
        case .failure(let refusal): problems.append(.init(line: choice.line, refusal.reason))
        }
      }
    }
    for index in chosen.keys.sorted() {
      problems += keymap.takeKeys(for: index, line: chosen[index] ?? nil, sparing: chosen.keys)
    }
    for (key, name) in fixedKeys { keymap.keep(KeySequence([key]), for: name) }
    return (keymap, problems)
  }

  /// Reads a key for an action, and makes sure that it can be pressed.
  private func sequence(
    _ text: String,
    for index: Int,
    beside others: [Int]
  ) -> Result<KeySequence, Refusal> {
    guard let sequence = KeySequence(text), sequence.keys.count <= longestSequence else {
      return .failure(
        Refusal(reason: "\(text) is no key; write it as the help does, such as ^x or F7")
      )
    }
    let name = actions[index].name
    if let fixed = fixedKeys.first(where: { sequence.keys.contains($0.key) }), fixed.name != name {
      return .failure(Refusal(reason: "\(fixed.key.label) is always \(fixed.name)"))
    }
    if case .character(let digit)? = sequence.keys.first, digit.isASCII,
      let number = digit.wholeNumberValue, number > panes.count
    {
      return .failure(Refusal(reason: "\(text) begins a count, such as \(number)j"))
    }
    for other in others where meet(actions[index], actions[other]) {
      guard let rival = actions[other].keys.first(where: sequence.collides) else { continue }
      let reason = "\(text) for \(name) collides with \(rival.label) for \(actions[other].name)"
      return .failure(Refusal(reason: reason + ", which keeps it"))
    }
    return .success(sequence)
  }

  /// Takes from other actions what collides with the keys of one.
  private mutating func takeKeys(
    for index: Int,
    line: Int?,
    sparing chosen: Dictionary<Int, Int?>.Keys
  ) -> [SettingProblem] {
    let action = actions[index]
    var lost: [String] = []
    for other in actions.indices where !chosen.contains(other) && meet(action, actions[other]) {
      let gone = actions[other].keys.filter { key in
        action.keys.contains { key.collides(with: $0) }
      }
      guard !gone.isEmpty else { continue }
      actions[other].keys.removeAll(where: gone.contains)
      lost.append("\(actions[other].name) (\(gone.map(\.label).joined(separator: " ")))")
    }
    guard !lost.isEmpty else { return [] }
    let keys = action.keys.map(\.label).joined(separator: " ")
    return [
      .init(
        line: line,
        "\(keys) for \(action.name) takes the key of \(lost.joined(separator: ", "))"
      )
    ]
  }

  /// Whether both can be asked for in one pane.
  private func meet(_ one: Action<Host>, _ other: Action<Host>) -> Bool {
    panes.contains { one.scope.includes($0) && other.scope.includes($0) }
  }

  private mutating func keep(_ sequence: KeySequence, for name: String) {
    guard let index = actions.firstIndex(where: { $0.name == name }),
      !actions[index].keys.contains(sequence)
    else { return }
    actions[index].keys.append(sequence)
  }
}

extension KeySequence {
  /// Whether both cannot be told apart while they are typed.
  fileprivate func collides(with other: KeySequence) -> Bool {
    self == other || isBegun(by: other.keys) || other.isBegun(by: keys)
  }
}
