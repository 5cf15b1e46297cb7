import MessagePack
import NIOCore
import SharedState
import StateSync
import Synchronization

final class WebSocketConnection: CommandingConnection {
  private let link: WebSocketLink
  private let address: String
  private let calls = PendingCalls()
  /// The keys that have come over this connection.
  private let keys = Mutex(KeyInterner())
  /// How long an answer to a command may take; the server itself gives up a little sooner.
  private let commandPatience: Duration

  init(link: WebSocketLink, address: String, commandPatience: Duration) {
    self.link = link
    self.address = address
    self.commandPatience = commandPatience
  }

  var wire: String { "WebSocket, as NanoVer does since August 2025" }

  /// Answers to commands arrive among the changes, so they are heard of only while somebody receives.
  func receive() async throws -> StateDelivery? {
    while true {
      switch try await link.receive() {
      case .progress(let progress):
        return .progress(received: progress.received, total: progress.total)
      case .message(let bytes):
        if let change = try await change(in: bytes) { return .change(change) }
      case .ended(let end):
        calls.finish(lost)
        try settle(end)
        return nil
      }
    }
  }

  private func trouble(_ code: TransportError.Code, _ words: String) -> TransportError {
    TransportError(code, "the town at \(address) \(words)")
  }

  private var lost: String { "the connection to the town at \(address) was lost" }

  private func change(in bytes: ByteBuffer) async throws -> StateChange? {
    guard !NanoVerMessage.isFrame(bytes) else { return nil }
    do throws(MessagePackError) {
      let message = try await split(bytes)
      for command in message.commands { calls.take(command) }
      return message.state
    } catch {
      calls.finish(lost)
      await link.close(.badData("malformed message: \(error)"), isViolation: true)
      throw trouble(.protocolViolation, "sent a malformed message: \(error)")
    }
  }

  /// Takes a message apart away from the caller's actor: the first may hold a whole state.
  @concurrent
  private func split(_ bytes: ByteBuffer) async throws(MessagePackError) -> NanoVerMessage {
    try keys.withLock { keys throws(MessagePackError) in
      try NanoVerMessage(bytes.readableBytesSpan, knownTo: &keys)
    }
  }

  private func settle(_ end: LinkEnd) throws(TransportError) {
    switch end {
    case .closedHere: return
    case .closedByPeer(let close) where close.isGoodOrder: return
    case .closedByPeer(let close):
      throw trouble(.connectionLost, "closed the connection: \(close)")
    case .violation(let close):
      throw trouble(.protocolViolation, "broke the protocol: \(close.reason)")
    case .silent:
      throw trouble(.connectionLost, "gave no sign of life for \(link.options.keepalive.silence)")
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
      let words = "a value of \(largest) bytes is too large: a message holds \(limit)"
      throw TransportError(.unsendable, words)
    }
    do {
      for message in messages { try await link.send(message) }
    } catch {
      throw TransportError(.connectionLost, "the connection to the town at \(address) is gone")
    }
  }

  func listCommands() async throws -> [CommandDescription] {
    CommandDescription.listing(in: try await runCommand(CommandDescription.list, arguments: [:]))
  }

  func runCommand(_ name: String, arguments: StateObject) async throws -> StateValue {
    try await calls.call(name, arguments, within: commandPatience) { request in
      let message = request.encodedAsList
      let limit = link.options.maximumMessageSize
      guard message.readableBytes <= limit else {
        let words =
          "arguments of \(message.readableBytes) bytes are too large: a message holds \(limit)"
        throw CommandFailure(.failed, words)
      }
      do {
        try await link.send(message)
      } catch {
        throw CommandFailure(.unavailable, lost)
      }
    }
  }

  func close() async {
    calls.finish("the connection to the town at \(address) is closed")
    await link.close(.normal)
  }
}
