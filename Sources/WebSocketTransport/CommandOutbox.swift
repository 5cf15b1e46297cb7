import NIOCore
import Synchronization

/// Command messages that wait to be sent to one client, within bounds.
final class CommandOutbox: Sendable {
  /// How many bytes may wait besides the message that is being sent, which may be larger.
  static let limit = 4 << 20

  private let stream: AsyncStream<ByteBuffer>
  private let continuation: AsyncStream<ByteBuffer>.Continuation
  private let waiting = Mutex(0)

  init() { (stream, continuation) = AsyncStream.makeStream() }

  /// Adds a message; false if too much is waiting already.
  func put(_ message: ByteBuffer) -> Bool {
    let fits = waiting.withLock { waiting in
      guard waiting == 0 || waiting + message.readableBytes <= Self.limit else { return false }
      waiting += message.readableBytes
      return true
    }
    if fits { continuation.yield(message) }
    return fits
  }

  /// Hands the messages to a sender one after another, until `finish()`.
  func drain(_ send: (ByteBuffer) async -> Void) async {
    for await message in stream {
      await send(message)
      waiting.withLock { $0 -= message.readableBytes }
    }
  }

  /// Ends it; what still waits is handed out first.
  func finish() { continuation.finish() }
}
