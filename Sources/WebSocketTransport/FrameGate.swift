import NIOCore
import NIOWebSocket

/// Stands between the socket and NIO's frame decoder and encoder.
///
/// Inward it lets through what `FrameInspector` finds good, and says what moves. Outward it cuts large payloads
/// into pieces, so that a slow peer that does read is known to be alive.
final class FrameGate: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// What the link hears from the gate: bytes moved, and perhaps a large message is under way.
  struct Life: Sendable {
    var progress: MessageProgress?
  }

  static let pieceSize = 1 << 18

  private var inspector: FrameInspector
  private var hasFoundViolation = false
  private var context: ChannelHandlerContext?

  init(inspector: FrameInspector) { self.inspector = inspector }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  /// Writes a frame that needs no encoder.
  func send(_ frame: ByteBuffer, promise: EventLoopPromise<Void>?) {
    guard let context else {
      promise?.fail(ChannelError.ioOnClosedChannel)
      return
    }
    write(context: context, data: wrapOutboundOut(frame), promise: promise)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    // After a violation the rest is read and dropped: closing with bytes unread would reset the connection, and
    // the peer would never see why.
    guard !hasFoundViolation else { return }
    var bytes = unwrapInboundIn(data)
    do throws(WebSocketClose) {
      try inspector.inspect(bytes)
    } catch {
      hasFoundViolation = true
      // What stands before it counts, whether or not it came with it.
      if inspector.goodCount > 0, let good = bytes.readSlice(length: inspector.goodCount) {
        context.fireChannelRead(wrapInboundOut(good))
      }
      context.fireErrorCaught(error)
      return
    }
    context.fireUserInboundEventTriggered(Life(progress: inspector.progress))
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    var bytes = unwrapOutboundIn(data)
    let life = context.loopBound
    while bytes.readableBytes > Self.pieceSize, let piece = bytes.readSlice(length: Self.pieceSize)
    {
      let written = context.eventLoop.makePromise(of: Void.self)
      written.futureResult.whenSuccess { life.value.fireUserInboundEventTriggered(Life()) }
      context.write(wrapOutboundOut(piece), promise: written)
    }
    context.write(wrapOutboundOut(bytes), promise: promise)
  }
}
