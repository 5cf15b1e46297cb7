/// How many may be connected to a server at once, and what they may hold there before they have said anything whole.
package struct ClientLimits: Sendable, Hashable {
  /// How many clients.
  package var clients: Int
  /// How many of them may be one peer's; nil for all but an eighth, and as many as there are for this machine itself.
  package var clientsOfPeer: Int?
  /// How many of them may come over one connection, where a wire carries several.
  package var seatsOfConnection = 16
  /// How many more connections, which are about to become clients or to be told why they cannot.
  package var arrivals: Int
  /// How many bytes of messages may be here that are not whole yet, in all.
  package var unfinishedBytes = 256 << 20

  /// How many changes one connection may make in a second before it is slowed down; nil for as many as it likes.
  package var changesPerSecond: Int? = 50_000

  /// What the rest of a process may need of its file descriptors.
  private static let reserve = 64
  private static let mostArrivals = 1024
  /// How many arrivals there must be room for beside a number of clients that somebody insists on.
  private static let leastArrivals = 32

  /// How many clients somebody may insist on, where so many file descriptors may be open.
  package static func most(of descriptors: Int) -> Int {
    max(1, descriptors - reserve - leastArrivals)
  }

  /// How many clients a peer may have if nobody has said so: all but an eighth, which is kept for the others.
  var fairShare: Int { clients - clients / 8 }

  /// Divides what a process may open.
  ///
  /// - Parameters:
  ///   - descriptors: How many file descriptors the process may have.
  ///   - clients: How many clients there may be; nil for as many as fit.
  package init(descriptors: Int, clients: Int? = nil) {
    let room = max(2, descriptors - Self.reserve)
    if let clients {
      self.clients = clients
      arrivals = min(Self.mostArrivals, max(Self.leastArrivals, room - clients))
    } else {
      arrivals = min(Self.mostArrivals, max(1, room / 4))
      self.clients = room - arrivals
    }
  }
}
