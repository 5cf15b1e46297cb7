import SharedState

/// Which keys are meant: those that fit one of several patterns, where the name of a street stands for all of it.
struct KeyGlobs: Sendable, Hashable {
  private let patterns: [KeyPattern]

  /// Reads patterns; nil if there are none.
  init?(_ texts: [String]) {
    guard !texts.isEmpty else { return nil }
    patterns = texts.map { text in
      let isPlain = !text.contains("*") && !text.contains("?")
      return KeyPattern(isPlain && text.hasSuffix(".") ? text + "*" : text, foldsCase: false)
    }
  }

  func holds(_ key: String) -> Bool {
    var key = key
    return key.withUTF8 { key in patterns.contains { $0.fits(key) } }
  }

  func chosen(of change: StateChange) -> StateChange {
    var chosen = StateChange()
    for item in change.items where holds(item.key.text) { chosen.put(item.entry, at: item.key) }
    return chosen
  }

  func chosen(of state: StateDictionary) -> StateDictionary {
    var chosen = StateDictionary()
    chosen.apply(self.chosen(of: state.changes(since: StateDictionary())))
    return chosen
  }
}
