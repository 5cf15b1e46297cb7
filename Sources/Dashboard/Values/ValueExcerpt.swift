import SharedState

/// Values in one line of a given length, for diffs: what does not fit is not even looked at.
struct ValueExcerpt {
  private var text = ""
  private let budget: Int
  private let ellipsis: String

  /// The text of a value, a list from its element `first` on, cut after about `budget` characters.
  ///
  /// - Complexity: O(`budget`), however large the value.
  static func text(_ value: StateValue, from first: Int = 0, budget: Int, ellipsis: String = "…")
    -> String
  {
    var writer = ValueExcerpt(budget: max(8, budget), ellipsis: ellipsis)
    writer.write(value, from: first)
    return writer.text
  }

  /// Two values as texts that show where they differ.
  ///
  /// - Complexity: O(*n*) in the equal elements at the start, plus O(`budget`).
  static func pair(_ old: StateValue?, _ new: StateValue?, budget: Int, ellipsis: String)
    -> (old: String?, new: String?)
  {
    var first = 0
    if case .array(let old)? = old, case .array(let new)? = new {
      let common = zip(old, new).prefix { $0 == $1 }.count
      // Two neighbours tell where in the list it is; a list that fits is shown whole.
      first = common * 2 > budget ? max(0, common - 2) : 0
    }
    return (
      old.map { text($0, from: first, budget: budget, ellipsis: ellipsis) },
      new.map { text($0, from: first, budget: budget, ellipsis: ellipsis) }
    )
  }

  private init(budget: Int, ellipsis: String) {
    self.budget = budget
    self.ellipsis = ellipsis
  }

  private var isSpent: Bool { text.utf8.count >= budget }

  private mutating func write(_ value: StateValue, from first: Int = 0) {
    switch value {
    case .string(let string): write(string)
    case .bytes(let bytes): write(bytes)
    case .array(let elements): write(elements, from: first)
    case .object(let object): write(object)
    default: text += value.text
    }
  }

  private mutating func write(_ string: String) {
    let shown = string.prefix(budget)
    text += StateValue.string(String(shown)).text
    if shown.endIndex < string.endIndex { text = text.dropLast() + ellipsis + "\"" }
  }

  private mutating func write(_ bytes: [UInt8]) {
    let shown = bytes.prefix(budget / 2)
    text += StateValue.bytes(Array(shown)).text
    if shown.count < bytes.count { text += ellipsis + " \(bytes.count) bytes" }
  }

  private mutating func write(_ elements: [StateValue], from first: Int) {
    text += "["
    if first > 0 { text += ellipsis + " " }
    for (place, element) in elements.enumerated().dropFirst(first) {
      if place > first { text += ", " }
      if isSpent {
        text += "\(ellipsis) \(elements.count) in all"
        break
      }
      write(element)
    }
    text += "]"
  }

  private mutating func write(_ object: StateObject) {
    text += "{"
    for (place, field) in object.enumerated() {
      if place > 0 { text += ", " }
      if isSpent {
        text += "\(ellipsis) \(object.count) fields"
        break
      }
      write(field.key)
      text += ": "
      write(field.value)
    }
    text += "}"
  }
}
