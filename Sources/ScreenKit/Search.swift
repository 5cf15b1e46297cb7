/// A text that is looked for in other texts.
///
/// Small letters find both kinds; a capital in the query makes it exact.
package struct Search: Hashable, Sendable {
  package private(set) var query: String
  let isExact: Bool
  private let needle: [UInt8]

  package init(_ query: String) {
    self.query = query
    isExact = query.contains(where: \.isUppercase)
    needle = Array((isExact ? query : query.lowercased()).utf8)
  }

  /// Whether a text has it somewhere.
  package func matches(_ text: String) -> Bool {
    guard !needle.isEmpty else { return false }
    var text = text
    return text.withUTF8 { start(in: $0) != nil }
  }

  /// Whether some bytes have it somewhere.
  package func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
    !needle.isEmpty && bytes.withMemoryRebound(to: UInt8.self) { start(in: $0) != nil }
  }

  /// Whether a text is it and nothing more.
  package func equals(_ text: String) -> Bool { text.utf8.count == needle.count && matches(text) }

  /// Whether everything that has this also has what the other looks for.
  package func narrows(_ other: Search) -> Bool {
    isExact == other.isExact && needle.starts(with: other.needle)
  }

  /// Where the query is in a text, for marking it.
  package func range(in text: String) -> Range<String.Index>? {
    guard !needle.isEmpty else { return nil }
    var copy = text
    guard let start = copy.withUTF8({ start(in: $0) }) else { return nil }
    let lower = text.utf8.index(text.startIndex, offsetBy: start)
    let upper = text.utf8.index(lower, offsetBy: needle.count)
    guard let lower = lower.samePosition(in: text), let upper = upper.samePosition(in: text) else {
      return nil
    }
    return lower..<upper
  }

  private func start(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    guard let first = needle.first, bytes.count >= needle.count else { return nil }
    return needle.withUnsafeBufferPointer { needle in
      for start in 0...bytes.count - needle.count where folded(bytes[start]) == first {
        var length = 1
        while length < needle.count, folded(bytes[start + length]) == needle[length] { length += 1 }
        if length == needle.count { return start }
      }
      return nil
    }
  }

  /// A byte as it is compared; only ASCII letters have two forms here.
  private func folded(_ byte: UInt8) -> UInt8 {
    !isExact && byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
  }
}
