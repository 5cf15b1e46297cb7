/// What a server says of itself on the network, twice a second: one datagram of ESSD, the discovery that every
/// generation of Narupa and NanoVer speaks.
///
/// ```swift
/// let announcement = Announcement(
///   name: "Lab 3",
///   address: "192.168.1.5",
///   id: "f2a0",
///   services: [AnnouncedService("ws", port: 38801)]
/// )
/// try Announcement(datagram: announcement.datagram()) == announcement    // true
/// ```
public struct Announcement: Sendable, Hashable {
  /// Longer datagrams are not of this protocol.
  public static let mostBytes = 1024
  /// Where datagrams are sent if nobody says otherwise.
  public static let port = 54545
  /// The edition of the protocol that all known servers speak.
  public static let version = "1.0.0"

  /// What the server is called, for a person; it is whatever somebody has sent.
  public var name: String
  /// The host to connect to: an IP address, or a name.
  public var address: String
  /// What tells the server from all others, the same in every datagram; some do not send one.
  public var id: String?
  /// The edition of the protocol.
  public var version: String?
  /// What is served, ordered by name.
  public var services: [AnnouncedService]
  /// A port beside the services, which servers of the gRPC generations send.
  public var port: Int?

  /// Describes a server.
  public init(
    name: String,
    address: String,
    id: String? = nil,
    version: String? = Announcement.version,
    services: [AnnouncedService] = [],
    port: Int? = nil
  ) {
    (self.name, self.address, self.id) = (name, address, id)
    (self.version, self.port) = (version, port)
    self.services = services.sorted { $0.name < $1.name }
  }
}

/// One way to talk to a server.
public struct AnnouncedService: Sendable, Hashable {
  /// The kind: `ws` and `wss`, or `trajectory`, `imd` and `multiplayer` of the gRPC generations.
  public let name: String
  /// The port.
  public let port: Int

  /// Names a service.
  public init(_ name: String, port: Int) { (self.name, self.port) = (name, port) }
}

/// Says why a datagram is no announcement, or why something cannot be announced.
public enum AnnouncementError: Error, Sendable, Hashable, CustomStringConvertible {
  /// It has more bytes than one may have.
  case tooLong
  /// It is not UTF-8.
  case notText
  /// It is not JSON, as when a name holds a quotation mark that was not escaped.
  case notJSON(String)
  /// A field is missing, or is not what it must be.
  case unfit(String)

  /// What is wrong, in one line.
  public var description: String {
    switch self {
    case .tooLong: "it takes more than the \(Announcement.mostBytes) bytes of an announcement"
    case .notText: "it is not text in UTF-8"
    case .notJSON(let problem): "it is not JSON: \(problem)"
    case .unfit(let problem): problem
    }
  }
}
