@testable import Dashboard
import SharedState
import StateEditing
import StateSync

extension FuzzTarget {
  static let keys = FuzzTarget(
    "keys",
    "patterns for keys, parts of keys and paths into values, beside what they mean",
    words: [
      "selection.*", "\\*", "?", "**", "[0]", "\"a.b\"", "components[0].position", "\u{301}",
    ],
    longest: 256,
    executions: 3000
  ) { bytes in
    let texts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    let (pattern, key) = (texts[0], texts.count > 1 ? texts[1] : texts[0])
    try expectFits(pattern, key)
    try expectParts(key)
    try expectPath(pattern)
    var choices = Choices(bytes)
    var steps: [ValuePath.Step] = []
    while !choices.isEmpty {
      steps.append(choices.below(3) == 0 ? .element(choices.below(256)) : .field(choices.text()))
    }
    if !steps.isEmpty { try expectWritten(ValuePath(steps)) }
  }

  private static func expectFits(_ pattern: String, _ key: String) throws {
    do {
      let filter = try KeyFilter([pattern])
      let fits = Meaning(pattern).fits(key)
      try expect(filter.fits(key) == fits, "“\(key)” fits “\(pattern)”: \(fits)")
    } catch let error as KeyFilter.Problem {
      try expectPlain(error.words)
    }
    if (1...KeyFilter.longestPattern / 2).contains(key.utf8.count) {
      let own = try KeyFilter([KeyFilter.pattern(for: key)])
      try expect(own.fits(key), "“\(key)” does not fit its own pattern")
      try expect(!own.fits(key + "x") && !own.fits("x" + key), "“\(key)” fits more than itself")
    }
    _ = GlobFilter(pattern)?.shows(key)
  }

  private static func expectParts(_ key: String) throws {
    let parts = KeyParts(key)
    let whole = (parts.prefix ?? "") + parts.name
    try expect(whole.isSame(as: key), "the parts of “\(key)” are “\(whole)”")
    try expect(parts.prefix.isSame(as: KeyParts.prefix(of: key)), "two groups of “\(key)”")
  }

  private static func expectPath(_ text: String) throws {
    if let path = ValuePath(text: text) { try expectWritten(path) }
    let value: StateValue = ["a": [1, ["b.c": 2]], "a.b": ["": 3], "é": nil]
    guard let path = value.path(typed: text, toNew: true), !path.isRoot else { return }
    try expect(
      value.replacing(path, with: 1) != nil,
      "“\(text)” leads to \(path), which is nowhere"
    )
  }

  /// Sees that a path is read as it is written.
  private static func expectWritten(_ path: ValuePath) throws {
    let text = path.description
    try expect(ValuePath(text: text) == path, "\(text.debugDescription) is read as another path")
  }
}

/// A pattern by its plainest meaning: all ways to fit are followed side by side.
private struct Meaning {
  private enum Step { case one(Unicode.Scalar), any, many }

  private var steps: [Step] = []

  init(_ pattern: String) {
    var isEscaped = false
    for scalar in pattern.unicodeScalars {
      switch scalar {
      case "\\" where !isEscaped:
        isEscaped = true
        continue
      case "*" where !isEscaped: steps.append(.many)
      case "?" where !isEscaped: steps.append(.any)
      default: steps.append(.one(scalar))
      }
      isEscaped = false
    }
  }

  func fits(_ text: String) -> Bool {
    var places = closure([0])
    for scalar in text.unicodeScalars {
      var next: Set<Int> = []
      for place in places where place < steps.count {
        switch steps[place] {
        case .one(let wanted): if wanted == scalar { next.insert(place + 1) }
        case .any: next.insert(place + 1)
        case .many: next.insert(place)
        }
      }
      places = closure(next)
    }
    return places.contains(steps.count)
  }

  /// The places from which no more text is needed to be at others, too.
  private func closure(_ places: Set<Int>) -> Set<Int> {
    var all = places
    for place in places {
      var place = place
      while place < steps.count, case .many = steps[place] {
        place += 1
        all.insert(place)
      }
    }
    return all
  }
}
