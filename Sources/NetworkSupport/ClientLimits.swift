/// How many may be connected to a server at once.
package struct ClientLimits: Sendable, Hashable {
  /// How many clients.
  package var clients: Int
  /// How many more connections, which are about to become clients or to be told why they cannot.
  package var arrivals: Int

  /// What the rest of a process may need of its file descriptors.
  private static let reserve = 64
  private static let mostArrivals = 1024
  /// How many arrivals there must be room for beside a number of clients that somebody insists on.
  private static let leastArrivals = 32

  /// How many clients somebody may insist on, where so many file descriptors may be open.
  package static func most(of descriptors: Int) -> Int {
    max(1, descriptors - reserve - leastArrivals)
  }

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
