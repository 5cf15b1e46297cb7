#if GRPC
@testable import GRPCTransport
import ProtocolBuffers
import SharedState

extension FuzzTarget {
  static let grpc = FuzzTarget(
    "grpc",
    "each message of the gRPC wire, as either side takes it",
    executions: 4000
  ) { bytes in
    let body = Array(bytes.dropFirst())
    do {
      switch (bytes.first ?? 0) % 10 {
      case 0: try expectUpdate(StateUpdate(from: body.span.bytes))
      case 1: try expectSame(SubscribeRequest(from: body.span.bytes)) { $0 }
      case 2:
        let request = try UpdateRequest(from: body.span.bytes)
        try expectSame(request) { UpdateRequest(token: $0.token, change: bordered($0.change)) }
      case 3: try expectSame(SuccessReply(from: body.span.bytes)) { $0 }
      case 4:
        try expectSame(LocksRequest(from: body.span.bytes)) {
          LocksRequest(token: $0.token, keys: bordered($0.keys))
        }
      case 5: _ = try CommandsRequest(from: body.span.bytes)
      case 6: try expectSame(CommandCall(from: body.span.bytes), bordered)
      case 7:
        try expectSame(CommandsReply(from: body.span.bytes)) {
          CommandsReply(commands: $0.commands.map(bordered))
        }
      case 8: _ = try HeardFrame(from: body.span.bytes).frame
      default:
        try expectSame(CommandReply(from: body.span.bytes)) {
          CommandReply(result: bordered($0.result))
        }
      }
    } catch let error as WireError {
      try expectPlace(error.offset, of: body.count, words: error.description)
    }
  }

  /// Sees that a message says the same after it has been written and read, but for what the wire loses.
  private static func expectSame<Message: ReadableMessage & WritableMessage>(
    _ message: Message,
    _ bordered: (Message) -> Message
  ) throws {
    // A message has no equality of its own, since nobody else compares any; its bytes tell all of it.
    let again = try Message(from: message.encoded.span.bytes)
    try expect(again.encoded == bordered(message).encoded, "another message comes back: \(message)")
  }

  private static func expectUpdate(_ update: StateUpdate) throws {
    try expectArrivesByGRPC(update.change, limit: 80)
    try expectArrivesByGRPC(update.change, limit: 1 << 20)
  }

  /// Sees that a change arrives by messages within a limit, but for what the wire loses and what fits into none.
  static func expectArrivesByGRPC(_ change: StateChange, limit: Int) throws {
    let parts = StateUpdate.encode(change, limit: limit)
    var arrived = StateChange()
    for (number, message) in parts.messages.enumerated() {
      try expect(message.encoded.count <= limit, "\(message.encoded.count) bytes, beyond \(limit)")
      let update = try StateUpdate(from: message.encoded.span.bytes)
      try expect(update.hasMore == (number < parts.messages.count - 1), "a part for the whole")
      arrived.merge(update.change)
    }
    var expected = bordered(change)
    for (key, size) in parts.leftOut {
      try expect(size > limit / 2, "\(size) bytes are left out, and \(limit) are allowed")
      // The key of one that is left out is removed, unless even that is too long.
      if arrived.touches(key) { expected.remove(key) } else { expected.forget(key) }
    }
    try expect(arrived == expected, "another change arrives, in \(parts.messages.count) messages")
  }

  private static func bordered(_ call: CommandCall) -> CommandCall {
    CommandCall(name: call.name, arguments: bordered(call.arguments))
  }

  private static func bordered(_ object: StateObject) -> StateObject {
    StateObject(object.map { ($0.key, bordered($0.value, within: StructWriter.deepestMessages)) })
  }

  private static func bordered(_ change: StateChange) -> StateChange {
    var bordered = change
    for (key, entry) in change.updates {
      let value = self.bordered(entry.value, within: StructWriter.deepestMessages)
      if value == .null { bordered.remove(key) } else { bordered.update(key, to: value) }
    }
    return bordered
  }

  /// What the wire makes of a value, as the table of `Border` says.
  private static func bordered(_ value: StateValue, within room: Int) -> StateValue {
    switch value {
    case .null, .bool, .double, .string: return value
    case .int(let number): return .double(Double(number))
    case .bytes: return .string(value.text)
    case .array(let elements):
      let room = room - StructWriter.messagesInList
      guard room >= 0 else { return .string(StructWriter.tooDeep) }
      return .array(elements.map { bordered($0, within: room) })
    case .object(let object):
      let room = room - StructWriter.messagesInObject
      guard room >= 0 else { return .string(StructWriter.tooDeep) }
      return .object(StateObject(object.map { ($0.key, bordered($0.value, within: room)) }))
    }
  }
}
#endif
