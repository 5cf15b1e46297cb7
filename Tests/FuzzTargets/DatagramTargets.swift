@testable import ServerDiscovery
import SharedState
import TownhallKit

extension FuzzTarget {
  static let announcement = FuzzTarget(
    "announcement",
    "what anybody in the network says of themselves",
    words: [
      "name", "address", "id", "essd_version", "services", "port", "\"ws\": 38801", "wss",
      "multiplayer", "trajectory", "[::]", "0.0.0.0", "fe80::1%eth0", "127.0.0.1", "1.0.0",
    ],
    longest: 1100,
    executions: 8000
  ) { bytes in
    let announcement: Announcement
    do throws(AnnouncementError) {
      announcement = try Announcement(datagram: bytes, from: "10.0.0.1")
    } catch {
      return try expectPlain(error.description)
    }
    if let datagram = try? announcement.datagram() {
      let again = try Announcement(datagram: datagram, from: "10.0.0.1")
      try expect(again == announcement, "another announcement comes back: \(announcement)")
    }
    try expectFound(announcement)
  }

  /// Sees that a server that is heard is found and gone in time, and that it can be joined where it says.
  private static func expectFound(_ announcement: Announcement) throws {
    var table = DiscoveryTable()
    table.hear(announcement, at: .zero)
    guard case .found(let server)? = table.news(at: DiscoveryTable.settling).first else {
      throw Finding("it is not found: \(announcement)")
    }
    try expect(server.services.count <= Announcement.mostServices, "it has too many services")
    if let url = server.url {
      try expectPlain(url)
      _ = try ServerAddress(url)
    }
    let isGone = table.news(at: DiscoveryTable.patience) == [.gone(server)]
    try expect(isGone && table.wakeUp == nil, "it does not go: \(announcement)")
  }
}
