/// A server that announces itself, as all its datagrams together tell of it.
public struct FoundServer: Sendable, Hashable, Identifiable {
  /// What tells it from the other servers that are heard: its own id, or its name and address where it has none.
  public let id: String
  /// The id that it announces, if it does.
  public let announcedID: String?
  /// What it is called; whatever somebody has sent.
  public let name: String
  /// The hosts at which it says it is, in the order in which they were first heard.
  ///
  /// A server with several network interfaces announces itself on each, with the address it has there.
  public let addresses: [String]
  /// What it serves, ordered by name.
  public let services: [AnnouncedService]
  /// A port beside the services, from servers of the gRPC generations.
  public let port: Int?

  /// The host to connect to: this machine if the server is on it, else the first that was heard.
  public var address: String { addresses.first(where: Self.isThisMachine) ?? addresses.first ?? "" }

  /// Whether a host is the machine that asks.
  static func isThisMachine(_ host: String) -> Bool {
    host == "localhost" || host == "::1" || host.hasPrefix("127.")
  }

  /// Where to join it; `nil` if it serves nothing that a shared state is made of.
  ///
  /// Encrypted WebSocket is preferred to plain, and both to gRPC.
  public var url: String? {
    let ways = [
      ("wss", "wss"), ("ws", "ws"), ("multiplayer", "grpc"), ("trajectory", "grpc"),
    ]
    for (service, scheme) in ways {
      if let found = services.first(where: { $0.name == service }) {
        return url(scheme, found.port)
      }
    }
    // An old server that names its port and no services; one with services has told where it can be joined.
    return services.isEmpty ? port.map { url("grpc", $0) } : nil
  }

  private func url(_ scheme: String, _ port: Int) -> String {
    let host = address.contains(":") ? "[\(address)]" : address
    return "\(scheme)://\(host):\(port)"
  }
}

/// Something that came about among the servers that are heard.
public enum DiscoveryEvent: Sendable, Hashable {
  /// A server is heard that was not.
  case found(FoundServer)
  /// A server says something else of itself, or is heard at other addresses.
  case changed(FoundServer)
  /// A server is not heard any more; this is how it was last.
  case gone(FoundServer)
}
