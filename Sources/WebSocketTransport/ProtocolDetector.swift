import NIOCore

/// Looks at how a connection begins, and decides by it who goes on with the connection.
///
/// No bytes are lost: whoever goes on gets them all, from the first.
final class ProtocolDetector: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  /// How every HTTP/2 connection begins, if it was not agreed on before.
  static let http2 = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

  private var seen = ByteBuffer()
  /// Nil once it has been called.
  private var decide: ((_ isHTTP2: Bool) -> EventLoopFuture<Void>)?

  /// Makes a handler that calls `decide` once, which then has to set the pipeline up.
  init(decide: @escaping (_ isHTTP2: Bool) -> EventLoopFuture<Void>) { self.decide = decide }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    seen.writeBuffer(&bytes)
    guard let decide, let isHTTP2 = verdict else { return }
    self.decide = nil
    let contextOnLoop = NIOLoopBound(context, eventLoop: context.eventLoop)
    let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
    decide(isHTTP2).assumeIsolated().whenComplete { result in
      switch result {
      case .success: handler.value.stepAside(contextOnLoop.value)
      case .failure: contextOnLoop.value.close(promise: nil)
      }
    }
  }

  /// Whether the connection is HTTP/2, once that is clear.
  private var verdict: Bool? {
    let begins = seen.readableBytesView.prefix(Self.http2.count)
    guard Self.http2.starts(with: begins) else { return false }
    return begins.count == Self.http2.count ? true : nil
  }

  private func stepAside(_ context: ChannelHandlerContext) {
    context.fireChannelRead(wrapInboundOut(seen))
    context.fireChannelReadComplete()
    context.pipeline.syncOperations.removeHandler(self, promise: nil)
  }
}
