import SharedState

/// Bytes as a row of choices, so that an input can stand for a thing that is well formed whatever the bytes are.
///
/// When the bytes are used up, each choice is the first.
struct Choices {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  var isEmpty: Bool { rest.isEmpty }

  mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

  /// A number from 0 on, below a bound of at most 256.
  mutating func below(_ bound: Int) -> Int { Int(byte()) % bound }

  mutating func number() -> UInt64 {
    (0..<below(9)).reduce(0) { number, _ in number << 8 | UInt64(byte()) }
  }

  mutating func take(_ count: Int) -> [UInt8] {
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }

  /// All that is left.
  mutating func takeRest() -> [UInt8] { take(rest.count) }

  private static let letters: [Unicode.Scalar] = [
    "a", "b", ".", " ", "\"", "\\", "*", "?", "=", "'", "[", "]", "{", ",", ":", "0", "-", "é",
    "\u{301}", "語", "😀", "\u{200D}", "\u{1B}", "\u{9B}", "\u{0}", "\n", "\r", "\u{202E}",
  ]

  mutating func text() -> String {
    let count = below(8)
    guard count < 7 else { return String(decoding: take(below(64)), as: UTF8.self) }
    var text = String.UnicodeScalarView()
    for _ in 0..<count { text.append(Self.letters[below(Self.letters.count)]) }
    return String(text)
  }

  mutating func value(within depth: Int = 0) -> StateValue {
    switch below(depth < 200 ? 12 : 8) {
    case 0: return .null
    case 1: return .bool(below(2) == 1)
    case 2: return .int(Int64(truncatingIfNeeded: number()))
    case 3: return .int(-Int64(truncatingIfNeeded: number() >> 1))
    case 4: return .double(Double(bitPattern: number()))
    case 5: return .double(Double(below(256)) / 8)
    case 6: return .string(text())
    case 7: return .bytes(take(below(20)))
    case 8: return .array((0..<below(20)).map { _ in value(within: depth + 1) })
    case 9: return .array([value(within: depth + 1)])
    case 10: return .object(tagged())
    default: return .object(object(within: depth))
    }
  }

  mutating func object(within depth: Int = 0) -> StateObject {
    StateObject((0..<below(20)).map { _ in (text(), value(within: depth + 1)) })
  }

  /// What is dressed as an object because only MessagePack has it, or nearly.
  private mutating func tagged() -> StateObject {
    below(2) == 0
      ? ["$uint64": .string(String(number()))]
      : ["$ext": .int(Int64(Int8(bitPattern: byte()))), "data": .bytes(take(below(20)))]
  }

  mutating func change() -> StateChange {
    var change = StateChange()
    while !isEmpty {
      let key = text()
      if below(4) == 0 { change.remove(key) } else { change.update(key, to: value()) }
    }
    return change
  }
}
