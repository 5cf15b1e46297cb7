import MessagePack
import NIOCore
import NetworkSupport
import SharedState
import StateSync
import Synchronization
import Trajectory

final class WebSocketConnection: CommandingConnection {
  private let link: WebSocketLink
  private let address: String
  private let calls = PendingCalls()
  /// What has been taken from the link and not handed on yet.
  private let taken = Mutex<ArraySlice<LinkEvent>>([])
  /// What has been read of messages and not handed on yet.
  private let read = Mutex<ArraySlice<StateDelivery>>([])
  /// The keys that have come over this connection.
  private let keys = Mutex(KeyInterner())
  /// What has come of a change that goes on in the next message.
  private let begun = Mutex<(change: StateChange, size: Int)?>(nil)
  private let hasWhole = Atomic(false)
  /// How long an answer to a command may take; the server itself gives up a little sooner.
  private let commandPatience: Duration
  /// Where frames go, if anybody wants them.
  private let frames: FrameInbox?

  init(
    link: WebSocketLink,
    address: String,
    commandPatience: Duration,
    frames: FrameInbox?
  ) {
    (self.link, self.address) = (link, address)
    (self.commandPatience, self.frames) = (commandPatience, frames)
  }

  var wire: String { "WebSocket, as NanoVer does since August 2025" }

  /// Answers to commands arrive among the changes, so they are heard of only while somebody receives.
  func receive() async throws -> StateDelivery? {
    while true {
      if let delivery = read.withLock({ $0.popFirst() }) { return delivery }
      switch try await nextEvent() {
      case .progress(let progress):
        return .progress(received: progress.received, total: progress.total)
      case .message(let bytes):
        let deliveries = try await deliveries(in: [bytes] + takeMessages())
        read.withLock { $0 = deliveries[...] }
      case .silence(let time):
        return .silence(lasting: time)
      case .heard:
        return .heard
      case .ended(let end):
        calls.finish(lost)
        try settle(end)
        return nil
      }
    }
  }

  private func nextEvent() async throws -> LinkEvent {
    if let event = taken.withLock({ $0.popFirst() }) { return event }
    var events = try await link.receiveAll()[...]
    let first = events.removeFirst()
    taken.withLock { $0 = events }
    return first
  }

  /// The messages that follow and are there already: taken in together they cost a task and its waking once.
  private func takeMessages() -> [ByteBuffer] {
    taken.withLock { taken in
      var messages: [ByteBuffer] = []
      while case .message(let bytes)? = taken.first {
        messages.append(bytes)
        taken.removeFirst()
      }
      return messages
    }
  }

  private func trouble(_ code: TransportError.Code, _ words: String) -> TransportError {
    TransportError(code, "the town at \(address) \(words)")
  }

  private var lost: String { "the connection to the town at \(address) was lost" }

  /// What some messages say; what stands before a malformed one still counts.
  private func deliveries(in messages: [ByteBuffer]) async throws -> [StateDelivery] {
    let (parts, flaw) = await split(messages)
    for part in parts {
      for command in part.commands { calls.take(command) }
      if let frame = part.frame { frames?.put(frame) }
    }
    let changes = try joined(parts)
    let words = parts.flatMap(\.words).map(\.delivery)
    let deliveries = words + (changes.isEmpty ? [] : [.changes(changes)])
    guard let flaw else { return deliveries }
    guard deliveries.isEmpty else {
      // Told when somebody asks for more: the message is met once more, as the first.
      taken.withLock { $0.insert(.message(messages[flaw.index]), at: $0.startIndex) }
      return deliveries
    }
    calls.finish(lost)
    await link.close(.badData("malformed message: \(flaw.error)"), isViolation: true)
    throw trouble(.protocolViolation, "sent a malformed message: \(flaw.error)")
  }

  /// The changes in messages; of one that takes several nothing is told before its last.
  private func joined(_ messages: [NanoVerMessage]) throws(TransportError) -> [StateChange] {
    var changes: [StateChange] = []
    for message in messages {
      guard let part = message.state else { continue }
      try checkWhole(message)
      let change = begun.withLock { begun -> StateChange? in
        var change = part
        var size = message.size
        if var earlier = begun.take() {
          earlier.change.merge(part)
          change = earlier.change
          size += earlier.size
        }
        guard message.hasMore == true else { return change }
        begun = (change, size)
        return nil
      }
      if let change { changes.append(change) } else { try checkEnd() }
    }
    return changes
  }

  /// Ends a change that goes on and on, message after message.
  private func checkEnd() throws(TransportError) {
    let size = begun.withLock { $0?.size ?? 0 }
    let limit = link.options.maximumChangeSize
    guard size > limit else { return }
    throw trouble(.protocolViolation, "sent a change of more than \(limit) bytes that does not end")
  }

  /// Refuses a first state that fills a message and does not say whether it goes on: what is missing would count as gone.
  private func checkWhole(_ message: NanoVerMessage) throws(TransportError) {
    guard !hasWhole.exchange(true, ordering: .relaxed), message.hasMore == nil else { return }
    let limit = link.options.maximumMessageSize
    guard message.size > StateMessage.doubtfulSize(within: limit) else { return }
    throw trouble(
      .protocolViolation,
      "sent a first message of \(message.size) bytes, as many as one holds, and does not say whether that is all"
    )
  }

  /// Takes messages apart away from the caller's actor, up to the first that is malformed: one may hold a whole state.
  @concurrent
  private func split(
    _ messages: [ByteBuffer]
  ) async -> (parts: [NanoVerMessage], flaw: (index: Int, error: MessagePackError)?) {
    keys.withLock { keys in
      var parts: [NanoVerMessage] = []
      let size = messages.reduce(0) { $0 + $1.readableBytes }
      var packer = NanoVerMessage.packer(expecting: size)
      for (index, bytes) in messages.enumerated()
      where frames != nil || !NanoVerMessage.isFrame(bytes) {
        do throws(MessagePackError) {
          parts.append(
            try NanoVerMessage(
              bytes.readableBytesSpan,
              knownTo: &keys,
              packing: &packer,
              wantsFrame: frames != nil
            )
          )
        } catch {
          return (parts, (index, error))
        }
      }
      return (parts, nil)
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
