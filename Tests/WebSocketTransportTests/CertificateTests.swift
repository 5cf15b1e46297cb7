import NIOSSL
import TestSupport
import Testing

@testable import NetworkSupport

@Suite("Certificates and their fingerprints")
struct CertificateTests {
  /// Of nothing at all, as everybody knows it.
  private static let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

  @Test(
    "A fingerprint is read as people copy it",
    arguments: [
      "sha256:\(hex)", "SHA256:\(hex.uppercased())",
      "sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
      "SHA256:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
      "sha256:E3:B0:C4:42:98:FC:1C:14:9A:FB:F4:C8:99:6F:B9:24:27:AE:41:E4:64:9B:93:4C:A4:95:99:1B:78:52:B8:55",
    ]
  )
  func reads(text: String) {
    #expect(CertificatePin(text) == CertificatePin(of: []))
    #expect(CertificatePin(text)?.description == "sha256:\(Self.hex)")
  }

  @Test(
    "What is none is refused",
    arguments: [
      "", "sha256", "sha256:", hex, "md5:\(hex)", "sha256:\(hex)0", "sha256:\(hex.dropLast())",
      "sha256:\(hex.dropLast())g", "sha256:\(hex.dropLast())é", "sha256:４\(hex.dropFirst())",
      "sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=",
      "sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuF==",
    ]
  )
  func refuses(text: String) {
    #expect(CertificatePin(text) == nil)
  }

  @Test(
    "One that is made here says what it was made for, and another for the same key has that key"
  )
  func own() throws {
    let names = ["lab-3", "localhost", "127.0.0.1", "::1"]
    let made = try OwnCertificate.make(for: names, days: 10)
    let read = try #require(PeerCertificate(pem: made.certificate))
    #expect(read.names == names)
    #expect(read.ends - read.begins == 10 * 24 * 60 * 60)
    let again = try OwnCertificate.make(for: ["lab-4"], key: made.key, days: 10)
    let renewed = try #require(PeerCertificate(pem: again.certificate))
    #expect(renewed.names == ["lab-4"])
    #expect(renewed.keyPin == read.keyPin && renewed.pin != read.pin)
    #expect(renewed.isMeant(by: read.keyPin) && !renewed.isMeant(by: read.pin))
    #expect(throws: OwnCertificate.Failure.self) {
      try OwnCertificate.make(for: names, key: Array("no key".utf8), days: 10)
    }
  }

  @Test("A spoilt certificate is read as something or as nothing, and its words are harmless")
  func hostile() throws {
    let made = try OwnCertificate.make(for: ["lab-3", "127.0.0.1", "::1"], days: 10)
    let good = try NIOSSLCertificate(bytes: made.certificate, format: .pem).toDERBytes()
    var generator = SeededGenerator(seed: 3)
    for round in 0..<4000 {
      var bytes = good
      for _ in 0...(round % 3) {
        bytes[Int.random(in: bytes.indices, using: &generator)] = .random(
          in: 0...255,
          using: &generator
        )
      }
      guard let certificate = try? NIOSSLCertificate(bytes: bytes, format: .der),
        let read = PeerCertificate(certificate)
      else { continue }
      let words = CertificateVerdict(of: [read], for: "x", expecting: nil, isNameWrong: true)?
        .words(at: "wss://x")
      #expect(words?.utf8.allSatisfy { (0x20...0x7e).contains($0) } == true)
    }
  }

  @Test("Only so many names are told")
  func manyNames() {
    #expect(CertificateVerdict.list([]) == "nobody")
    #expect(CertificateVerdict.list((0..<10).map { "n\($0)" }).hasSuffix("n7 and 2 more"))
  }

  @Test("Days are those of UTC, and what no calendar has is no day")
  func days() {
    #expect(PeerCertificate.day(1_793_491_200) == "2026-11-01")
    #expect(PeerCertificate.day(-1) == "1969-12-31")
    #expect(PeerCertificate.day(.max) == "a day that no calendar has")
  }
}
