import MessagePack
import NIOCore
import SharedState

/// What a command message says.
enum CommandMessage: Sendable, Equatable {
  /// Asks for a command to be run. The whole request goes back with the answer.
  case request(StateObject)
  /// Answers a request.
  case response(request: StateObject, StateValue)
  /// Says why a request came to nothing.
  case exception(request: StateObject, String)
  /// Offers a command to the others.
  case register(StateObject)

  /// Reads the value of `command`: one message, or a list of them as clients of 2025 send it.
  ///
  /// - Throws: `MessagePackError` at the message that is not one.
  static func read(
    _ reader: inout MessagePack.Reader,
    _ bytes: RawSpan
  ) throws(MessagePackError) -> [CommandMessage] {
    guard try reader.nextKind(in: bytes) == .array else {
      return try [readOne(&reader, bytes)]
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
    guard let object = value.object, let message = CommandMessage(object) else {
      throw MessagePackError(.unexpected(found: kind, expected: .map), offset: start)
    }
    return message
  }

  private init?(_ object: StateObject) {
    if let register = object["register"]?.object {
      self = .register(register)
      return
    }
    guard let request = object["request"]?.object else { return nil }
    if let exception = object["exception"] {
      self = .exception(request: request, exception.string ?? "failed")
    } else if let response = object["response"] {
      self = .response(request: request, response)
    } else {
      self = .request(request)
    }
  }

  /// The message on the wire.
  var encoded: ByteBuffer {
    let object: StateObject =
      switch self {
      case .request(let request): ["request": .object(request)]
      case .response(let request, let response):
        ["request": .object(request), "response": response]
      case .exception(let request, let reason):
        ["request": .object(request), "exception": .string(reason)]
      case .register(let offer): ["register": .object(offer)]
      }
    return ByteBuffer(bytes: MessagePack.encode(["command": .object(object)]))
  }
}
