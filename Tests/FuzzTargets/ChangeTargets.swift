@testable import MessagePack
import NIOCore
import SharedState
import StateSync
@testable import WebSocketTransport

#if GRPC
@testable import GRPCTransport
#endif

extension FuzzTarget {
  static let values = FuzzTarget(
    "values",
    "any change of any values, written for each wire in messages of any size, and read back",
    executions: 500
  ) { bytes in
    var choices = Choices(bytes)
    let limit = 80 + choices.below(256) * 4
    let change = choices.change()
    for (_, entry) in change.updates {
      let value = entry.value
      try expect(
        try MessagePack.decode(MessagePack.encode(value)) == value,
        "MessagePack: \(value)"
      )
      try expectReadsBack(value)
    }
    try expectArrives(change, limit: limit)
    #if GRPC
    try expectArrivesByGRPC(change, limit: limit)
    #endif
  }

  static let messages = FuzzTarget(
    "messages",
    "a message of NanoVer's, as either side takes it",
    words: [
      "state", "updates", "removals", "command", "frame", "more", "request", "response",
      "exception", "register", "name", "arguments",
    ],
    executions: 4000
  ) { bytes in
    do {
      let message = try NanoVerMessage(bytes.span.bytes)
      try expectSame(message, bytes)
      for limit in [80, 1 << 20] { try message.state.map { try expectArrives($0, limit: limit) } }
      for command in message.commands {
        for encoded in [command.encoded, command.encodedAsList] {
          let again = try NanoVerMessage(encoded.readableBytesSpan).commands
          try expect(again == [command], "another command comes back: \(command)")
        }
      }
    } catch let error as MessagePackError {
      try expectPlace(error.offset, of: bytes.count, words: error.description)
    }
  }

  /// Sees that a message means the same to a connection that remembers keys, and has met them before.
  private static func expectSame(_ message: NanoVerMessage, _ bytes: [UInt8]) throws {
    var keys = KeyInterner(capacity: 8)
    for _ in 0..<2 {
      let again = try NanoVerMessage(bytes.span.bytes, knownTo: &keys)
      try expect(again.state == message.state, "with its keys remembered it is another change")
      try expect(again.commands == message.commands, "with its keys remembered, other commands")
      try expect(again.hasMore == message.hasMore, "with its keys remembered, it ends elsewhere")
    }
  }

  /// Sees that a change arrives whole by messages within a limit, and that each says whether more follow.
  private static func expectArrives(_ change: StateChange, limit: Int) throws {
    let messages = StateMessage.encode(change, limit: limit)
    var arrived = StateChange()
    for (number, bytes) in messages.enumerated() {
      let message = try NanoVerMessage(bytes.readableBytesSpan)
      guard let part = message.state else { throw Finding("a message without a state") }
      try expect(
        bytes.readableBytes <= limit || part.count == 1,
        "\(bytes.readableBytes) bytes for \(part.count) keys, and \(limit) are allowed"
      )
      let more = messages.count > 1 ? number < messages.count - 1 : nil
      try expect(message.hasMore == more || messages.count == 1, "a part is taken for the whole")
      arrived.merge(part)
    }
    try expect(arrived == change, "another change arrives, in \(messages.count) messages")
  }
}
