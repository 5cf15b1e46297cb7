/// A key of the state, with its hash worked out once.
///
/// Keys are told apart byte by byte, where Swift takes texts for equal that only look alike: every peer tells keys apart
/// by their bytes. A key is hashed where it comes in and then kept, so that each table on its way (the message, the
/// state, the screen) finds it without looking at its letters again; copies share the text.
///
/// ```swift
/// let key = StateKey("selection.a")
/// key.text                  // "selection.a"
/// key == StateKey("scene")  // false, mostly without looking at the letters
/// ```
package struct StateKey: Sendable {
  /// The key as text.
  package let text: String
  let hash: UInt

  /// Makes a key of a text.
  ///
  /// - Complexity: O(*n*) in the bytes.
  package init(_ text: String) {
    var text = text
    hash = text.withUTF8 { KeyHash.of(UnsafeRawBufferPointer($0)) }
    self.text = text
  }

  init(_ text: String, hash: UInt) { (self.text, self.hash) = (text, hash) }
}

extension StateKey: Hashable {
  package static func == (left: StateKey, right: StateKey) -> Bool {
    left.hash == right.hash && left.text.isSame(as: right.text)
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(hash) }

  // Every hashed collection asks for this one, and would otherwise hash the hash. The seed keeps two tables apart, so
  // that filling one in the order of another does not pile up.
  package func _rawHashValue(seed: Int) -> Int {
    Int(bitPattern: hash ^ UInt(bitPattern: seed) &* 0x9E37_79B9_7F4A_7C15)
  }
}

extension StateKey: CustomStringConvertible {
  package var description: String { text }
}

/// The hash of keys, which nobody outside this process can foresee.
///
/// Not the string's own hash: it is the same for all spellings of a text, so a peer could send thousands of keys that all
/// land in one bucket. Eight bytes at a time are folded together with numbers that are drawn when the process starts.
enum KeyHash {
  private static let secrets = (
    UInt64.random(in: .min ... .max) | 1, UInt64.random(in: .min ... .max) | 1
  )

  static func of(_ bytes: UnsafeRawBufferPointer) -> UInt {
    let (first, second) = secrets
    var hash = first ^ UInt64(bytes.count)
    var offset = 0
    while bytes.count - offset > 16 {
      hash = fold(word(bytes, offset) ^ second, word(bytes, offset + 8) ^ hash)
      offset += 16
    }
    let (low, high) = tail(bytes, offset)
    return UInt(fold(fold(low ^ second, high ^ hash), first))
  }

  /// The last bytes, at most sixteen, as two words; of eight and more the words may overlap.
  private static func tail(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> (UInt64, UInt64) {
    let left = bytes.count - offset
    if left >= 8 { return (word(bytes, offset), word(bytes, bytes.count - 8)) }
    if left >= 4 { return (half(bytes, offset), half(bytes, bytes.count - 4)) }
    guard left > 0 else { return (0, 0) }
    let ends = UInt64(bytes[offset]) << 8 | UInt64(bytes[bytes.count - 1])
    return (ends, UInt64(bytes[offset + left / 2]))
  }

  private static func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
    bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }

  private static func half(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
    UInt64(bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }
}

extension UnsafeRawBufferPointer {
  /// Whether both are the same bytes, looked at eight at a time: byte by byte this was the largest cost of taking in
  /// messages.
  func isSame(as other: UnsafeRawBufferPointer) -> Bool {
    guard count == other.count else { return false }
    var offset = 0
    while count - offset >= 8 {
      let words = (
        loadUnaligned(fromByteOffset: offset, as: UInt64.self),
        other.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      )
      guard words.0 == words.1 else { return false }
      offset += 8
    }
    while offset < count {
      guard self[offset] == other[offset] else { return false }
      offset += 1
    }
    return true
  }
}

extension String {
  /// Whether two texts are the same bytes.
  ///
  /// - Complexity: O(*n*); for plain ASCII no slower than a comparison of strings.
  package func isSame(as other: String) -> Bool {
    guard utf8.count == other.utf8.count, self == other else { return false }
    // What looks like ASCII but is not takes more bytes, so here equal length settles it.
    return utf8Span.isKnownASCII || utf8.elementsEqual(other.utf8)
  }

  /// Whether one text comes before another: as Swift orders strings, and by their bytes where to Swift
  /// they are equal, so that any set of keys has one order only.
  func precedes(_ other: String) -> Bool {
    self == other ? utf8.lexicographicallyPrecedes(other.utf8) : self < other
  }

  /// Whether the text begins with exactly these bytes.
  ///
  /// `hasPrefix` compares characters, and an accent that follows the prefix would make it say no:
  /// to Swift, the last dot of the prefix and the accent are one character.
  package func begins(with prefix: String) -> Bool { utf8.starts(with: prefix.utf8) }
}

extension String? {
  /// Whether both are the same bytes, or neither is there.
  package func isSame(as other: String?) -> Bool {
    guard let self, let other else { return self == nil && other == nil }
    return self.isSame(as: other)
  }
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
