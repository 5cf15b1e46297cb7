import SharedState
import StateEditing
import TestSupport

@testable import Dashboard

/// One edit by chance: a street of its own, what stands there, and what a person asks for.
struct EchoedEdit {
  let street: String
  /// What stands on the street before.
  let houses: [String: StateValue]
  let request: EditRequest
}

/// Makes edits with keys and values that try the borders of both languages.
struct EditMaker {
  private var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  private static let words = [
    "a", "name", "hide", "owner.id", "key", "self", "class", "None", "snapshot", "__debug__", "",
    "a b", "é", "e\u{301}", "ﬁ", "it's", "\"q\"", "back\\slash", "new\nline", "\u{0}", "\u{1B}[31m",
    "日本", "😀👍🏽", "\u{202E}", "\\(x)", "{x}", "%s", "display_name", "particle_ids", "1", "-", "\r",
    "\u{FEFF}", "\u{10FFFF}", "\u{85}\u{2028}",
  ]

  private mutating func word() -> String {
    Self.words[Int.random(in: Self.words.indices, using: &random)]
  }

  mutating func value(depth: Int = 0) -> StateValue {
    switch Int.random(in: 0..<(depth > 2 ? 9 : 12), using: &random) {
    case 0: return .null
    case 1: return .bool(.random(using: &random))
    case 2:
      return .int([0, 1, -1, .max, .min, 1 << 53, -32_769][Int.random(in: 0..<7, using: &random)])
    case 3:
      // What only the wire has: a number above all of ours.
      if Int.random(in: 0..<8, using: &random) == 0 { return ["$uint64": "18446744073709551615"] }
      return .int(Int64(truncatingIfNeeded: random.next()))
    case 4:
      let numbers: [Double] = [
        0, -0.0, 1, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
        0.1, 1e16, 1e-5,
      ]
      return .double(numbers[Int.random(in: numbers.indices, using: &random)])
    case 5: return .double(Double(bitPattern: random.next()))
    case 6, 7: return .string(word() + word())
    case 8:
      let count = Int.random(in: 0..<6, using: &random)
      return .bytes((0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
    case 9, 10: return object(depth: depth + 1)
    default:
      let count = Int.random(in: 0..<4, using: &random)
      return .array((0..<count).map { _ in value(depth: depth + 1) })
    }
  }

  private mutating func object(depth: Int) -> StateValue {
    var object = StateObject()
    for _ in 0..<Int.random(in: 0..<4, using: &random) { object[word()] = value(depth: depth) }
    return .object(object)
  }

  /// A house as the typed streets have them, or as they should not.
  private mutating func house(on street: String) -> StateValue {
    guard street.contains("selection"), Bool.random(using: &random) else { return object(depth: 0) }
    var house: StateValue = ["display_name": .string(word()), "particle_ids": [1, 2, 3]]
    if Int.random(in: 0..<4, using: &random) == 0 { house.object?["particle_ids"] = .null }
    if Bool.random(using: &random) { house.object?[word()] = value(depth: 1) }
    return house
  }

  /// A change of a value somewhere inside.
  private mutating func changed(_ value: StateValue, atTop: Bool) -> StateValue {
    switch value {
    case .object(var object):
      let names = object.keys
      let name = names.isEmpty || Bool.random(using: &random) ? word() : names[0]
      if !atTop, let inner = object[name], Bool.random(using: &random) {
        object[name] = changed(inner, atTop: false)
      } else if !atTop, object[name] != nil, Bool.random(using: &random) {
        object[name] = nil
      } else {
        object[name] = self.value(depth: 1)
      }
      return .object(object)
    case .array(var elements) where !elements.isEmpty:
      let place = Int.random(in: elements.indices, using: &random)
      elements[place] = changed(elements[place], atTop: false)
      return .array(elements)
    default: return self.value(depth: 1)
    }
  }

  /// The edit of a number; the verbs take turns, and each edit has a street or at least keys of its own.
  mutating func edit(_ number: Int) -> EchoedEdit {
    let verb = EditVerb.allCases[number % EditVerb.allCases.count]
    let streets = [
      "street\(number).", "selection.\(number)-", "visualiser.\(number)-", "interaction.\(number)-",
    ]
    // A street that is cleared, or gets a house with a key by chance, is told apart by its whole prefix.
    let isWhole = verb == .clear || verb == .add
    let street = isWhole ? streets[0] : streets[Int.random(in: streets.indices, using: &random)]
    let key = street + word()
    var base = house(on: street)
    var mine: StateValue?
    switch verb {
    case .set: mine = value()
    case .update: mine = changed(base, atTop: true)
    case .modify: mine = changed(base, atTop: false)
    case .add: mine = value()
    case .remove, .clear: mine = nil
    }
    if verb == .set, Bool.random(using: &random) {
      mine = house(on: street)
    }
    if verb == .update || verb == .modify, base == mine { base = ["nothing": "like it"] }
    return make(verb, street, key, base, mine)
  }

  private mutating func make(
    _ verb: EditVerb,
    _ street: String,
    _ key: String,
    _ base: StateValue,
    _ mine: StateValue?
  ) -> EchoedEdit {
    var houses = [street + "bystander": StateValue.int(1)]
    var entry = EditRequest.Entry(key: key, base: base, mine: mine)
    switch verb {
    case .add:
      let name = Bool.random(using: &random) ? Self.uuid(&random) : word() + "x"
      entry = .init(key: street + name, base: nil, mine: mine)
    case .set where Bool.random(using: &random): entry = .init(key: key, base: nil, mine: mine)
    default: houses[key] = base
    }
    var entries = [entry]
    if verb == .clear { entries.append(.init(key: street + "bystander", base: 1, mine: nil)) }
    return EchoedEdit(
      street: street,
      houses: houses,
      request: EditRequest(id: EditID(1), verb: verb, entries: entries)
    )
  }

  private static func uuid(_ random: inout SeededGenerator) -> String {
    let digits = (0..<32).map { _ in String(Int.random(in: 0..<16, using: &random), radix: 16) }
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { digits[$0].joined() }
      .joined(separator: "-")
  }
}
