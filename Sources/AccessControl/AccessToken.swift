// The BoringSSL that NIO's TLS brings along: a library of its own for one function would be built a second time.
internal import CNIOBoringSSL

/// A secret that whoever shows it is known by.
///
/// ```swift
/// let token = AccessToken.random()
/// token.text       // "town-9qV0…", to be handed to one person
/// token.digest     // what a server keeps, from which the token cannot be had
/// ```
public struct AccessToken: Sendable, Hashable {
  /// The secret itself.
  public let text: String

  /// Takes a secret that somebody has shown.
  public init(_ text: String) { self.text = text }

  /// Makes a secret of 256 random bits, which nobody can guess.
  public static func random() -> AccessToken {
    var generator = SystemRandomNumberGenerator()
    return random(using: &generator)
  }

  static func random(using generator: inout some RandomNumberGenerator) -> AccessToken {
    let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZabcdefghjkmnpqrstvwxyz-_".utf8)
    // 44 digits of 56 kinds are 255 bits; one more makes it 261.
    let text = (0..<45).map { _ in digits[Int.random(in: 0..<digits.count, using: &generator)] }
    return AccessToken("town-" + String(decoding: text, as: UTF8.self))
  }

  /// What a server keeps of it: SHA-256.
  ///
  /// A random token needs no salt and no slow hash: there is nothing to guess.
  public var digest: [UInt8] {
    let secret = Array(text.utf8)
    return [UInt8](unsafeUninitializedCapacity: Int(SHA256_DIGEST_LENGTH)) { digest, count in
      SHA256(secret, secret.count, digest.baseAddress)
      count = Int(SHA256_DIGEST_LENGTH)
    }
  }
}

extension AccessToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Says nothing of it, so that it gets into no log by mistake.
  public var description: String { "a token" }
  /// Says nothing of it, as `description`.
  public var debugDescription: String { description }
  /// Shows nothing of it, as `description`.
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}
