/// The parts of an address on any wire that is written `scheme://host:port/path`.
package struct AddressParts {
  /// Where Narupa's and NanoVer's servers listen if nobody says otherwise.
  package static let defaultPort = 38801

  package let isSecure: Bool
  package let host: String
  package let port: Int
  package let path: String
  /// The fingerprint that the server is to have, if one follows a “#”.
  package let pin: CertificatePin?

  /// Reads an address that a person wrote, with one of two schemes.
  ///
  /// - Throws: `NetworkAddressError`, which says what is wrong in one line.
  package init(
    _ text: String,
    schemes: (plain: String, secure: String)
  ) throws(NetworkAddressError) {
    func refuse(_ problem: String) -> NetworkAddressError {
      NetworkAddressError(text: text, problem: problem)
    }
    let (plain, secure) = schemes
    guard let (scheme, rest) = Self.splitScheme(text) else {
      throw refuse(
        "it should begin with \(plain):// or \(secure)://, as in \(plain)://127.0.0.1:38801"
      )
    }
    guard let isSecure = [plain: false, secure: true][scheme.lowercased()] else {
      throw refuse("\(scheme):// is not \(plain):// or \(secure)://")
    }
    let authority = rest.prefix { !"/?#".contains($0) }
    let tail = rest[authority.endIndex...].prefix { $0 != "#" }
    let (host, portText) = try Self.splitAuthority(authority, scheme: plain, refuse)
    let port = try portText.map { text throws(NetworkAddressError) in
      guard let port = Int(text), (1...65535).contains(port), text.allSatisfy(\.isNumber) else {
        throw refuse("“\(text)” is not a port from 1 to 65535")
      }
      return port
    }
    pin = try Self.pin(rest[tail.endIndex...], isSecure, secure, refuse)
    guard tail.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      throw refuse("its path holds a character that must be written as %XX")
    }
    self.isSecure = isSecure
    self.host = host
    self.port = port ?? Self.defaultPort
    path = tail.hasPrefix("/") ? String(tail) : "/" + tail
  }

  /// A host and port as they stand in an address: `lab-3:38801`, `[::1]:38801`.
  package static func authority(_ host: String, _ port: Int) -> String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }

  private static func pin(
    _ fragment: Substring,
    _ isSecure: Bool,
    _ secure: String,
    _ refuse: (String) -> NetworkAddressError
  ) throws(NetworkAddressError) -> CertificatePin? {
    guard !fragment.isEmpty else { return nil }
    guard let pin = CertificatePin(String(fragment.dropFirst())) else {
      throw refuse(
        "what follows a “#” is the fingerprint of the server's certificate, sha256: and 64 hexadecimal digits"
      )
    }
    guard isSecure else { throw refuse("only \(secure):// has a certificate to go by") }
    return pin
  }

  private static func splitScheme(_ text: String) -> (scheme: Substring, rest: Substring)? {
    let scheme = text.prefix { $0.isASCII && $0.isLetter }
    let rest = text[scheme.endIndex...]
    guard !scheme.isEmpty, rest.hasPrefix("://") else { return nil }
    return (scheme, rest.dropFirst(3))
  }

  private static func splitAuthority(
    _ authority: Substring,
    scheme: String,
    _ refuse: (String) -> NetworkAddressError
  ) throws(NetworkAddressError) -> (host: String, port: Substring?) {
    if authority.contains("@") { throw refuse("it cannot hold a user name") }
    if authority.hasPrefix("[") {
      guard let end = authority.firstIndex(of: "]") else {
        throw refuse("the “[” has no “]”")
      }
      let host = authority[authority.index(after: authority.startIndex)..<end]
      // A zone may follow the address: fe80::1%eth0.
      let number = host.prefix { $0 != "%" }
      let zone = host[number.endIndex...].dropFirst()
      guard number.contains(":"), number.allSatisfy({ $0.isHexDigit || ":.".contains($0) }),
        zone.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) })
      else {
        throw refuse("“\(host)” is not an IPv6 address")
      }
      let rest = authority[authority.index(after: end)...]
      guard rest.isEmpty || rest.hasPrefix(":") else {
        throw refuse("“\(rest)” cannot follow the “]”")
      }
      return (String(host), rest.isEmpty ? nil : rest.dropFirst())
    }
    let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2 else {
      throw refuse("an IPv6 address needs brackets, as in \(scheme)://[::1]:38801")
    }
    guard let host = parts.first, !host.isEmpty else { throw refuse("it names no host") }
    let allowed = { (character: Character) in
      character.isASCII && (character.isLetter || character.isNumber || "-._".contains(character))
    }
    if let stranger = host.first(where: { !allowed($0) }) {
      throw refuse("“\(stranger)” cannot stand in a host name")
    }
    return (String(host), parts.count == 2 ? parts[1] : nil)
  }
}

/// Says why a text is not the address of a server.
public struct NetworkAddressError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What was given.
  public let text: String
  /// What is wrong with it.
  public let problem: String

  package init(text: String, problem: String) {
    self.text = text
    self.problem = problem
  }

  /// What was given and what is wrong with it, in one line.
  public var description: String { "“\(text)” is not the address of a town: \(problem)" }
}
