public import NetworkSupport

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
  /// - Throws: `NetworkAddressError`, which says what is wrong in one line.
  public init(_ text: String) throws(NetworkAddressError) {
    let parts = try AddressParts(text, schemes: (plain: "ws", secure: "wss"))
    self.init(host: parts.host, port: parts.port, isSecure: parts.isSecure, path: parts.path)
  }

  /// The host and port as they stand in an address: `lab-3:38801`, `[::1]:38801`.
  public var authority: String { AddressParts.authority(host, port) }

  /// The address in full, with its port.
  public var description: String {
    "\(isSecure ? "wss" : "ws")://\(authority)\(path == "/" ? "" : path)"
  }
}
