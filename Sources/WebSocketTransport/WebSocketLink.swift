import NIOCore
import NIOWebSocket
import NetworkSupport

/// What both ends of a WebSocket agree on with themselves.
struct LinkOptions: Sendable {
  var isClient: Bool
  var maximumMessageSize = WebSocketLink.maximumMessageSize
  /// The largest change in bytes, all the messages together that it comes in.
  var maximumChangeSize = 4 << 30
  var keepalive = Keepalive()
  var closeTimeout: Duration = .seconds(1)
  /// A message below this size arrives without progress being told.
  var progressStep = 1 << 18
  /// Told now and then how many bytes have come of a message that is not whole yet.
  var noteUnfinished: (@Sendable (_ bytes: Int) -> Void)?
}

/// One open WebSocket that carries binary messages, seen from a task.
///
/// One task may read and any number may write. Whoever writes waits until the operating system has taken the
/// message, so a slow peer slows its writer and nothing piles up.
final class WebSocketLink: Sendable {
  /// What NanoVer's server and clients take: 128 MiB.
  static let maximumMessageSize = 128 << 20

  private let channel: any Channel
  private let handler: NIOLoopBound<LinkHandler>
  private let inbox: InboundQueue<LinkEvent>
  let options: LinkOptions

  private init(
    channel: any Channel,
    handler: LinkHandler,
    inbox: InboundQueue<LinkEvent>,
    options: LinkOptions
  ) {
    self.channel = channel
    self.handler = NIOLoopBound(handler, eventLoop: channel.eventLoop)
    self.inbox = inbox
    self.options = options
  }

  /// The loop that owns the socket.
  var eventLoop: any EventLoop { channel.eventLoop }

  deinit {
    // Nobody can close it any more.
    channel.close(promise: nil)
  }

  /// Makes a link of a channel that has just been upgraded to a WebSocket, on its event loop.
  static func install(on channel: any Channel, options: LinkOptions) throws -> WebSocketLink {
    let pipeline = channel.pipeline.syncOperations
    let encoder = try pipeline.handler(type: WebSocketFrameEncoder.self)
    let inspector = FrameInspector(
      peerMasks: !options.isClient,
      maximumMessageSize: options.maximumMessageSize
    )
    let gate = FrameGate(inspector: inspector)
    try pipeline.addHandler(gate, position: .before(encoder))
    let loop = channel.eventLoop
    // The channel lets go of its handlers, and so of the inbox, when it closes.
    let inbox = InboundQueue<LinkEvent> {
      loop.execute {
        let pipeline = channel.pipeline.syncOperations
        guard let context = try? pipeline.context(handlerType: LinkHandler.self),
          let handler = context.handler as? LinkHandler
        else { return }
        handler.resumeReading(context)
      }
    }
    let handler = LinkHandler(options: options, inbox: inbox, gate: gate)
    try pipeline.addHandler(handler)
    return WebSocketLink(channel: channel, handler: handler, inbox: inbox, options: options)
  }

  /// The next message or sign of one, or how the link ended, again and again.
  ///
  /// - Throws: `CancellationError`, and nothing else.
  func receive() async throws -> LinkEvent { try await inbox.next() }

  /// All messages that are there and signs of them, or the next, or how the link ended.
  ///
  /// - Throws: `CancellationError`, and nothing else.
  func receiveAll() async throws -> [LinkEvent] { try await inbox.nextAll() }

  /// Sends a message, and returns when the operating system has taken it.
  ///
  /// - Throws: an error of NIO's when the link is closing or gone.
  func send(_ message: ByteBuffer) async throws {
    let outgoing = options.isClient ? Masking.frame(message) : message
    try await channel.writeAndFlush(outgoing).get()
  }

  /// Sends a message without waiting, and calls back once the operating system has taken it or the link is gone.
  func post(_ message: ByteBuffer, _ isDone: @escaping @Sendable () -> Void) {
    channel.writeAndFlush(message).whenComplete { _ in isDone() }
  }

  /// Writes whole frames as they are; to be called on the event loop.
  func write(ready frames: [ByteBuffer], promise: EventLoopPromise<Void>) {
    handler.value.write(ready: frames, promise: promise)
  }

  /// Says goodbye, and returns when the connection is gone; the peer has `closeTimeout` to answer.
  func close(_ close: WebSocketClose, isViolation: Bool = false) async {
    begin(close, isViolation: isViolation)
    try? await channel.closeFuture.get()
  }

  /// Says goodbye without waiting.
  func begin(_ close: WebSocketClose, isViolation: Bool = false) {
    let leave = LinkHandler.Leave(close: close, isViolation: isViolation)
    channel.triggerUserOutboundEvent(leave, promise: nil)
  }

  /// Drops the connection without a word, as a crash would.
  func abandon() { channel.close(promise: nil) }
}
