internal import NIOCore

/// Where to announce a server, and what address it has for those who hear it there.
public struct AnnouncementTarget: Sendable, Hashable {
  /// The address at which those there reach the server.
  public let address: String
  /// Where the datagram is sent: as a rule, the broadcast address of a network.
  public let destination: String

  /// Names a target.
  public init(address: String, destination: String) {
    (self.address, self.destination) = (address, destination)
  }

  /// This machine alone: what is sent there does not leave it.
  public static let thisMachine = AnnouncementTarget(
    address: "127.0.0.1",
    destination: "127.255.255.255"
  )

  /// Where a server that listens at a host can be reached from, as the network stands now.
  ///
  /// A server on this machine alone is announced to this machine alone; one at an address, on the network of that
  /// address; one at all addresses, on all networks with the address that this machine has in each.
  public static func targets(forServerAt host: String) -> [AnnouncementTarget] {
    if FoundServer.isThisMachine(host) {
      let address = host == "localhost" ? "127.0.0.1" : host
      return [AnnouncementTarget(address: address, destination: thisMachine.destination)]
    }
    let networks = networks()
    if ["0.0.0.0", "::", ""].contains(host) { return [thisMachine] + networks }
    let own = networks.filter { $0.address == host }
    // A host by name: whoever hears it is to ask for that name.
    return own.isEmpty && !host.contains(":") && host.contains { $0.isLetter }
      ? networks.map { AnnouncementTarget(address: host, destination: $0.destination) } : own
  }

  /// The networks that this machine can broadcast in.
  private static func networks() -> [AnnouncementTarget] {
    let devices = (try? System.enumerateDevices()) ?? []
    return devices.compactMap { device in
      guard case .v4? = device.address, let address = device.address?.ipAddress,
        let broadcast = device.broadcastAddress?.ipAddress
      else { return nil }
      return AnnouncementTarget(address: address, destination: broadcast)
    }
  }
}
