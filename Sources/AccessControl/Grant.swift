public import SharedState

/// What a server knows of one token: whom it was given to, and what it is good for.
public struct Grant: Sendable, Hashable {
  /// What its holder may do.
  public var role: AccessRole
  /// Whom it was given to; empty if nobody said.
  public var name: String
  /// SHA-256 of the token.
  public var digest: [UInt8]
  /// When it ends, in seconds since 1970; nil for never.
  public var end: Int?

  /// Notes what a token is good for.
  public init(_ role: AccessRole, name: String = "", digest: [UInt8], end: Int? = nil) {
    (self.role, self.name, self.digest, self.end) = (role, name, digest, end)
  }

  /// Names it to people, and says nothing of the token: the first digits of the digest.
  public var id: String { String(hex.prefix(8)) }

  var hex: String {
    digest.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }

  func isOver(at seconds: Int) -> Bool { end.map { $0 <= seconds } ?? false }

  /// Whether it is of a token with a digest; takes as long whichever byte differs.
  func isOf(_ other: [UInt8]) -> Bool {
    guard digest.count == other.count else { return false }
    return zip(digest, other).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
