import Glibc
package import NIOCore

/// Has the system look now and then whether a peer is still there, on wires that have no heartbeat of their own.
package enum SystemKeepalive {
  /// Options of a connection: one that has died is found after about forty seconds, also if something was on its way, which
  /// the system would otherwise go on sending for a quarter of an hour.
  package static let options: [(option: ChannelOptions.Types.SocketOption, value: Int)] = [
    (.socketOption(.so_keepalive), 1),
    (.tcpOption(NIOBSDSocket.Option(rawValue: TCP_KEEPIDLE)), 20),
    (.tcpOption(NIOBSDSocket.Option(rawValue: TCP_KEEPINTVL)), 5),
    (.tcpOption(NIOBSDSocket.Option(rawValue: TCP_KEEPCNT)), 4),
    (.tcpOption(NIOBSDSocket.Option(rawValue: TCP_USER_TIMEOUT)), 40_000),
  ]
}
