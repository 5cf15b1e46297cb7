import MessagePack
import NIOCore
import SharedState
import StateSync

/// One connection to a town over a WebSocket, seen from the client.
final class WebSocketConnection: StateConnection {
  private let link: WebSocketLink
  private let address: String

  init(link: WebSocketLink, address: String) {
    self.link = link
    self.address = address
  }

  func receive() async throws -> StateDelivery? {
    while true {
      switch try await link.receive() {
      case .progress(let progress):
        return .progress(received: progress.received, total: progress.total)
      case .message(let bytes):
        if let change = try await change(in: bytes) { return .change(change) }
      case .ended(let end):
        try settle(end)
        return nil
      }
    }
  }

  private func change(in bytes: ByteBuffer) async throws -> StateChange? {
    guard !NanoVerMessage.isFrame(bytes) else { return nil }
    do throws(MessagePackError) {
      return try await Self.split(bytes).state
    } catch {
      await link.close(.badData("malformed message: \(error)"), isViolation: true)
      throw TransportError(
        .protocolViolation,
        "the town at \(address) sent a malformed message: \(error)"
      )
    }
  }

  /// Takes a message apart away from the caller's actor: the first may hold a whole town.
  @concurrent
  private static func split(_ bytes: ByteBuffer) async throws(MessagePackError) -> NanoVerMessage {
    try NanoVerMessage(bytes.readableBytesSpan)
  }

  private func settle(_ end: LinkEnd) throws(TransportError) {
    switch end {
    case .closedHere: return
    case .closedByPeer(let close) where close.isGoodOrder: return
    case .closedByPeer(let close):
      throw TransportError(
        .connectionLost,
        "the town at \(address) closed the connection: \(close)"
      )
    case .violation(let close):
      throw TransportError(
        .protocolViolation,
        "the town at \(address) broke the protocol: \(close.reason)"
      )
    case .silent:
      throw TransportError(
        .connectionLost,
        "the town at \(address) gave no sign of life for \(link.options.keepalive.silence)"
      )
    case .lost(let reason):
      throw TransportError(
        .connectionLost,
        "the connection to the town at \(address) was cut" + (reason.map { ": \($0)" } ?? "")
      )
    }
  }

  func send(_ change: StateChange) async throws {
    let limit = link.options.maximumMessageSize
    let messages = StateMessage.encode(change, limit: limit)
    if let largest = messages.map(\.readableBytes).max(), largest > limit {
      throw TransportError(
        .unsendable,
        "a value of \(largest) bytes is too large: a message holds \(limit)"
      )
    }
    do {
      for message in messages { try await link.send(message) }
    } catch {
      throw TransportError(
        .connectionLost,
        "the connection to the town at \(address) is gone"
      )
    }
  }

  func close() async {
    await link.close(.normal)
  }
}
