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

extension String {
  /// A number as hexadecimal digits, with zeros in front.
  package init(hex number: some BinaryInteger, digits count: Int) {
    let digits = String(number, radix: 16)
    self = String(repeating: "0", count: count - digits.count) + digits
  }
}
