import ModelContextProtocol
import SharedState

/// Makes answers of what verbs print, none of them larger than it may be.
struct ToolReading {
  private let outcome: VerbRunner.Outcome
  private let most: Int
  /// What to ask for instead of all.
  private let advice: String

  /// Some values of many, and whether they are all.
  private struct Some {
    var values: [StateValue] = []
    var isWhole = true
  }

  /// So many lists and dictionaries may stand inside each other in what is answered.
  private static let mostNesting = 100

  init(_ outcome: VerbRunner.Outcome, of arguments: ToolArguments, advice: String) {
    (self.outcome, most, self.advice) = (outcome, arguments.mostBytes, advice)
  }

  /// Whether the verb did not do what was asked; some say by their status what they found.
  private func hasFailed(unless found: Int32?) -> Bool {
    outcome.status != 0 && !(outcome.status == found && !outcome.output.isEmpty)
  }

  /// One JSON list.
  func list(_ name: String) -> ToolAnswer {
    guard !hasFailed(unless: nil) else { return .failed(outcome.words) }
    guard let values = (try? StateValue(text: outcome.output))?.array else { return unreadable }
    let some = fitting(values)
    return .done(
      [
        name: .array(some.values), "total": .int(Int64(values.count)),
        "complete": .bool(some.isWhole),
      ],
      notes: outcome.told + note(on: some, of: values.count)
    )
  }

  /// A line for each value.
  ///
  /// - Parameters:
  ///   - name: Under what name they are answered.
  ///   - found: The status by which the verb says what it found, if it does; nil too where it found nothing.
  ///   - isFine: Whether to end with that status without a line is no failure either.
  /// - Returns: The answer.
  func lines(_ name: String, found: Int32? = nil, orNothing isFine: Bool = false) -> ToolAnswer {
    guard !hasFailed(unless: found) || (isFine && outcome.status == found) else {
      return .failed(outcome.words)
    }
    var values: [StateValue] = []
    for line in outcome.output.split(separator: "\n") {
      guard let value = try? StateValue(text: String(line)) else { return unreadable }
      values.append(value)
    }
    var some = fitting(values)
    if !outcome.isWhole { some.isWhole = false }
    return .done(
      [name: .array(some.values), "complete": .bool(some.isWhole)],
      notes: outcome.told + note(on: some, of: outcome.isWhole ? values.count : nil)
    )
  }

  /// One value, beside what it was asked by.
  func value(_ name: String, beside asked: StateObject = [:]) -> ToolAnswer {
    guard !hasFailed(unless: nil) else { return .failed(outcome.words) }
    guard let value = try? StateValue(text: outcome.output) else {
      return outcome.isWhole ? unreadable : tooLarge
    }
    guard value.nesting <= Self.mostNesting else {
      return .failed("it is nested more than \(Self.mostNesting) deep; \(advice)")
    }
    let said = PlainJSON.said(value)
    guard said.text.utf8.count <= most else { return tooLarge }
    var content = asked
    content[name] = said
    return .done(.object(content), notes: outcome.told)
  }

  /// Houses as `dump` prints them, one a line.
  func houses(_ name: String) -> ToolAnswer {
    guard !hasFailed(unless: nil) else { return .failed(outcome.words) }
    var (houses, some, left) = (StateObject(), Some(), most)
    for line in outcome.output.split(separator: "\n")
    where line != "{" && line != "}" && line != "{}" {
      let house = line.last == "," ? line.dropLast() : line
      guard let field = (try? StateValue(text: "{\(house)}"))?.object?.first else {
        return unreadable
      }
      let said = PlainJSON.said(field.value)
      left -= field.key.utf8.count + said.text.utf8.count + 4
      guard left >= 0, said.nesting <= Self.mostNesting else {
        some.isWhole = false
        break
      }
      houses[field.key] = said
    }
    let isWhole = some.isWhole && outcome.isWhole
    let notes =
      isWhole ? [] : ["only the first \(Counted.houses(houses.count)) are here; \(advice)"]
    return .done(
      [name: .object(houses), "complete": .bool(isWhole)],
      notes: outcome.told + notes
    )
  }

  /// Text for people, in lines.
  func text(_ name: String) -> ToolAnswer {
    guard !hasFailed(unless: nil) else { return .failed(outcome.words) }
    let lines = outcome.output.split(separator: "\n").map { StateValue.string(String($0)) }
    let some = fitting(lines)
    return .done(
      [name: .array(some.values), "complete": .bool(some.isWhole && outcome.isWhole)],
      notes: outcome.told + note(on: some, of: outcome.isWhole ? lines.count : nil)
    )
  }

  /// What a verb that writes has done: the changes that it would make, or nothing but that it is done.
  func writing(isDry: Bool, _ done: StateObject = [:]) -> ToolAnswer {
    guard !hasFailed(unless: nil) else { return .failed(outcome.words) }
    var answer = lines("changes")
    guard isDry else {
      var content: StateObject = ["done": true]
      for field in done { content[field.key] = field.value }
      return .done(.object(content), notes: outcome.told)
    }
    answer.content?.object?["done"] = false
    return answer
  }

  /// As many values from the beginning on as may be answered.
  private func fitting(_ values: [StateValue]) -> Some {
    var (some, left) = (Some(), most)
    for value in values {
      let said = PlainJSON.said(value)
      left -= said.text.utf8.count + 1
      guard left >= 0, said.nesting <= Self.mostNesting else {
        some.isWhole = false
        break
      }
      some.values.append(said)
    }
    return some
  }

  private func note(on some: Some, of total: Int?) -> [String] {
    guard !some.isWhole else { return [] }
    let all = total.map { " of \($0)" } ?? ""
    return ["only the first \(some.values.count)\(all) are here; \(advice)"]
  }

  private var tooLarge: ToolAnswer { .failed("it takes more than \(most) bytes; \(advice)") }

  private var unreadable: ToolAnswer { .failed("what was printed cannot be read") }
}
