/// Text that is compared byte by byte, as every peer compares it.
///
/// Swift's own strings are equal when they look alike: "é" typed as one character equals "é" typed as "e" with
/// an accent. To Python, C# and JavaScript these are two keys, so they must be two to us.
package struct ExactText: Sendable {
  package let text: String

  package init(_ text: String) { self.text = text }

  /// Whether two texts are the same bytes.
  ///
  /// - Complexity: O(*n*); for plain ASCII no slower than a comparison of strings.
  static func same(_ left: String, _ right: String) -> Bool {
    guard left.utf8.count == right.utf8.count, left == right else { return false }
    // What looks like ASCII but is not takes more bytes, so here equal length settles it.
    return left.utf8Span.isKnownASCII || left.utf8.elementsEqual(right.utf8)
  }
}

extension ExactText: Hashable {
  package static func == (left: ExactText, right: ExactText) -> Bool { same(left.text, right.text) }

  // Not the string's own hash: it is the same for all spellings of a text, so a peer could
  // send thousands of keys that all land in one bucket.
  package func hash(into hasher: inout Hasher) {
    let isContiguous: Void? = text.utf8.withContiguousStorageIfAvailable {
      hasher.combine(bytes: UnsafeRawBufferPointer($0))
    }
    if isContiguous == nil {
      for byte in text.utf8 { hasher.combine(byte) }
    }
    hasher.combine(0xFF as UInt8)
  }
}

extension ExactText {
  /// Whether one text comes before another: as Swift orders strings, and by their bytes where to Swift
  /// they are equal, so that any set of keys has one order only.
  static func precedes(_ left: String, _ right: String) -> Bool {
    left == right ? left.utf8.lexicographicallyPrecedes(right.utf8) : left < right
  }
}

extension String {
  /// Whether the text begins with exactly these bytes.
  ///
  /// `hasPrefix` compares characters, and an accent that follows the prefix would make it say no:
  /// to Swift, the last dot of the prefix and the accent are one character.
  package func begins(with prefix: String) -> Bool { utf8.starts(with: prefix.utf8) }
}

extension Unicode.Scalar {
  /// Whether a terminal may take the character for an order, or a line may end there.
  package var isControl: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
