import NIOCore
import NIOHTTP1
import NIOPosix

/// Answers each `GET` on this machine with a text of the moment, as those want it who collect figures (Prometheus).
///
/// It listens on loopback and nowhere else. A browser lets no page of another origin read the answer, since nothing in it
/// allows that.
package final class TextServer: Sendable {
  /// The port at which it listens.
  package let port: Int
  private let channel: any Channel

  private init(_ channel: any Channel) {
    self.channel = channel
    port = channel.localAddress?.port ?? 0
  }

  deinit {
    channel.close(promise: nil)
  }

  /// Begins to answer.
  ///
  /// - Parameters:
  ///   - port: The port; 0 takes any that is free.
  ///   - path: What may be asked for, such as `/metrics`.
  ///   - text: Makes the text.
  /// - Returns: What answers, for as long as it is kept.
  /// - Throws: What NIO throws if one cannot listen there.
  package static func start(
    port: Int,
    path: String,
    _ text: @escaping @Sendable () -> String
  ) async throws -> TextServer {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
          try pipeline.addHandler(TextAnswerer(path: path, text: text))
          // Who has not asked by then never will.
          let late = channel.eventLoop.scheduleTask(in: .seconds(10)) {
            channel.close(promise: nil)
          }
          channel.closeFuture.whenComplete { _ in late.cancel() }
        }
      }
      .bind(host: "127.0.0.1", port: port).get()
    return TextServer(channel)
  }

  /// Stops to answer.
  package func stop() async { try? await channel.close().get() }
}

private final class TextAnswerer: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let path: String
  private let text: @Sendable () -> String

  init(path: String, text: @escaping @Sendable () -> String) {
    (self.path, self.text) = (path, text)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(let head) = unwrapInboundIn(data) else { return }
    let isAnswered = head.method == .GET && head.uri == path
    let answer = isAnswered ? text() : "There is \(path) here, and nothing else.\n"
    let headers: HTTPHeaders = [
      "Content-Type": "text/plain; version=0.0.4; charset=utf-8",
      "Content-Length": "\(answer.utf8.count)", "Connection": "close",
    ]
    let status: HTTPResponseStatus = isAnswered ? .ok : .notFound
    let response = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
    context.write(wrapOutboundOut(.head(response)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: answer)))), promise: nil)
    let bound = context.loopBound
    context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
      bound.value.close(promise: nil)
    }
  }
}
