import SharedState

/// Values in one line of a given length, for diffs: what does not fit is not even looked at.
struct ValueExcerpt {
  private var text = ""
  private let budget: Int
  private let ellipsis: String

  /// The text of a value, cut after about `budget` characters.
  ///
  /// - Complexity: O(`budget`), however large the value.
  static func text(_ value: StateValue, budget: Int, ellipsis: String = "…") -> String {
    var writer = ValueExcerpt(budget: max(8, budget), ellipsis: ellipsis)
    writer.write(value)
    return writer.text
  }

  /// Values as texts that show where they differ.
  ///
  /// - Complexity: O(*n*) in what they have in common at the start, plus O(`budget`).
  static func texts(_ values: [StateValue?], budget: Int, ellipsis: String) -> [String?] {
    values.indices.map { place in
      values[place].map { value in
        var writer = ValueExcerpt(budget: max(8, budget), ellipsis: ellipsis)
        writer.write(value, beside: others(than: place, in: values))
        return writer.text
      }
    }
  }

  private static func others(than place: Int, in values: [StateValue?]) -> [StateValue] {
    values.indices.compactMap { $0 == place ? nil : values[$0] }
  }

  private init(budget: Int, ellipsis: String) {
    self.budget = budget
    self.ellipsis = ellipsis
  }

  private var isSpent: Bool { text.utf8.count >= budget }

  /// Writes a value; of one that is long, not what it has in common at its start with the values that it is told from.
  private mutating func write(_ value: StateValue, beside others: [StateValue] = []) {
    switch value {
    case .string(let string): write(string, beside: others.compactMap(\.string))
    case .bytes(let bytes):
      write(
        bytes,
        beside: others.compactMap { if case .bytes(let bytes) = $0 { bytes } else { nil } }
      )
    case .array(let elements): write(elements, beside: others.compactMap(\.array))
    case .object(let object): write(object, beside: others.compactMap(\.object))
    default: text += value.text
    }
  }

  /// How much of what a value has in common with others is left out at the start, but for so many parts: nothing if all
  /// of them fit.
  private func skipped(
    _ common: Int,
    keeping kept: Int,
    of value: StateValue,
    beside others: [StateValue]
  ) -> Int {
    guard common > kept, !(others + [value]).allSatisfy(fits) else { return 0 }
    return common - kept
  }

  /// How many neighbours are shown before the first that differs: none if they are long.
  private func keptParts(_ elements: [StateValue], _ common: Int) -> Int {
    let neighbours = elements[..<common].suffix(2)
    return neighbours.contains { $0.isCollection || ($0.string?.utf8.count ?? 0) > 8 } ? 0 : 2
  }

  private func fits(_ value: StateValue) -> Bool {
    let text = Self.text(value, budget: budget, ellipsis: ellipsis)
    return text.utf8.count <= budget && !text.contains(ellipsis)
  }

  private func common<Part: Equatable>(
    _ parts: some Collection<Part>,
    _ others: [some Collection<Part>]
  ) -> Int {
    others.map { zip(parts, $0).prefix { $0 == $1 }.count }.min() ?? 0
  }

  private mutating func write(_ string: String, beside others: [String]) {
    let kept = min(20, budget / 4)
    let first = skipped(
      common(string, others),
      keeping: kept,
      of: .string(string),
      beside: others.map(StateValue.string)
    )
    let shown = string.dropFirst(first).prefix(budget)
    var literal = StateValue.string(String(shown)).text
    if first > 0 { literal = "\"" + ellipsis + literal.dropFirst() }
    if shown.endIndex < string.endIndex { literal = literal.dropLast() + ellipsis + "\"" }
    text += literal
  }

  private mutating func write(_ bytes: [UInt8], beside others: [[UInt8]]) {
    let first = skipped(
      common(bytes, others),
      keeping: 2,
      of: .bytes(bytes),
      beside: others.map(StateValue.bytes)
    )
    let shown = bytes.dropFirst(first).prefix(budget / 2)
    if first > 0 { text += ellipsis + " " }
    text += StateValue.bytes(Array(shown)).text
    if shown.endIndex < bytes.endIndex { text += ellipsis + " \(bytes.count) bytes" }
  }

  private mutating func write(_ elements: [StateValue], beside others: [[StateValue]]) {
    let common = common(elements, others)
    // Two neighbours tell where in the list it is; a list that fits is shown whole.
    let first = skipped(
      common,
      keeping: keptParts(elements, common),
      of: .array(elements),
      beside: others.map(StateValue.array)
    )
    text += "["
    if first > 0 { text += ellipsis + " " }
    for (place, element) in elements.enumerated().dropFirst(first) {
      if place > first { text += ", " }
      if isSpent {
        text += "\(ellipsis) \(elements.count) in all"
        break
      }
      let peers = others.compactMap { $0.indices.contains(place) ? $0[place] : nil }
      write(element, beside: place == common ? peers : [])
    }
    text += "]"
  }

  private mutating func write(_ object: StateObject, beside others: [StateObject]) {
    let same = object.prefix { field in others.allSatisfy { $0[field.key] == field.value } }.count
    let common = others.isEmpty ? 0 : same
    let first = skipped(
      common,
      keeping: 0,
      of: .object(object),
      beside: others.map(StateValue.object)
    )
    text += "{"
    if first > 0 { text += ellipsis + " " }
    for (place, field) in object.enumerated().dropFirst(first) {
      if place > first { text += ", " }
      if isSpent {
        text += "\(ellipsis) \(object.count) fields"
        break
      }
      write(field.key, beside: [])
      text += ": "
      write(field.value, beside: place == common ? others.compactMap { $0[field.key] } : [])
    }
    text += "}"
  }
}
