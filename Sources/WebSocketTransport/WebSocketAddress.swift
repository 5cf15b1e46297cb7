public import NetworkSupport
internal import StateSync

/// The address of a server on the WebSocket wire: `ws://lab-3:38801`, `wss://[::1]:38801/room?interval=0.1`.
///
/// ```swift
/// let address = try WebSocketAddress("ws://lab-3")
/// address.port           // 38801, where NanoVer listens
/// address.description    // "ws://lab-3:38801"
/// ```
public struct WebSocketAddress: Sendable, Hashable, CustomStringConvertible {
  /// Where NanoVer's servers listen if nobody says otherwise.
  public static let defaultPort = AddressParts.defaultPort

  /// Whether the connection is encrypted.
  public let isSecure: Bool
  /// The host name or IP address, without brackets.
  public let host: String
  /// The port.
  public let port: Int
  /// What to ask the server for: a path, and a query if there is one.
  public let path: String
  /// The fingerprint that the server's certificate is to have: `wss://lab-3#sha256:9f86d081…`.
  ///
  /// It is no part of what the address is called.
  public let pin: CertificatePin?

  /// Makes an address of parts that are known to be good.
  public init(
    host: String,
    port: Int = WebSocketAddress.defaultPort,
    isSecure: Bool = false,
    path: String = "/",
    pin: CertificatePin? = nil
  ) {
    self.host = host
    self.port = port
    self.isSecure = isSecure
    self.path = path
    self.pin = pin
  }

  /// Reads an address that a person wrote.
  ///
  /// - Throws: `NetworkAddressError`, which says what is wrong in one line.
  public init(_ text: String) throws(NetworkAddressError) {
    let parts = try AddressParts(text, schemes: (plain: "ws", secure: "wss"))
    self.init(
      host: parts.host,
      port: parts.port,
      isSecure: parts.isSecure,
      path: parts.path,
      pin: parts.pin
    )
  }

  /// The host and port as they stand in an address: `lab-3:38801`, `[::1]:38801`.
  public var authority: String { AddressParts.authority(host, port) }

  /// The address in full, with its port.
  public var description: String {
    "\(isSecure ? "wss" : "ws")://\(authority)\(path == "/" ? "" : path)"
  }

  /// What to ask the server for, with wishes in its query.
  func path(asking wishes: SubscriptionWishes, frames: Bool = false) -> String {
    let parts = path.split(separator: "?", maxSplits: 1)
    let query = parts.count > 1 ? parts[1] : ""
    let says = { name in query.split(separator: "&").contains { $0.hasPrefix(name + "=") } }
    var items = says("frames") ? [] : [frames ? "frames=1" : "frames=0"]
    if let interval = wishes.interval, !says("interval") {
      items.append("interval=\(interval / .seconds(1))")
    }
    items += wishes.only.map { "only=" + Self.escaped($0) }
    guard !items.isEmpty else { return path }
    let separator = parts.count > 1 || path.hasSuffix("?") ? (query.isEmpty ? "" : "&") : "?"
    return path + separator + items.joined(separator: "&")
  }

  /// A text with an escape (`%2E`) for each byte that may mean something in an address.
  private static func escaped(_ text: String) -> String {
    text.utf8.reduce(into: "") { escaped, byte in
      let character = Character(Unicode.Scalar(byte))
      let isPlain =
        byte < 0x80 && (character.isLetter || character.isNumber || "-._~*".contains(character))
      let hex = String(byte, radix: 16, uppercase: true)
      escaped += isPlain ? String(character) : hex.count == 1 ? "%0\(hex)" : "%\(hex)"
    }
  }
}
