import ConcurrencySupport
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

@testable import WebSocketTransport

/// One end of a TCP connection under full control of a test, to break rules with.
actor RawLine {
  enum Event: Sendable {
    case bytes(ByteBuffer)
    case closed
  }

  /// A frame as it came.
  struct Frame: Sendable, Equatable {
    var first: UInt8
    var isMasked: Bool
    var payload: [UInt8]

    /// The code, if this is a close frame that has one.
    var closeCode: UInt16? {
      guard first == 0x88, payload.count >= 2 else { return nil }
      return UInt16(payload[0]) << 8 | UInt16(payload[1])
    }
  }

  nonisolated let channel: any Channel
  private let inbox: InboundQueue<Event>
  private var unread: [UInt8] = []
  private var isClosed = false

  init(channel: any Channel, inbox: InboundQueue<Event>) {
    self.channel = channel
    self.inbox = inbox
  }

  /// Connects to a server and, unless told otherwise, becomes a WebSocket.
  static func connect(
    to port: Int,
    path: String = "/",
    shakesHands: Bool = true,
    autoRead: Bool = true
  ) async throws -> RawLine {
    let inbox = InboundQueue<Event> {}
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(RawHandler(inbox: inbox))
        }
      }
      .connect(host: "127.0.0.1", port: port).get()
    let line = RawLine(channel: channel, inbox: inbox)
    if shakesHands {
      try await line.send(Array(request(for: path).utf8))
      let head = try await line.readHead()
      guard head.hasPrefix("HTTP/1.1 101"), head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") else {
        throw DidNotHappen(description: "the handshake was answered with \(head)")
      }
    }
    if !autoRead { try await channel.setOption(.autoRead, value: false).get() }
    return line
  }

  /// What asks for a WebSocket.
  static func request(for path: String, headers: String = "Host: x\r\n") -> String {
    """
    GET \(path) HTTP/1.1\r\n\(headers)Upgrade: websocket\r\nConnection: Upgrade\r
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n
    """
  }

  /// Writes bytes, and returns when the operating system has them.
  nonisolated func send(_ bytes: [UInt8]) async throws {
    let channel = channel
    try await channel.eventLoop.flatSubmit {
      do {
        let context = try channel.pipeline.syncOperations.context(handlerType: RawHandler.self)
        let promise = channel.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(
          RawHandler.wrapOutboundOut(ByteBuffer(bytes: bytes)),
          promise: promise
        )
        return promise.futureResult
      } catch {
        return channel.eventLoop.makeFailedFuture(error)
      }
    }.get()
  }

  nonisolated func send(_ frames: RawFrame...) async throws {
    try await send(frames.flatMap(\.bytes))
  }

  /// Drops the connection without a word.
  nonisolated func hangUp() async { try? await channel.close() }

  private func readMore() async throws -> Bool {
    if isClosed { return false }
    switch try await inbox.next() {
    case .bytes(let bytes): unread += bytes.readableBytesView
    case .closed: isClosed = true
    }
    return !isClosed
  }

  /// Reads the head of an HTTP answer.
  func readHead() async throws -> String {
    let end = Array("\r\n\r\n".utf8)
    while true {
      if let place = unread.indices.first(where: { unread[$0...].starts(with: end) }) {
        defer { unread.removeFirst(place + 4) }
        return String(decoding: unread[..<place], as: UTF8.self)
      }
      guard try await readMore() else { return String(decoding: unread, as: UTF8.self) }
    }
  }

  /// Reads all that comes until the connection is closed, as text.
  func readText(within limit: Duration = .seconds(10)) async throws -> String {
    try await bounded(within: limit) {
      while try await self.readMore() {}
      return await String(decoding: self.unread, as: UTF8.self)
    } discard: { _ in
    }
  }

  /// The next frame; nil when the connection is closed.
  func nextFrame() async throws -> Frame? {
    while true {
      if let frame = takeFrame() { return frame }
      guard try await readMore() else { return nil }
    }
  }

  /// The bytes of the next message, past any ping; nil when the connection is closed.
  func nextMessage() async throws -> [UInt8]? {
    while let frame = try await nextFrame() {
      if frame.first == 0x82 { return frame.payload }
    }
    return nil
  }

  private func takeFrame() -> Frame? {
    guard unread.count >= 2 else { return nil }
    let isMasked = unread[1] & 0x80 != 0
    var length = Int(unread[1] & 0x7f)
    var place = 2
    let size = length == 126 ? 2 : length == 127 ? 8 : 0
    guard unread.count >= place + size + (isMasked ? 4 : 0) else { return nil }
    if size > 0 { length = unread[2..<2 + size].reduce(0) { $0 << 8 | Int($1) } }
    place += size
    let mask = isMasked ? Array(unread[place..<place + 4]) : []
    place += isMasked ? 4 : 0
    guard unread.count >= place + length else { return nil }
    var payload = Array(unread[place..<place + length])
    if isMasked {
      for index in payload.indices { payload[index] ^= mask[index % 4] }
    }
    defer { unread = Array(unread[(place + length)...]) }
    return Frame(first: unread[0], isMasked: isMasked, payload: payload)
  }

  /// Reads to the end, and returns the code of the close frame that came before it, if one did.
  func readToEnd(within limit: Duration = .seconds(10)) async throws -> UInt16? {
    try await bounded(within: limit) {
      var code: UInt16?
      while let frame = try await self.nextFrame() { code = frame.closeCode ?? code }
      return code
    } discard: { _ in
    }
  }
}

/// Takes all bytes out of a pipeline, and lets bytes in before any encoder.
final class RawHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let inbox: InboundQueue<RawLine.Event>

  init(inbox: InboundQueue<RawLine.Event>) { self.inbox = inbox }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    inbox.put(.bytes(unwrapInboundIn(data)))
  }

  func channelInactive(context: ChannelHandlerContext) {
    inbox.finish(.closed)
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}

/// A server that shakes hands properly and then does as a test says.
final class FakeServer: Sendable {
  let port: Int
  private let listener: any Channel
  private let task: Task<Void, Never>

  private init(port: Int, listener: any Channel, task: Task<Void, Never>) {
    self.port = port
    self.listener = listener
    self.task = task
  }

  var address: String { "ws://127.0.0.1:\(port)" }

  /// Listens on a free port; `serve` is run for each connection, which closes when it returns.
  ///
  /// A greeting leaves in one piece with the answer to the handshake.
  static func start(
    greeting: RawFrame? = nil,
    _ serve: @escaping @Sendable (RawLine) async throws -> Void
  ) async throws -> FakeServer {
    let door: NIOAsyncChannel<EventLoopFuture<RawLine?>, Never> = try await ServerBootstrap(
      group: MultiThreadedEventLoopGroup.singleton
    )
    .bind(host: "127.0.0.1", port: 0) { channel in
      channel.eventLoop.makeCompletedFuture {
        if let greeting { try channel.pipeline.syncOperations.addHandler(Greeter(greeting.bytes)) }
        return try setUp(channel)
      }
    }
    let task = Task {
      try? await door.executeThenClose { arrivals in
        await withDiscardingTaskGroup { group in
          do {
            for try await arrival in arrivals {
              group.addTask {
                guard let line = try? await arrival.get() else { return }
                try? await serve(line)
                await line.hangUp()
              }
            }
          } catch {}
        }
      }
      return
    }
    return FakeServer(
      port: door.channel.localAddress?.port ?? 0,
      listener: door.channel,
      task: task
    )
  }

  private static func setUp(_ channel: any Channel) throws -> EventLoopFuture<RawLine?> {
    let upgrader = NIOTypedWebSocketServerUpgrader<RawLine?>(
      shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
      upgradePipelineHandler: { channel, _ in
        channel.eventLoop.makeCompletedFuture {
          let inbox = InboundQueue<RawLine.Event> {}
          try channel.pipeline.syncOperations.addHandler(
            RawHandler(inbox: inbox),
            position: .first
          )
          return RawLine(channel: channel, inbox: inbox)
        }
      }
    )
    return try channel.pipeline.syncOperations.configureUpgradableHTTPServerPipeline(
      configuration: .init(
        upgradeConfiguration: NIOTypedHTTPServerUpgradeConfiguration(
          upgraders: [upgrader],
          notUpgradingCompletionHandler: { channel in channel.close().map { nil } }
        )
      )
    )
  }

  func stop() {
    listener.close(promise: nil)
  }

  /// Stops, and returns when nobody can connect any more.
  func stopForGood() async throws {
    try await listener.close()
  }
}

/// Adds bytes to the first that leave.
private final class Greeter: ChannelOutboundHandler {
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private var greeting: [UInt8]

  init(_ greeting: [UInt8]) { self.greeting = greeting }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    var bytes = unwrapOutboundIn(data)
    bytes.writeBytes(greeting)
    greeting = []
    context.write(wrapOutboundOut(bytes), promise: promise)
  }
}
