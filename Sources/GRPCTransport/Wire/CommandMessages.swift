#if GRPC
import ProtocolBuffers
import SharedState

/// A question about the commands, which says nothing else.
struct CommandsRequest: ReadableMessage, WritableMessage {
  var encoded: [UInt8] { [] }
}

/// A command with its default arguments, or one to run with those that it is to have.
struct CommandCall: ReadableMessage, WritableMessage {
  var name = ""
  var arguments: StateObject = [:]

  mutating func read(_ tag: Field, _ reader: inout WireReader, _ bytes: RawSpan) throws(WireError) {
    switch (tag.number, tag.kind) {
    case (1, .bytes): name = try reader.readText(in: bytes)
    case (2, .bytes): try reader.readObject(into: &arguments, in: bytes)
    default: try reader.skip(tag, in: bytes)
    }
  }

  var encoded: [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendText(1, name)
    bytes.appendObject(2, arguments)
    return bytes
  }
}

struct CommandsReply: ReadableMessage, WritableMessage {
  var commands: [CommandCall] = []

  mutating func read(_ tag: Field, _ reader: inout WireReader, _ bytes: RawSpan) throws(WireError) {
    guard tag.isBytes(1) else { return try reader.skip(tag, in: bytes) }
    let outer = try reader.enter(in: bytes)
    commands.append(try CommandCall(from: &reader, in: bytes))
    reader.leave(to: outer)
  }

  var encoded: [UInt8] {
    var bytes: [UInt8] = []
    for command in commands { bytes.appendBytes(1, command.encoded) }
    return bytes
  }
}

struct CommandReply: ReadableMessage, WritableMessage {
  var result: StateObject = [:]

  mutating func read(_ tag: Field, _ reader: inout WireReader, _ bytes: RawSpan) throws(WireError) {
    guard tag.isBytes(1) else { return try reader.skip(tag, in: bytes) }
    try reader.readObject(into: &result, in: bytes)
  }

  var encoded: [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendObject(1, result)
    return bytes
  }
}
#endif
