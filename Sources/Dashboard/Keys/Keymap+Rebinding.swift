import TextScreen

/// Keys of one's own.
extension Keymap {
  /// Keys that work whatever is open, and so belong to nobody else.
  private static let fixed: [(key: Key, name: String)] = [
    (.control("c"), "quit-at-once"), (.control("l"), "redraw"), (.control("z"), "suspend"),
  ]
  /// A longer text is no sequence but a key that was written wrongly, such as `Ctrl-x`.
  private static let longestSequence = 3

  /// Gives commands other keys.
  ///
  /// What was chosen first wins, and what was chosen wins over what was there;
  /// whatever loses a key is told as a problem.
  func rebinding(_ choices: [KeyChoice]) -> (keymap: Keymap, problems: [SettingProblem]) {
    var keymap = self
    var problems: [SettingProblem] = []
    var chosen: [Int: Int?] = [:]
    for choice in choices {
      guard let index = bindings.firstIndex(where: { $0.name == choice.name }) else {
        problems.append(.init(line: choice.line, "no command is called \(choice.name)"))
        continue
      }
      keymap.bindings[index].keys = []
      chosen[index] = choice.line
      for text in choice.keys {
        let others = chosen.keys.sorted().filter { $0 != index }
        switch keymap.sequence(text, for: index, beside: others) {
        case .success(let sequence): keymap.bindings[index].keys.append(sequence)
        case .failure(let refusal): problems.append(.init(line: choice.line, refusal.reason))
        }
      }
    }
    for index in chosen.keys.sorted() {
      problems += keymap.takeKeys(for: index, line: chosen[index] ?? nil, sparing: chosen.keys)
    }
    for (key, name) in Self.fixed { keymap.keep(KeySequence([key]), for: name) }
    return (keymap, problems)
  }

  private struct Refusal: Error {
    let reason: String
  }

  /// Reads a key for a binding, and makes sure that it can be pressed.
  private func sequence(
    _ text: String,
    for index: Int,
    beside others: [Int]
  ) -> Result<KeySequence, Refusal> {
    guard let sequence = KeySequence(text), sequence.keys.count <= Self.longestSequence else {
      return .failure(
        Refusal(reason: "\(text) is no key; write it as the help does, such as ^x or F7")
      )
    }
    let name = bindings[index].name
    if let fixed = Self.fixed.first(where: { sequence.keys.contains($0.key) }), fixed.name != name {
      return .failure(Refusal(reason: "\(fixed.key.label) is always \(fixed.name)"))
    }
    if case .character(let digit)? = sequence.keys.first, "56789".contains(digit) {
      return .failure(Refusal(reason: "\(text) begins a count, such as 5j"))
    }
    for other in others where bindings[index].meets(bindings[other]) {
      guard let rival = bindings[other].keys.first(where: sequence.collides) else { continue }
      let reason = "\(text) for \(name) collides with \(rival.label) for \(bindings[other].name)"
      return .failure(Refusal(reason: reason + ", which keeps it"))
    }
    return .success(sequence)
  }

  /// Takes from other bindings what collides with the keys of one.
  private mutating func takeKeys(
    for index: Int,
    line: Int?,
    sparing chosen: Dictionary<Int, Int?>.Keys
  ) -> [SettingProblem] {
    let binding = bindings[index]
    var lost: [String] = []
    for other in bindings.indices where !chosen.contains(other) && binding.meets(bindings[other]) {
      let gone = bindings[other].keys.filter { key in
        binding.keys.contains { key.collides(with: $0) }
      }
      guard !gone.isEmpty else { continue }
      bindings[other].keys.removeAll(where: gone.contains)
      lost.append("\(bindings[other].name) (\(gone.map(\.label).joined(separator: " ")))")
    }
    guard !lost.isEmpty else { return [] }
    let keys = binding.keys.map(\.label).joined(separator: " ")
    return [
      .init(
        line: line,
        "\(keys) for \(binding.name) takes the key of \(lost.joined(separator: ", "))"
      )
    ]
  }

  private mutating func keep(_ sequence: KeySequence, for name: String) {
    guard let index = bindings.firstIndex(where: { $0.name == name }),
      !bindings[index].keys.contains(sequence)
    else { return }
    bindings[index].keys.append(sequence)
  }
}

extension Binding {
  /// Whether both can be asked for at one place and time.
  fileprivate func meets(_ other: Binding) -> Bool {
    let sameTime = mode == other.mode || mode == .always || other.mode == .always
    return sameTime && !panes.isDisjoint(with: other.panes)
  }
}

extension KeySequence {
  /// Whether both cannot be told apart while they are typed.
  fileprivate func collides(with other: KeySequence) -> Bool {
    self == other || isBegun(by: other.keys) || other.isBegun(by: keys)
  }
}
