package enum RandomIdentifier {
  /// A random UUID (version 4) in small letters, as all clients use for keys of their own.
  package static func make() -> String {
    var generator = SystemRandomNumberGenerator()
    return make(using: &generator)
  }

  package static func make(using generator: inout some RandomNumberGenerator) -> String {
    let high: UInt64 = generator.next()
    let low: UInt64 = generator.next()
    // The version, 4, and the variant stand in fixed places among the random digits.
    let digits =
      String(hex: high & ~0xF000 | 0x4000, digits: 16)
      + String(hex: low & ~(0b11 << 62) | 0b10 << 62, digits: 16)
    var parts: [Substring] = []
    var rest = digits[...]
    for length in [8, 4, 4, 4, 12] {
      parts.append(rest.prefix(length))
      rest = rest.dropFirst(length)
    }
    return parts.joined(separator: "-")
  }
}

/// A small repeatable source of chance (SplitMix64): the same seed leads to the same numbers.
package struct SplitMix64: RandomNumberGenerator, Hashable, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

extension String {
  /// A number as hexadecimal digits, with zeros in front.
  package init(hex number: some BinaryInteger, digits count: Int) {
    let digits = String(number, radix: 16)
    self = String(repeating: "0", count: Swift.max(0, count - digits.count)) + digits
  }
}
