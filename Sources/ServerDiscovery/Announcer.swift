internal import Glibc

/// Announces a server until it is told to stop.
///
/// ```swift
/// let announcing = Task { try await Announcer().announce(announcement) }
/// announcing.cancel()      // whoever listens notices within some seconds: nobody says goodbye
/// ```
public struct Announcer: Sendable {
  /// So many datagrams are sent at a time, at most.
  private static let mostTargets = 64

  /// The port to send to.
  public var port = Announcement.port
  /// How often to announce.
  public var interval = Duration.milliseconds(500)
  /// Where to announce, asked anew each time: networks come and go.
  public var targets: @Sendable () -> [AnnouncementTarget]

  /// Makes an announcer for a server that listens at a host.
  public init(forServerAt host: String) {
    targets = { AnnouncementTarget.targets(forServerAt: host) }
  }

  /// Makes an announcer that sends where it is told.
  public init(to targets: [AnnouncementTarget], port: Int) {
    self.targets = { targets }
    self.port = port
  }

  /// Announces a server, on each network with the address that it has there, until the task is cancelled.
  ///
  /// A network that refuses is tried again the next time.
  ///
  /// - Throws: `DiscoveryError` if there can be no socket.
  public func announce(_ announcement: Announcement) async throws(DiscoveryError) {
    let socket = try Self.openSocket()
    defer { close(socket) }
    while !Task.isCancelled {
      for target in targets().prefix(Self.mostTargets) { send(announcement, to: target, socket) }
      try? await Task.sleep(for: interval)
    }
  }

  // Not a channel of NIO: that one is closed for good when a network is down for a moment.
  private static func openSocket() throws(DiscoveryError) -> Int32 {
    let socket = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var isOn: Int32 = 1
    guard socket >= 0,
      setsockopt(socket, SOL_SOCKET, SO_BROADCAST, &isOn, socklen_t(MemoryLayout<Int32>.size)) == 0
    else {
      let reason = String(cString: strerror(errno))
      if socket >= 0 { close(socket) }
      throw DiscoveryError(description: "cannot announce the server: \(reason)")
    }
    return socket
  }

  private func send(_ announcement: Announcement, to target: AnnouncementTarget, _ socket: Int32) {
    var announcement = announcement
    announcement.address = target.address
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = in_port_t(UInt16(clamping: port)).bigEndian
    guard let bytes = try? announcement.datagram(),
      inet_pton(AF_INET, target.destination, &place.sin_addr) == 1
    else { return }
    withUnsafePointer(to: place) { place in
      place.withMemoryRebound(to: sockaddr.self, capacity: 1) { place in
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = sendto(socket, bytes, bytes.count, Int32(MSG_DONTWAIT), place, size)
      }
    }
  }
}
