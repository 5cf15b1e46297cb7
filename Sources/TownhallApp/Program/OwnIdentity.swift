import Glibc
import NetworkSupport
import TownhallKit

/// The certificate that a town makes for itself, and keeps for the next time.
///
/// It lies where the XDG rules put such things, by default in `~/.local/share/townhall/`. When its names or its dates do not fit any
/// more, a new one is made for the same key: whoever knows the server by the key goes on knowing it.
struct OwnIdentity {
  /// How long a certificate holds.
  private static let days = 5 * 365
  /// How long one that is taken must still hold, in seconds.
  private static let rest = 30 * 24 * 60 * 60
  /// A larger file is none of ours.
  private static let mostBytes = 100_000

  private let folder: String

  /// Where the certificate and its key are, for their owner alone.
  var path: String { folder + "/town-identity.pem" }
  /// Where the certificate is without its key, to be given to others.
  var certificatePath: String { folder + "/town-certificate.pem" }

  /// Finds the place; nil if this person has none.
  init?(variables: [String: String]) {
    guard let path = DataFolder.path(variables) else { return nil }
    folder = path
  }

  var files: ServerIdentity { ServerIdentity(certificateFile: path, keyFile: path) }

  /// Sees to it that there is a certificate for some names.
  ///
  /// - Returns: What a person should know, if another is there than last time.
  func prepare(for names: [String], now: Int = time(nil)) throws -> String? {
    guard let kept = try read() else {
      try make(for: names, key: nil)
      return
        "a certificate has been made for \(CertificateVerdict.list(names)), and is kept in \(path)"
    }
    guard let certificate = PeerCertificate(pem: kept) else {
      throw Failure(
        .badUsage,
        "\(path) is no certificate with a key: without that file new ones are made, and clients do not know them yet"
      )
    }
    guard let reason = flaw(of: certificate, names, now) else { return nil }
    try make(for: names, key: kept)
    return
      "the certificate has been made anew for the same key, since \(reason): the fingerprint in the address is the same, "
      + "copies of \(certificatePath) are not good any more"
  }

  /// What is kept; nil if there is nothing yet.
  private func read() throws -> [UInt8]? {
    do {
      return try Files.read(path, atMost: Self.mostBytes)
    } catch {
      if error.isAbsence { return nil }
      throw error
    }
  }

  private func flaw(of certificate: PeerCertificate, _ names: [String], _ now: Int) -> String? {
    if certificate.ends < now + Self.rest {
      let isOver = certificate.ends < now
      return "the last one \(isOver ? "ended" : "ends") on \(PeerCertificate.day(certificate.ends))"
    }
    let missing = names.filter { !certificate.names.contains($0) }
    return missing.isEmpty
      ? nil
      : "the last one was not for \(CertificateVerdict.list(missing)), as this machine is called now"
  }

  private func make(for names: [String], key: [UInt8]?) throws {
    do {
      let made = try OwnCertificate.make(for: names, key: key, days: Self.days)
      close(try Files.replace(path, with: made.certificate + made.key))
      close(try Files.replace(certificatePath, with: made.certificate, mode: 0o644))
    } catch let error as OwnCertificate.Failure {
      throw Failure(.badUsage, "cannot make a certificate with \(path): \(error)")
    }
  }
}
