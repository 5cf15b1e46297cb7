package import NIOCore

/// Somebody who serves those who knock at a WebSocket server's door and speak HTTP/2.
///
/// So a town has one port for clients of every generation.
package protocol HTTP2Acceptor: Sendable {
  /// How many clients there are.
  var clientCount: Int { get }

  /// Sets up a connection that begins as HTTP/2 does, on its event loop; its bytes follow when this is done.
  func takeOver(_ channel: any Channel, isSecure: Bool) -> EventLoopFuture<Void>

  /// Says goodbye to all clients and lets nobody in any more; returns when they are gone, within about the limit.
  func dismissAll(within limit: Duration) async
}
