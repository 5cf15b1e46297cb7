/// A search for houses by a part of their keys.
///
/// Small letters find both kinds; a capital in the query makes it exact.
struct Search: Hashable, Sendable {
  private(set) var query: String
  private let isExact: Bool
  private let needle: [UInt8]

  init(_ query: String) {
    self.query = query
    isExact = query.contains(where: \.isUppercase)
    needle = Array((isExact ? query : query.lowercased()).utf8)
  }

  /// Whether a key is found.
  func matches(_ key: String) -> Bool {
    guard !needle.isEmpty else { return false }
    var key = key
    return key.withUTF8 { bytes in start(in: bytes) != nil }
  }

  /// Where the query is in a text, for marking it.
  func range(in text: String) -> Range<String.Index>? {
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
    guard bytes.count >= needle.count else { return nil }
    return needle.withUnsafeBufferPointer { needle in
      var start = 0
      while start <= bytes.count - needle.count {
        var length = 0
        while length < needle.count, folded(bytes[start + length]) == needle[length] { length += 1 }
        if length == needle.count { return start }
        start += 1
      }
      return nil
    }
  }

  /// A byte as it is compared; only ASCII letters have two forms here.
  private func folded(_ byte: UInt8) -> UInt8 {
    !isExact && byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
  }
}
