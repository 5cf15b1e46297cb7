/// Names that nobody else has.
package enum RandomIdentifier {
  /// A random UUID (version 4) in small letters, as all clients use for keys of their own.
  package static func make() -> String {
    var generator = SystemRandomNumberGenerator()
    return make(using: &generator)
  }

  /// A random UUID from a given source of randomness.
  package static func make(using generator: inout some RandomNumberGenerator) -> String {
    let high: UInt64 = generator.next()
    let low: UInt64 = generator.next()
    // The version, 4, and the variant stand in fixed places among the random digits.
    let digits = hex(high & ~0xF000 | 0x4000) + hex(low & ~(0b11 << 62) | 0b10 << 62)
    var parts: [Substring] = []
    var rest = digits[...]
    for length in [8, 4, 4, 4, 12] {
      parts.append(rest.prefix(length))
      rest = rest.dropFirst(length)
    }
    return parts.joined(separator: "-")
  }

  private static func hex(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
