import NIOCore
import NIOHTTP1

/// Answers who gets no WebSocket, once, and hangs up.
///
/// It stands behind the handlers of HTTP, where what none of them has taken arrives: the trouble with what is no HTTP, and
/// requests after the first.
final class HandshakeEnd: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart

  private var hasAnswered = false

  /// Turns somebody away, unless that has been done.
  @discardableResult
  func refuse(_ refusal: Refusal, on channel: any Channel) -> EventLoopFuture<Void> {
    guard !hasAnswered else { return channel.eventLoop.makeSucceededVoidFuture() }
    hasAnswered = true
    let head = HTTPResponseHead(
      version: .http1_1,
      status: refusal.status,
      headers: refusal.headers
    )
    channel.write(HTTPServerResponsePart.head(head), promise: nil)
    let body = HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: refusal.body)))
    channel.write(body, promise: nil)
    return channel.writeAndFlush(HTTPServerResponsePart.end(nil)).flatMap { channel.close() }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard error is HTTPParserError else { return context.fireErrorCaught(error) }
    refuse(.notHTTP, on: context.channel)
  }
}
