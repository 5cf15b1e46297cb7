/// How a key is read as an address: a street, and a house in it.
///
/// Keys are any text, and dots are only a habit. For display, the street is what stands before the first dot; a
/// key without one is a house by itself. A street is named by its prefix with the dot, so that the house `scene`
/// and the street `scene.` are two things.
struct KeyParts: Hashable, Sendable {
  /// The prefix up to and with the first dot; `nil` for a house by itself.
  let prefix: String?
  /// What stands behind the prefix.
  let name: String

  init(_ key: String) {
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

  /// The street of a key, without making the rest.
  static func prefix(of key: String) -> String? {
    guard let dot = key.utf8.firstIndex(of: UInt8(ascii: ".")) else { return nil }
    return String(decoding: key.utf8[...dot], as: UTF8.self)
  }
}
