/// How the dashboard stands with its town.
public enum LinkStatus: Hashable, Sendable {
  /// Looking for the town; the first attempt is number 1.
  case connecting(attempt: Int)
  /// Connected, and receiving the town for the first time; sizes in bytes.
  case syncing(received: Int, total: Int?)
  /// Everything on screen is current; the latency is that of the last answer, if there was one.
  ///
  /// Whether the wire knows locks decides whether any are asked for; what it turned out to be is told to whoever gave
  /// an address without a scheme.
  case live(latency: Duration?, locks: Bool = false, wire: String? = nil)
  /// The connection is gone; the next attempt comes at `retryAt`, an uptime as in `Moment`.
  case lost(reason: String, retryAt: Duration)

  /// Whether what is on screen is what the town holds now.
  public var isLive: Bool {
    if case .live = self { true } else { false }
  }
}
