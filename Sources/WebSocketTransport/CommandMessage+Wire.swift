import MessagePack
import NIOCore
import SharedState
import StateSync

extension CommandMessage {
  /// Reads the value of `command`: one message, or a list of them as peers of 2025 send it.
  ///
  /// - Throws: `MessagePackError` at the message that is not one.
  static func read(
    _ reader: inout MessagePack.Reader,
    _ bytes: RawSpan
  ) throws(MessagePackError) -> [CommandMessage] {
    guard try reader.nextKind(in: bytes) == .array else {
      return [try readOne(&reader, bytes)]
    }
    var messages: [CommandMessage] = []
    for _ in 0..<(try reader.readArrayHeader(in: bytes)) {
      messages.append(try readOne(&reader, bytes))
    }
    return messages
  }

  private static func readOne(
    _ reader: inout MessagePack.Reader,
    _ bytes: RawSpan
  ) throws(MessagePackError) -> CommandMessage {
    let start = reader.position
    let kind = try reader.nextKind(in: bytes)
    let value = try reader.readValue(in: bytes)
    guard let object = value.object else {
      throw MessagePackError(.unexpected(found: kind, expected: .map), offset: start)
    }
    guard let message = CommandMessage(object) else {
      throw MessagePackError(
        .unfit(expected: "a command, an answer or a registration"),
        offset: start
      )
    }
    return message
  }

  var encoded: ByteBuffer { ByteBuffer(bytes: MessagePack.encode(["command": .object(object)])) }

  /// The message on the wire as a list of one, the only form that every server since 2025 understands.
  var encodedAsList: ByteBuffer {
    ByteBuffer(bytes: MessagePack.encode(["command": [.object(object)]]))
  }
}
