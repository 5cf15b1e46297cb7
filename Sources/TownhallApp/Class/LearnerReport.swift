import SharedState
import TextScreen

/// How far a learner has come in a class, as their tour tells it in `lesson.<id>.learner`.
///
/// It comes from a peer, so every part is taken only if it is what it should be, and there is a bound to each.
struct LearnerReport: Hashable, Sendable {
  /// No tour has more lessons.
  static let mostLessons = 200
  /// No name is longer.
  private static let longestName = 40

  var name: String
  /// The lesson that is open.
  var lesson: String?
  /// The lessons that were solved, and those that were shown.
  var solved: [String] = []
  var shown: [String] = []
  var hints = 0
  /// How many lessons there are.
  var total = 0

  /// Names a learner who has done nothing yet.
  init(name: String) { self.name = Self.fit(name) }

  /// Reads what a learner tells; nil if it has no name.
  init?(_ value: StateValue?) {
    guard let name = value?["name"]?.string.map(Self.fit), !name.isEmpty else { return nil }
    self.name = name
    lesson = value?["lesson"]?.string.map(Self.fit)
    solved = Self.names(value?["solved"])
    shown = Self.names(value?["shown"])
    hints = Self.count(value?["hints"])
    total = min(Self.count(value?["of"]), Self.mostLessons)
  }

  var value: StateValue {
    var object: StateObject = [
      "name": .string(name), "solved": solved.stateValue, "shown": shown.stateValue,
      "hints": hints.stateValue, "of": total.stateValue,
    ]
    object["lesson"] = lesson?.stateValue
    return .object(object)
  }

  /// A name as one short line that commands no terminal.
  private static func fit(_ name: String) -> String {
    let words = name.prefix(200).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return TextWidth.truncate(TextWidth.safe(words), to: longestName, ellipsis: "")
  }

  private static func names(_ value: StateValue?) -> [String] {
    guard case .array(let elements)? = value else { return [] }
    var (names, seen) = ([String](), Set<String>())
    for case .string(let name) in elements.prefix(mostLessons) {
      let name = fit(name)
      if seen.insert(name).inserted { names.append(name) }
    }
    return names
  }

  /// A count, which some wires carry as a double.
  private static func count(_ value: StateValue?) -> Int {
    let number = value?.double ?? 0
    return number > 0 ? Int(min(number, 9999)) : 0
  }
}
