import NIOCore
import Synchronization

/// Command messages on their way to one client, within bounds.
final class CommandOutbox: Sendable {
  /// How many bytes may wait; a message that is alone may be larger.
  static let limit = 4 << 20

  private let link: WebSocketLink
  private let waiting = Mutex(0)

  init(to link: WebSocketLink) { self.link = link }

  /// Sends a message, behind those before it; false if too much is waiting already.
  func put(_ message: ByteBuffer) -> Bool {
    let size = message.readableBytes
    let fits = waiting.withLock { waiting in
      guard waiting == 0 || waiting + size <= Self.limit else { return false }
      waiting += size
      return true
    }
    if fits { link.post(message) { [self] in waiting.withLock { $0 -= size } } }
    return fits
  }
}
