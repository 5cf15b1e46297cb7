#if GRPC
import SharedState

/// A question about the commands, which says nothing else.
struct CommandsRequest: ReadableMessage, WritableMessage {
  init() {}

  init(from bytes: RawSpan) throws(WireError) {
    var reader = WireReader(bytes)
    while try reader.findField(0, in: bytes) {}
  }

  var encoded: [UInt8] { [] }
}

/// A command with its default arguments, or one to run with those that it is to have.
struct CommandCall: ReadableMessage, WritableMessage {
  var name: String
  var arguments: StateObject

  init(name: String, arguments: StateObject) {
    self.name = name
    self.arguments = arguments
  }

  init(from bytes: RawSpan) throws(WireError) {
    var reader = WireReader(bytes)
    try self.init(from: &reader, in: bytes)
  }

  fileprivate init(from reader: inout WireReader, in bytes: RawSpan) throws(WireError) {
    self.init(name: "", arguments: [:])
    while let field = try reader.nextField(in: bytes) {
      switch (field.number, field.kind) {
      case (1, .bytes): name = try reader.readText(in: bytes)
      case (2, .bytes): try reader.readObject(into: &arguments, in: bytes)
      default: try reader.skip(field, in: bytes)
      }
    }
  }

  var encoded: [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendText(1, name)
    bytes.appendObject(2, arguments)
    return bytes
  }
}

/// The commands that there are.
struct CommandsReply: ReadableMessage, WritableMessage {
  var commands: [CommandCall]

  init(commands: [CommandCall]) {
    self.commands = commands
  }

  init(from bytes: RawSpan) throws(WireError) {
    commands = []
    var reader = WireReader(bytes)
    while try reader.findField(1, in: bytes) {
      let outer = try reader.enter(in: bytes)
      commands.append(try CommandCall(from: &reader, in: bytes))
      reader.leave(to: outer)
    }
  }

  var encoded: [UInt8] {
    var bytes: [UInt8] = []
    for command in commands { bytes.appendBytes(1, command.encoded) }
    return bytes
  }
}

/// What a command has answered.
struct CommandReply: ReadableMessage, WritableMessage {
  var result: StateObject

  init(result: StateObject) {
    self.result = result
  }

  init(from bytes: RawSpan) throws(WireError) {
    result = [:]
    var reader = WireReader(bytes)
    while try reader.findField(1, in: bytes) { try reader.readObject(into: &result, in: bytes) }
  }

  var encoded: [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendObject(1, result)
    return bytes
  }
}
#endif
