package import NIOCore

/// A server for those clients of a WebSocket server's port that speak HTTP/2.
///
/// So a server has one port for clients of every generation.
package protocol HTTP2Acceptor: Sendable {
  /// Sets up a connection that begins as HTTP/2 does, on its event loop; its bytes follow when this is done.
  ///
  /// Each subscription takes one of the caller's seats.
  func takeOver(_ caller: Caller, isSecure: Bool) -> EventLoopFuture<Void>

  /// Says goodbye to all clients and lets nobody in any more; returns when they are gone, within about the limit.
  func dismissAll(within limit: Duration) async
}
