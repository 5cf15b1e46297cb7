package import SharedState

/// Which keys a subscriber wants to hear of: those that fit one of some patterns.
///
/// In a pattern, `*` stands for any text, dots too, `?` for one character, and `\` takes what follows as it is.
/// A pattern without the two is a key, and is looked up, not searched for.
///
/// ```swift
/// let filter = try KeyFilter(["selection.*", "scene"])
/// filter.fits("selection.root")   // true
/// ```
package struct KeyFilter: Sendable, Hashable {
  /// Why patterns cannot be used, in words that end a sentence.
  package struct Problem: Error, Sendable, Hashable {
    package let words: String
  }

  /// How many patterns there may be.
  package static let mostPatterns = 64
  /// How many bytes each may have.
  package static let longestPattern = 1024

  /// What tells two filters apart, byte by byte.
  private let sources: Set<[UInt8]>
  private let keys: [StateKey]
  private let globs: [KeyPattern]

  /// Makes a filter of patterns.
  package init(_ patterns: [String]) throws(Problem) {
    guard patterns.count <= Self.mostPatterns else {
      throw Problem(words: "there are \(patterns.count) patterns, and \(Self.mostPatterns) at most")
    }
    sources = Set(patterns.map { Array($0.utf8) })
    var (keys, globs): ([StateKey], [KeyPattern]) = ([], [])
    for source in sources {
      guard (1...Self.longestPattern).contains(source.count) else {
        throw Problem(
          words: "a pattern has 1 to \(Self.longestPattern) bytes, and not \(source.count)"
        )
      }
      guard let pattern = KeyPattern(escaped: source) else {
        throw Problem(words: "a pattern ends in “\\”")
      }
      if let key = pattern.only { keys.append(StateKey(key)) } else { globs.append(pattern) }
    }
    (self.keys, self.globs) = (keys, globs)
  }

  package static func == (left: KeyFilter, right: KeyFilter) -> Bool {
    left.sources == right.sources
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(sources) }

  /// The pattern that one text fits, and nothing else.
  package static func pattern(for text: String) -> String {
    var pattern = ""
    for scalar in text.unicodeScalars {
      if ["*", "?", "\\"].contains(scalar) { pattern += "\\" }
      pattern.unicodeScalars.append(scalar)
    }
    return pattern
  }

  /// Whether the subscriber wants to hear of a key.
  ///
  /// - Complexity: O(*n* *m*) in the bytes of the key and of the patterns at worst.
  package func fits(_ key: String) -> Bool {
    var key = key
    return key.withUTF8 { bytes in
      keys.contains { $0.text.utf8.elementsEqual(bytes) } || globs.contains { $0.fits(bytes) }
    }
  }

  /// What a subscriber hears of a change.
  ///
  /// - Complexity: O(1) for each key of the filter; only other patterns are tried on each key of the change.
  package func narrowed(_ change: StateChange) -> StateChange {
    var narrowed = StateChange()
    guard globs.isEmpty, keys.count <= change.count else {
      for (key, entry) in change.items where fits(key.text) { narrowed.put(entry, at: key) }
      return narrowed
    }
    for key in keys {
      if let entry = change[key] { narrowed.put(entry, at: key) }
    }
    return narrowed
  }

  /// What a subscriber hears of a whole state.
  ///
  /// - Complexity: O(1) for each key of the filter; only other patterns are tried on each key of the state.
  package func narrowed(_ state: StateDictionary) -> StateChange {
    var narrowed = StateChange()
    for key in keys {
      if let entry = state.entry(for: key) { narrowed.put(entry, at: key) }
    }
    guard !globs.isEmpty else { return narrowed }
    for (key, entry) in state where fits(key) { narrowed.update(key, to: entry) }
    return narrowed
  }
}
