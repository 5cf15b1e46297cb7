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
  private let keys: [String]
  private let globs: [Pattern]

  /// Makes a filter of patterns.
  package init(_ patterns: [String]) throws(Problem) {
    guard patterns.count <= Self.mostPatterns else {
      throw Problem(words: "there are \(patterns.count) patterns, and \(Self.mostPatterns) at most")
    }
    sources = Set(patterns.map { Array($0.utf8) })
    var (keys, globs): ([String], [Pattern]) = ([], [])
    for source in sources {
      guard (1...Self.longestPattern).contains(source.count) else {
        throw Problem(
          words: "a pattern has 1 to \(Self.longestPattern) bytes, and not \(source.count)"
        )
      }
      guard let pattern = Pattern(source) else { throw Problem(words: "a pattern ends in “\\”") }
      if let key = pattern.key { keys.append(key) } else { globs.append(pattern) }
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
      keys.contains { $0.utf8.elementsEqual(bytes) } || globs.contains { $0.fits(bytes) }
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
      if let entry = change.updates[key] {
        narrowed.update(key, to: entry)
      } else if change.removals.contains(key) {
        narrowed.remove(key)
      }
    }
    return narrowed
  }

  /// What a subscriber hears of a whole state.
  ///
  /// - Complexity: O(1) for each key of the filter; only other patterns are tried on each key of the state.
  package func narrowed(_ state: StateDictionary) -> StateChange {
    var narrowed = StateChange()
    for key in keys {
      if let entry = state.entry(for: key) { narrowed.update(key, to: entry) }
    }
    guard !globs.isEmpty else { return narrowed }
    for (key, entry) in state where fits(key) { narrowed.update(key, to: entry) }
    return narrowed
  }
}

/// One pattern, ready to be tried.
private struct Pattern: Sendable {
  private enum Step: Hashable {
    case byte(UInt8)
    case character
    case anything
  }

  /// The bytes that a text has to begin with, which rule out most texts.
  private let beginning: [UInt8]
  /// What follows them.
  private let steps: [Step]

  /// Reads a pattern; nil if nothing follows a `\`.
  init?(_ source: [UInt8]) {
    var steps: [Step] = []
    var rest = source[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\\"):
        guard let next = rest.popFirst() else { return nil }
        steps.append(.byte(next))
      case UInt8(ascii: "?"): steps.append(.character)
      case UInt8(ascii: "*"): if steps.last != .anything { steps.append(.anything) }
      default: steps.append(.byte(byte))
      }
    }
    beginning = Self.bytes(of: steps.prefix { $0 != .character && $0 != .anything })
    self.steps = Array(steps.dropFirst(beginning.count))
  }

  private static func bytes(of steps: some Sequence<Step>) -> [UInt8] {
    steps.compactMap { if case .byte(let byte) = $0 { byte } else { nil } }
  }

  /// The only text that fits, if there is only one.
  var key: String? { steps.isEmpty ? String(decoding: beginning, as: UTF8.self) : nil }

  /// Whether a whole text fits: only the last `*` is ever tried again.
  func fits(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard text.starts(with: beginning) else { return false }
    var (at, next) = (beginning.count, 0)
    var retry: (at: Int, next: Int)?
    while at < text.count {
      if next < steps.count, let end = end(of: steps[next], in: text, at) {
        if steps[next] == .anything {
          // Whatever follows the last star may be anywhere.
          if next + 1 == steps.count { return true }
          retry = (at, next + 1)
        }
        (at, next) = (end, next + 1)
      } else if let last = retry {
        retry = (last.at + 1, last.next)
        (at, next) = (last.at + 1, last.next)
      } else {
        return false
      }
    }
    return steps[next...].allSatisfy { $0 == .anything }
  }

  /// Where a text goes on after a step; nil if the step does not fit there.
  private func end(of step: Step, in text: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int? {
    switch step {
    case .anything: return at
    case .byte(let byte): return text[at] == byte ? at + 1 : nil
    case .character:
      guard text[at] & 0xc0 != 0x80 else { return nil }
      var end = at + 1
      while end < text.count, text[end] & 0xc0 == 0x80 { end += 1 }
      return end
    }
  }
}
