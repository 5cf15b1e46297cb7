import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOWebSocket
import NetworkSupport
@testable import WebSocketTransport

extension FuzzTarget {
  static let frames = FuzzTarget(
    "frames",
    "the bytes of an open WebSocket, at either end and in any pieces",
    executions: 1000
  ) { bytes in
    var choices = Choices(bytes)
    let isClient = choices.below(2) == 1
    let piece = 1 + choices.below(64)
    let stream = choices.takeRest()
    let whole = try Line(isClient: isClient).take(stream, inPiecesOf: max(1, stream.count))
    let pieces = try Line(isClient: isClient).take(stream, inPiecesOf: piece)
    try expect(whole.messages == pieces.messages, "other messages in pieces of \(piece)")
    try expect(whole.end == pieces.end, "\(whole.end) at once, \(pieces.end) in pieces of \(piece)")
    for message in whole.messages {
      try expect(message.readableBytes <= Line.limit, "a message beyond the limit")
    }
    try expect(
      whole.messages.reduce(0) { $0 + $1.readableBytes } <= stream.count,
      "more comes out than went in"
    )
  }

  static let serverBytes = FuzzTarget(
    "server-bytes",
    "what a stranger sends to our port, from the first byte on",
    words: [
      "GET / HTTP/1.1\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "Host: localhost\r\n",
      "Upgrade: websocket\r\n", "Connection: Upgrade\r\n", "Sec-WebSocket-Version: 13\r\n",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "Origin: ", "?interval=", "only=", "&",
      "%2E", "%C2%9B", "Content-Length: ", "Transfer-Encoding: chunked\r\n", "\r\n\r\n",
    ],
    executions: 1000
  ) { bytes in
    var choices = Choices(bytes)
    let piece = choices.below(2) == 0 ? Int.max : 1 + choices.below(64)
    try Door().take(choices.takeRest(), inPiecesOf: piece)
  }

  static let clientBytes = FuzzTarget(
    "client-bytes",
    "what somebody answers who is asked for a WebSocket",
    words: [
      "HTTP/1.1 101 Switching Protocols\r\n", "HTTP/1.1 503 Service Unavailable\r\n",
      "HTTP/1.1 200 OK\r\n", "HTTP/1.0 400 \r\n", "HTTP/1.1 100 Continue\r\n\r\n",
      "Upgrade: websocket\r\n", "Connection: upgrade\r\n", "Sec-WebSocket-Accept: ",
      "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "\r\n\r\n",
    ],
    executions: 1000
  ) { bytes in
    var choices = Choices(bytes)
    let piece = choices.below(2) == 0 ? Int.max : 1 + choices.below(64)
    try Visit().take(choices.takeRest(), inPiecesOf: piece)
  }
}

extension EmbeddedChannel {
  /// Lets bytes come in, as far as the channel wants them.
  fileprivate func take(_ bytes: [UInt8], inPiecesOf piece: Int) {
    for start in stride(from: 0, to: bytes.count, by: min(piece, max(1, bytes.count))) {
      guard isActive else { return }
      let end = start + min(piece, bytes.count - start)
      _ = try? writeInbound(ByteBuffer(bytes: bytes[start..<end]))
    }
  }

  /// All that has been written since.
  fileprivate func takeWritten() -> [UInt8] {
    var written: [UInt8] = []
    while let bytes = try? readOutbound(as: ByteBuffer.self) { written += bytes.readableBytesView }
    return written
  }
}

/// One end of a WebSocket, as it stands in the pipeline of a socket.
private struct Line {
  static let limit = 1024

  struct Outcome {
    var messages: [ByteBuffer] = []
    var end = "open"
  }

  private let isClient: Bool
  private let channel = EmbeddedChannel()
  private let inbox = InboundQueue<LinkEvent> {}

  init(isClient: Bool) throws {
    self.isClient = isClient
    let gate = FrameGate(
      inspector: FrameInspector(peerMasks: !isClient, maximumMessageSize: Self.limit)
    )
    let handler = LinkHandler(
      options: LinkOptions(isClient: isClient, maximumMessageSize: Self.limit),
      inbox: inbox,
      gate: gate
    )
    try channel.pipeline.syncOperations.addHandlers([
      gate, WebSocketFrameEncoder(),
      ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: Self.limit)), handler,
    ])
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
  }

  /// Takes bytes in, and returns what has come of them before the connection is cut.
  func take(_ bytes: [UInt8], inPiecesOf piece: Int) throws -> Outcome {
    channel.take(bytes, inPiecesOf: piece)
    try expectFrames(channel.takeWritten())
    _ = try? channel.finish(acceptAlreadyClosed: true)
    var outcome = Outcome()
    for event in inbox.remaining {
      switch event {
      case .progress, .silence, .heard: break
      case .message(let message): outcome.messages.append(message)
      case .ended(let end):
        try expect(outcome.end == "open", "the link ended twice")
        outcome.end = "\(end)"
      }
    }
    try expect(outcome.end != "open", "nobody is told that the link has ended")
    return outcome
  }

  /// Sees that what was written is what the other end would take.
  private func expectFrames(_ bytes: [UInt8]) throws {
    var inspector = FrameInspector(peerMasks: isClient, maximumMessageSize: Self.limit)
    do {
      try inspector.inspect(ByteBuffer(bytes: bytes))
    } catch {
      throw Finding("we sent what nobody takes: \(error)")
    }
  }
}

/// The door of a server, at which a stranger has just arrived.
private struct Door {
  private let channel = EmbeddedChannel()
  private let arrival: ConnectionAcceptor.Arrival

  private struct Other: HTTP2Acceptor {
    func takeOver(_ caller: Caller, isSecure: Bool) -> EventLoopFuture<Void> {
      caller.channel.eventLoop.makeFailedFuture(ChannelError.operationUnsupported)
    }

    func dismissAll(within limit: Duration) async {}
  }

  init() throws {
    var options = WebSocketServer.Options()
    options.maximumMessageSize = 1024
    options.http2Acceptor = Other()
    let acceptor = ConnectionAcceptor(
      options: options,
      tls: nil,
      door: NetworkSupport.Door(limits: ClientLimits(descriptors: 64, clients: 1)),
      origins: OriginPolicy(on: ["localhost"]),
      report: { _ in }
    )
    arrival = try acceptor.receive(channel)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
  }

  func take(_ bytes: [UInt8], inPiecesOf piece: Int) throws {
    let outcome = Settling(arrival)
    channel.take(bytes, inPiecesOf: piece)
    let written = channel.takeWritten()
    _ = try? channel.finish(acceptAlreadyClosed: true)
    try expect(outcome.isSettled, "the stranger has gone, and is still expected")
    try expectAnswer(written)
  }

  /// Sees that what is answered is of HTTP and plain, and that it is one answer.
  private func expectAnswer(_ written: [UInt8]) throws {
    guard !written.isEmpty else { return }
    guard let end = written.firstRange(of: Array("\r\n\r\n".utf8)) else {
      throw Finding("an answer without an end: \(String(decoding: written, as: UTF8.self))")
    }
    let lines = String(decoding: written[..<end.lowerBound], as: UTF8.self)
      .split(separator: "\r\n", omittingEmptySubsequences: false)
    // What follows the handshake are frames, which have a target of their own.
    if try expectHead(lines) == 101 { return }
    let length = lines.first { $0.lowercased().hasPrefix("content-length: ") }
      .flatMap { Int($0.dropFirst(16)) }
    let body = written[end.upperBound...]
    try expect(body.count == length, "\(body.count) bytes follow, and not \(length ?? 0)")
    try expectBody(body)
  }

  /// Sees that the head of an answer is one that we give, and returns its status.
  private func expectHead(_ lines: [Substring]) throws -> Int? {
    let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    try expect(
      lines[0].hasPrefix("HTTP/1.1 ") && [101, 400, 403, 426, 503].contains(status),
      "the answer begins with \(lines[0])"
    )
    try expect(lines.count <= 8, "the answer has \(lines.count) lines")
    for line in lines {
      let isPlain = line.utf8.allSatisfy { (0x20..<0x7f).contains($0) }
      try expect(isPlain, "control characters in the answer \(line.debugDescription)")
    }
    return status
  }

  private func expectBody(_ body: ArraySlice<UInt8>) throws {
    guard !body.isEmpty else { return }
    guard let text = String(validating: body, as: UTF8.self), text.hasSuffix("\n") else {
      throw Finding("the answer is no text: \(String(decoding: body, as: UTF8.self))")
    }
    try expectPlain(String(text.dropLast()))
  }
}

/// A client that has asked for a WebSocket.
private struct Visit {
  private let channel = EmbeddedChannel()
  private let answer: EventLoopFuture<EventLoopFuture<WebSocketClientTransport.Answer>>

  init() throws {
    let transport = try WebSocketClientTransport("ws://127.0.0.1:1")
    answer = try channel.eventLoop.makeSucceededFuture(transport.shakeHands(on: channel))
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
  }

  func take(_ bytes: [UInt8], inPiecesOf piece: Int) throws {
    let outcome = Settling(answer.flatMap { $0 })
    _ = channel.takeWritten()
    channel.take(bytes, inPiecesOf: piece)
    _ = try? channel.finish(acceptAlreadyClosed: true)
    switch outcome.result {
    case nil: throw Finding("the connection has gone, and an answer is still expected")
    case .failure(let error): try expectPlain(NetworkFailure.describe(error))
    case .success(.link): break
    case .success(.refusal(let words)):
      guard case .success(let refusal)? = Settling(words).result else {
        throw Finding("the connection has gone, and a refusal is still expected")
      }
      try expectPlain(refusal.words, longest: 400)
    }
  }
}

/// What has come of a future so far.
private final class Settling<Value: Sendable> {
  private let box: NIOLoopBoundBox<Result<Value, any Error>?>

  init(_ future: EventLoopFuture<Value>) {
    let box = NIOLoopBoundBox<Result<Value, any Error>?>(nil, eventLoop: future.eventLoop)
    self.box = box
    future.whenComplete { box.value = $0 }
  }

  var result: Result<Value, any Error>? { box.value }
  var isSettled: Bool { result != nil }
}
