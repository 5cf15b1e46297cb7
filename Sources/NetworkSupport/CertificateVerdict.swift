import Glibc

/// Why a certificate is not taken for a server's.
package struct CertificateVerdict: Sendable, Hashable {
  package enum Flaw: Sendable, Hashable {
    /// It has ended; `isOwn` is false if that is so of another that vouches for it.
    case ended(at: Int, isOwn: Bool)
    /// It has not begun yet.
    case notBegun(until: Int)
    /// It is for others.
    case wrongName
    /// Nobody who is trusted vouches for it.
    case unvouched
    /// Another was expected.
    case unexpected(ExpectedPin)
  }

  package let flaw: Flaw
  private let certificate: PeerCertificate
  private let host: String

  /// Judges a certificate that has not been taken; nil if there is none, or if it has the pin that it should have.
  ///
  /// - Parameters:
  ///   - chain: The certificate, and those that came with it to vouch for it.
  ///   - host: Whose it should be.
  ///   - expected: The pin that it should have, if there is one.
  ///   - isNameWrong: Whether all that is wrong with it is for whom it is.
  ///   - now: The time, in seconds since 1970.
  package init?(
    of chain: [PeerCertificate],
    for host: String,
    expecting expected: ExpectedPin?,
    isNameWrong: Bool,
    now: Int = time(nil)
  ) {
    guard let own = chain.first else { return nil }
    (certificate, self.host) = (own, host)
    if let expected {
      guard !own.isMeant(by: expected.pin) else { return nil }
      flaw = .unexpected(expected)
    } else if isNameWrong {
      flaw = .wrongName
    } else {
      flaw =
        chain.indices.lazy.compactMap { Self.flaw(chain[$0], isOwn: $0 == 0, now) }.first
        ?? .unvouched
    }
  }

  private static func flaw(_ certificate: PeerCertificate, isOwn: Bool, _ now: Int) -> Flaw? {
    if certificate.ends < now { return .ended(at: certificate.ends, isOwn: isOwn) }
    return certificate.begins > now && isOwn ? .notBegun(until: certificate.begins) : nil
  }

  /// What is wrong, in one sentence for a person, who may trust the server at an address after all.
  package func words(at address: String) -> String {
    switch flaw {
    case .ended(let end, let isOwn):
      let whose = isOwn ? "its certificate" : "a certificate that vouches for its own"
      return "\(whose) ended on \(PeerCertificate.day(end))"
    case .notBegun(let begin):
      return "its certificate begins only on \(PeerCertificate.day(begin))"
    case .wrongName:
      return "its certificate is for \(Self.list(certificate.names)), and not for \(host)"
    case .unvouched:
      return
        "its certificate is not trusted: nobody known vouches for it. If whoever runs the server says that this is its "
        + "fingerprint, join at \(address)#\(certificate.keyPin); a private authority needs --ca-file"
    case .unexpected(let expected):
      return unexpected(expected)
    }
  }

  private func unexpected(_ expected: ExpectedPin) -> String {
    guard let place = expected.place else {
      return
        "its certificate is another than the address says: the fingerprint is \(certificate.keyPin)"
    }
    return
      "its certificate has changed, so somebody may stand in between: the fingerprint is \(certificate.keyPin), and not "
      + "\(expected.pin). If whoever runs the server says that this is right, take that line out of \(place)"
  }

  /// Names in a sentence, and not more of them than anybody reads.
  package static func list(_ names: [String]) -> String {
    guard let last = names.last else { return "nobody" }
    guard names.count <= 8 else {
      return names.prefix(8).joined(separator: ", ") + " and \(names.count - 8) more"
    }
    let others = names.dropLast()
    return others.isEmpty ? last : others.joined(separator: ", ") + " and " + last
  }
}
