/// The address of a server on the WebSocket wire: `ws://lab-3:38801`, `wss://[::1]:38801/room?interval=0.1`.
///
/// ```swift
/// let address = try WebSocketAddress("ws://lab-3")
/// address.port           // 38801, where NanoVer listens
/// address.description    // "ws://lab-3:38801"
/// ```
public struct WebSocketAddress: Sendable, Hashable, CustomStringConvertible {
  /// Where NanoVer's servers listen if nobody says otherwise.
  public static let defaultPort = 38801

  /// Whether the connection is encrypted.
  public let isSecure: Bool
  /// The host name or IP address, without brackets.
  public let host: String
  /// The port.
  public let port: Int
  /// What to ask the server for: a path, and a query if there is one.
  public let path: String

  /// Makes an address of parts that are known to be good.
  public init(
    host: String,
    port: Int = WebSocketAddress.defaultPort,
    isSecure: Bool = false,
    path: String = "/"
  ) {
    self.host = host
    self.port = port
    self.isSecure = isSecure
    self.path = path
  }

  /// Reads an address that a person wrote.
  ///
  /// - Throws: `WebSocketAddressError`, which says what is wrong in one line.
  public init(_ text: String) throws(WebSocketAddressError) {
    let parts = try Parts(text, schemes: (plain: "ws", secure: "wss"))
    self.init(host: parts.host, port: parts.port, isSecure: parts.isSecure, path: parts.path)
  }

  /// The host and port as they stand in an address: `lab-3:38801`, `[::1]:38801`.
  public var authority: String { Self.authority(host, port) }

  /// The address in full, with its port.
  public var description: String {
    "\(isSecure ? "wss" : "ws")://\(authority)\(path == "/" ? "" : path)"
  }
}

extension WebSocketAddress {
  /// A host and port as they stand in an address on any wire.
  package static func authority(_ host: String, _ port: Int) -> String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }

  /// The parts of an address on any wire that is written `scheme://host:port/path`.
  package struct Parts {
    package let isSecure: Bool
    package let host: String
    package let port: Int
    package let path: String

    /// Reads an address that a person wrote, with one of two schemes.
    ///
    /// - Throws: `WebSocketAddressError`, which says what is wrong in one line.
    package init(
      _ text: String,
      schemes: (plain: String, secure: String)
    ) throws(WebSocketAddressError) {
      func refuse(_ problem: String) -> WebSocketAddressError {
        WebSocketAddressError(text: text, problem: problem)
      }
      let (plain, secure) = schemes
      guard let (scheme, rest) = WebSocketAddress.splitScheme(text) else {
        throw refuse(
          "it should begin with \(plain):// or \(secure)://, as in \(plain)://127.0.0.1:38801"
        )
      }
      guard let isSecure = [plain: false, secure: true][scheme.lowercased()] else {
        throw refuse("\(scheme):// is not \(plain):// or \(secure)://")
      }
      let authority = rest.prefix { !"/?#".contains($0) }
      let tail = rest[authority.endIndex...]
      let (host, portText) = try WebSocketAddress.splitAuthority(authority, scheme: plain, refuse)
      let port = try portText.map { text throws(WebSocketAddressError) in
        guard let port = Int(text), (1...65535).contains(port), text.allSatisfy(\.isNumber) else {
          throw refuse("“\(text)” is not a port from 1 to 65535")
        }
        return port
      }
      guard !tail.contains("#") else { throw refuse("it cannot hold a “#”") }
      guard tail.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
        throw refuse("its path holds a character that must be written as %XX")
      }
      self.isSecure = isSecure
      self.host = host
      self.port = port ?? WebSocketAddress.defaultPort
      path = tail.hasPrefix("/") ? String(tail) : "/" + tail
    }
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
    _ refuse: (String) -> WebSocketAddressError
  ) throws(WebSocketAddressError) -> (host: String, port: Substring?) {
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
        zone.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
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
public struct WebSocketAddressError: Error, Sendable, Hashable, CustomStringConvertible {
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
