internal import CNIOBoringSSL

/// The fingerprint (SHA-256) by which a certificate is known, or the public key in it: `sha256:9f86d081…`.
///
/// A client that goes by a pin trusts whoever holds the key of that certificate, and nobody else: who vouches for it, whose
/// name it bears and when it ends does not matter any more.
///
/// The fingerprint of the key outlives the certificate: a server that renews it with the same key is still known. The one
/// of the certificate is what `openssl x509 -fingerprint -sha256` prints, and browsers show.
public struct CertificatePin: Sendable, Hashable, CustomStringConvertible {
  private static let label = "sha256:"
  private static let size = 32

  private let digest: [UInt8]

  /// Reads a fingerprint that begins with `sha256:`, in hexadecimal digits, with colons between them or without, or in
  /// base64; nil if it is none.
  public init?(_ text: String) {
    guard text.prefix(Self.label.count).lowercased() == Self.label else { return nil }
    let rest = text.dropFirst(Self.label.count)
    guard let digest = Self.hex(rest) ?? Self.base64(rest) else { return nil }
    self.digest = digest
  }

  /// Takes the fingerprint of something.
  package init(of bytes: [UInt8]) {
    var digest = [UInt8](repeating: 0, count: Self.size)
    SHA256(bytes, bytes.count, &digest)
    self.digest = digest
  }

  /// The fingerprint as it stands in an address, in hexadecimal digits.
  public var description: String { Self.label + pairs.joined() }

  /// The fingerprint as openssl prints it, in pairs of digits.
  package var colons: String { pairs.map { $0.uppercased() }.joined(separator: ":") }

  private var pairs: [String] {
    digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
  }

  private static func hex(_ text: Substring) -> [UInt8]? {
    let digits = text.split(separator: ":").joined()
    guard digits.utf8.count == 2 * size, digits.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
    let values = digits.compactMap(\.hexDigitValue)
    guard values.count == 2 * size else { return nil }
    return (0..<size).map { UInt8(values[2 * $0] << 4 | values[2 * $0 + 1]) }
  }

  private static func base64(_ text: Substring) -> [UInt8]? {
    let digits = text.hasSuffix("=") ? text.dropLast() : text
    // 43 digits of six bits, the last two of which belong to nobody.
    guard digits.utf8.count == 43 else { return nil }
    var (bytes, bits, count): ([UInt8], Int, Int) = ([], 0, 0)
    for digit in digits.utf8 {
      guard let value = sixBits(digit) else { return nil }
      (bits, count) = ((bits << 6 | value) & 0xffff, count + 6)
      guard count >= 8 else { continue }
      count -= 8
      bytes.append(UInt8(bits >> count & 0xff))
    }
    return bits & ((1 << count) - 1) == 0 ? bytes : nil
  }

  private static func sixBits(_ digit: UInt8) -> Int? {
    switch digit {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(digit - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(digit - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(digit - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
    case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
    default: nil
    }
  }
}

/// A fingerprint that a server is to have, and who says so.
package struct ExpectedPin: Sendable, Hashable {
  package let pin: CertificatePin
  /// Where it is remembered; nil if the address says it.
  package let place: String?

  package init(_ pin: CertificatePin, from place: String? = nil) {
    (self.pin, self.place) = (pin, place)
  }
}
