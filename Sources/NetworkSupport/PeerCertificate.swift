internal import CNIOBoringSSL
import Glibc
import NIOCore
import NIOSSL

/// What a certificate says, as far as it is of use to people.
///
/// It is read with care: whoever answers at an address may show anything.
package struct PeerCertificate: Sendable, Hashable {
  /// The fingerprint of the certificate itself.
  package let pin: CertificatePin
  /// The fingerprint of the public key in it.
  package let keyPin: CertificatePin
  /// The host names and IP addresses that it is for.
  package let names: [String]
  /// When it begins, in seconds since 1970.
  package let begins: Int
  /// When it ends, in seconds since 1970.
  package let ends: Int

  /// Reads a certificate; nil if it makes no sense.
  init?(_ certificate: NIOSSLCertificate) {
    guard let bytes = try? certificate.toDERBytes() else { return nil }
    let read = bytes.withUnsafeBufferPointer { buffer -> OpaquePointer? in
      var start = buffer.baseAddress
      return d2i_X509(nil, &start, buffer.count)
    }
    guard let read else { return nil }
    defer { X509_free(read) }
    guard let key = Self.publicKey(of: read), let begins = Self.time(X509_get0_notBefore(read)),
      let ends = Self.time(X509_get0_notAfter(read))
    else { return nil }
    (pin, keyPin) = (CertificatePin(of: bytes), CertificatePin(of: key))
    (self.begins, self.ends) = (begins, ends)
    names = certificate._subjectAlternativeNames().compactMap { name in
      switch name.nameType {
      case .dnsName: Self.hostName(name.contents)
      case .ipAddress: Self.address(name.contents)
      default: nil
      }
    }
  }

  /// Reads the first of the certificates in a text.
  package init?(pem: [UInt8]) {
    guard let first = try? NIOSSLCertificate.fromPEMBytes(pem).first else { return nil }
    self.init(first)
  }

  /// Whether a pin is that of the certificate or of its key.
  package func isMeant(by pin: CertificatePin) -> Bool { pin == self.pin || pin == keyPin }

  private static func publicKey(of certificate: OpaquePointer) -> [UInt8]? {
    var bytes: UnsafeMutablePointer<UInt8>?
    let count = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &bytes)
    guard count > 0, let bytes else { return nil }
    defer { OPENSSL_free(bytes) }
    return Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
  }

  private static func time(_ time: UnsafePointer<ASN1_TIME>?) -> Int? {
    var seconds: Int64 = 0
    guard let time, ASN1_TIME_to_posix(time, &seconds) == 1 else { return nil }
    return Int(seconds)
  }

  private static func hostName(_ bytes: some Collection<UInt8>) -> String? {
    guard bytes.count <= 253, bytes.allSatisfy({ (0x21...0x7e).contains($0) }) else { return nil }
    return String(decoding: bytes, as: UTF8.self).lowercased()
  }

  private static func address(_ bytes: some Collection<UInt8>) -> String? {
    try? SocketAddress(packedIPAddress: ByteBuffer(bytes: bytes), port: 0).ipAddress
  }

  /// A moment as the day that it is in UTC: `2026-11-01`.
  package static func day(_ seconds: Int) -> String {
    var (seconds, parts) = (time_t(seconds), tm())
    guard gmtime_r(&seconds, &parts) != nil else { return "a day that no calendar has" }
    let two = { (number: Int32) in (number < 10 ? "0" : "") + String(number) }
    return "\(Int(parts.tm_year) + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
  }
}
