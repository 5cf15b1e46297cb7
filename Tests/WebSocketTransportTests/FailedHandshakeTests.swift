import NIOCore
import NIOPosix
import StateSync
import Synchronization
import Testing

@testable import WebSocketTransport

/// Accepts connections, answers each in its own way, and counts those that are open.
private final class Stranger: Sendable {
  /// Who writes without end leaves no time for others on its event loop, and the client may not be among them.
  private static let loop = MultiThreadedEventLoopGroup(numberOfThreads: 1)

  private let channel: any Channel
  private let open: Connections

  final class Connections: Sendable {
    let counts = Mutex<(open: Int, all: Int)>((0, 0))
  }

  var port: Int { channel.localAddress?.port ?? 0 }
  var openCount: Int { open.counts.withLock { $0.open } }
  var count: Int { open.counts.withLock { $0.all } }

  private init(_ channel: any Channel, _ open: Connections) {
    (self.channel, self.open) = (channel, open)
  }

  static func start(
    saying words: String,
    endlessly: Bool,
    after beginning: String = ""
  ) async throws -> Stranger {
    let open = Connections()
    let channel = try await ServerBootstrap(group: loop)
      .childChannelInitializer { channel in
        open.counts.withLock { $0 = ($0.open + 1, $0.all + 1) }
        channel.closeFuture.whenComplete { _ in open.counts.withLock { $0.open -= 1 } }
        return channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Talker(words, endlessly, after: beginning))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    return Stranger(channel, open)
  }

  func stop() { channel.close(promise: nil) }

  /// Says its words once something has come, and again whenever the last have gone out.
  private final class Talker: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let beginning: ByteBuffer
    private let words: ByteBuffer
    private let isEndless: Bool
    private var hasBegun = false

    init(_ words: String, _ isEndless: Bool, after beginning: String) {
      self.beginning = ByteBuffer(string: beginning)
      (self.words, self.isEndless) = (ByteBuffer(string: words), isEndless)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      guard !hasBegun else { return }
      hasBegun = true
      context.write(wrapOutboundOut(beginning), promise: nil)
      say(context)
    }

    private func say(_ context: ChannelHandlerContext) {
      guard words.readableBytes > 0 else { return }
      let written = context.eventLoop.makePromise(of: Void.self)
      let loopBound = context.loopBound
      written.futureResult.assumeIsolated().whenSuccess {
        if self.isEndless { self.say(loopBound.value) }
      }
      context.writeAndFlush(wrapOutboundOut(words), promise: written)
    }
  }
}

@Suite("A handshake that fails leaves no socket behind", .timeLimit(.minutes(1)))
struct FailedHandshakeTests {
  private static let wrongKey =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    + "Sec-WebSocket-Accept: c29tZXRoaW5nIGVsc2UgYWx0b2c=\r\n\r\n"

  @Test(
    "Whatever the other says, and however long",
    arguments: [
      ("", false), ("SSH-2.0-OpenSSH_9.2\r\n", false), ("x", true),
      ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", false),
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", false), (wrongKey, false),
    ]
  )
  func closed(words: String, isEndless: Bool) async throws {
    let stranger = try await Stranger.start(saying: words, endlessly: isEndless)
    defer { stranger.stop() }
    var options = WebSocketClientTransport.Options()
    options.connectTimeout = .milliseconds(300)
    let transport = try WebSocketClientTransport(
      "ws://127.0.0.1:\(stranger.port)",
      options: options
    )
    for _ in 0..<3 {
      do {
        _ = try await transport.connect()
        Issue.record("it is no server")
      } catch let error as TransportError {
        #expect(error.code == .unreachable)
        #expect(!error.message.contains("upgrader"))
      }
    }
    // What was answered may have been looked at once more, for TLS.
    let counts = words.isEmpty ? 3...3 : 3...6
    try await eventually("all have come, and are closed") {
      counts.contains(stranger.count) && stranger.openCount == 0
    }
  }

  /// Nothing but the limit on what is read would end these within the time that the suite has.
  @Test(
    "Who never stops is left after little, whatever it is that does not end",
    arguments: [
      ("", "x"), ("HTTP/1.1 200 OK\r\n", "Name: value\r\n"), ("HTTP/1.1 200 OK\r\nName: ", "value"),
      ("", "HTTP/1.1 100 Continue\r\n\r\n"),
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", "extension"),
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "Name: value\r\n"),
      ("HTTP/1.1 403 Forbidden\r\nContent-Length: 100000000000\r\n\r\n", "no "),
    ]
  )
  func endless(beginning: String, rest: String) async throws {
    let stranger = try await Stranger.start(
      saying: String(repeating: rest, count: 1000),
      endlessly: true,
      after: beginning
    )
    defer { stranger.stop() }
    var options = WebSocketClientTransport.Options()
    options.connectTimeout = .seconds(600)
    let transport = try WebSocketClientTransport(
      "ws://127.0.0.1:\(stranger.port)",
      options: options
    )
    let error = await #expect(throws: TransportError.self) { try await transport.connect() }
    #expect(error?.code == .unreachable)
    try await eventually("it is closed") { stranger.openCount == 0 }
  }
}
