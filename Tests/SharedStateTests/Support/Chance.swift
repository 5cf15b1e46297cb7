import SharedState

/// Random values, keys and changes that are the same for the same seed.
struct Chance: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  // SplitMix64: small, and good enough to pick test values.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

  mutating func string() -> String {
    let parts = [
      "a", "é", "e\u{301}", "\u{301}", "\"", "\\", "\n", "\r\n", "\u{0}", "\u{7F}", "\u{85}", "😀",
      "👩‍👩‍👧", "\u{202E}", "\u{2028}", "\u{FEFF}", "/", " ", "\u{FFFD}", "\u{10FFFF}", "b64", "日本",
    ]
    return (0..<below(6)).map { _ in pick(parts) }.joined()
  }

  mutating func double() -> Double {
    switch below(6) {
    case 0:
      pick([0, -0.0, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, -1, 1e22, 1e-7, 2.5])
    case 1: Double(below(1000))
    default: Double(bitPattern: next())
    }
  }

  /// A value of any kind; now and then an object large enough to have an index.
  mutating func value(depth: Int = 3) -> StateValue {
    switch below(depth > 0 ? 10 : 7) {
    case 0: return .null
    case 1: return .bool(below(2) == 0)
    case 2: return .int(pick([0, 1, -1, .max, .min, Int64(below(1000))]))
    case 3, 4: return .double(double())
    case 5: return .string(string())
    case 6: return .bytes((0..<below(7)).map { _ in UInt8(truncatingIfNeeded: next()) })
    case 7: return .array((0..<below(5)).map { _ in value(depth: depth - 1) })
    default: return .object(object(depth: depth - 1))
    }
  }

  mutating func object(depth: Int) -> StateObject {
    let isLarge = below(20) == 0
    let count = isLarge ? 10 + below(20) : below(5)
    return StateObject(
      (0..<count).map { place in
        (isLarge ? "\(string())\(place)" : string(), value(depth: isLarge ? 0 : depth))
      }
    )
  }

  /// A change of some of a few keys, so that changes meet each other often.
  mutating func change() -> StateChange {
    var change = StateChange()
    for _ in 0..<below(6) {
      let key = pick(["a", "b", "é", "e\u{301}", "", "selection.a", "selection.b"])
      if below(3) == 0 {
        change.remove(key)
      } else {
        change.update(key, to: value(depth: 1))
      }
    }
    return change
  }
}
