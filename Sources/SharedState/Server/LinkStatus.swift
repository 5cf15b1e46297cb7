/// How a client stands with its server.
public enum LinkStatus: Sendable, Hashable {
  /// It tries to reach the server; `attempt` counts from 1 since a connection last held.
  case connecting(attempt: Int)
  /// It is connected, and the first whole state is under way: bytes so far, and how many if the wire tells.
  case syncing(received: Int, total: Int?)
  /// Its copy is the server's; the latency is that of the last write that was confirmed, if there was one.
  ///
  /// Whether the wire knows locks decides whether it makes sense to ask for any; what it turned out to be is for whoever
  /// gave an address without a scheme. While nothing comes from the server, not even an answer to the question whether
  /// it is there, a transport that was asked to look tells since when (on the client's clock): the copy is then the
  /// server's as of that moment, and nobody knows yet whether the connection is lost.
  case live(
    latency: Duration?,
    locks: Bool = false,
    wire: String? = nil,
    silentSince: Duration? = nil
  )
  /// The server was lost or not reached: which attempt that was, why, and when (on the client's clock) it tries again.
  case waiting(attempt: Int, reason: String, until: Duration)
  /// It has not started, or has left for good.
  case stopped

  /// Whether the client's copy is the server's.
  public var isLive: Bool {
    if case .live = self { true } else { false }
  }

  /// Since when a live connection has brought nothing at all, while it is known to be silent, on the client's clock.
  public var silentSince: Duration? {
    if case .live(_, _, _, let since) = self { since } else { nil }
  }
}
