/// A key as it is read: a group, and a name in it.
///
/// Keys are any text, and dots are only a habit. For display, the group is what stands before the first dot; a
/// key without one stands by itself. A group is named by its prefix with the dot, so that the entry `scene`
/// and the group `scene.` are two things.
package struct KeyParts: Hashable, Sendable {
  /// The prefix up to and with the first dot; `nil` for a key that stands by itself.
  package let prefix: String?
  /// What stands behind the prefix.
  package let name: String

  package init(_ key: String) {
    // By bytes: a dot that carries a combining mark is still a dot.
    guard let dot = key.utf8.firstIndex(of: UInt8(ascii: ".")) else {
      prefix = nil
      name = key
      return
    }
    let start = key.utf8.index(after: dot)
    prefix = String(decoding: key.utf8[..<start], as: UTF8.self)
    name = String(decoding: key.utf8[start...], as: UTF8.self)
  }

  /// The group of a key, without making the rest.
  package static func prefix(of key: String) -> String? {
    // In the key's memory, because each key of a state that comes in is asked for: a slice of the text would be decoded
    // by way of several calls.
    var key = key
    return key.withUTF8 { bytes in
      guard let dot = bytes.firstIndex(of: UInt8(ascii: ".")) else { return nil }
      return String(decoding: UnsafeBufferPointer(rebasing: bytes[...dot]), as: UTF8.self)
    }
  }
}
