/// Makes names that nobody else makes: random UUIDs, from a seed that is itself random.
struct NameMaker: Hashable, Sendable {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// A fresh name in the form of a UUID of version 4.
  mutating func next() -> String {
    // Version 4, and the variant of RFC 9562.
    let high = bits() & ~0xF000 | 0x4000
    let low = bits() & ~(0b11 << 62) | (0b10 << 62)
    let digits = Array(Self.hex(high) + Self.hex(low))
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
      .map { String(digits[$0]) }
      .joined(separator: "-")
  }

  private static func hex(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// One step of SplitMix64, which is enough to keep names apart.
  private mutating func bits() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
