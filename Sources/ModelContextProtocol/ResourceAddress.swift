package import SharedState

/// The address of a resource: a town, one of its streets, or one of its houses.
///
/// `townhall:///` is the whole town, `townhall:///selection.*` a street and `townhall:///selection.abc` a house. What is no
/// letter, digit, dot, hyphen or underscore in a key is written as `%XX`, and so is a star, so that none of the three can
/// be taken for another.
package enum ResourceAddress: Hashable, Sendable {
  /// All there is.
  case town
  /// All keys that begin so.
  case street(StateKey)
  /// One key.
  case house(StateKey)

  private static let scheme = "townhall:///"

  /// Reads an address; nil if it is none.
  package init?(_ text: String) {
    guard text.utf8.starts(with: Self.scheme.utf8) else { return nil }
    let path = text.utf8.dropFirst(Self.scheme.utf8.count)
    guard !path.isEmpty else {
      self = .town
      return
    }
    let isStreet = path.last == UInt8(ascii: "*")
    guard let key = Self.key(isStreet ? path.dropLast() : path), !key.isEmpty else { return nil }
    self = isStreet ? .street(StateKey(key)) : .house(StateKey(key))
  }

  private static func key(_ path: Substring.UTF8View) -> String? {
    var (bytes, rest): ([UInt8], Substring.UTF8View) = ([], path)
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let high = digit(rest.popFirst()), let low = digit(rest.popFirst()) else {
          return nil
        }
        bytes.append(high << 4 | low)
      case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "#"): return nil
      default: bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8?) -> UInt8? {
    switch byte {
    case .some(let byte) where (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte):
      byte - UInt8(ascii: "0")
    case .some(let byte) where (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20):
      (byte | 0x20) - UInt8(ascii: "a") + 10
    default: nil
    }
  }

  /// The address in text.
  package var text: String {
    switch self {
    case .town: Self.scheme
    case .street(let prefix): Self.scheme + Self.escaped(prefix.text) + "*"
    case .house(let key): Self.scheme + Self.escaped(key.text)
    }
  }

  private static func escaped(_ key: String) -> String {
    var bytes: [UInt8] = []
    for byte in key.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        bytes.append(byte)
      default:
        let digits = Array("0123456789ABCDEF".utf8)
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether it shows any of these keys.
  func shows(anyOf keys: Set<StateKey>) -> Bool {
    switch self {
    case .town: !keys.isEmpty
    case .street(let prefix): keys.contains { $0.text.begins(with: prefix.text) }
    case .house(let key): keys.contains(key)
    }
  }
}
