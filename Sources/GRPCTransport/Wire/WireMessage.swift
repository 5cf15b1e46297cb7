#if GRPC
import GRPCCore

protocol ReadableMessage: Sendable {
  typealias Field = WireReader.Field

  /// Makes a message of which no field has been read.
  init()

  /// Reads the field that begins with a tag, or steps over it.
  mutating func read(_ tag: Field, _ reader: inout WireReader, _ bytes: RawSpan) throws(WireError)
}

extension ReadableMessage {
  init(from bytes: RawSpan) throws(WireError) {
    var reader = WireReader(bytes)
    try self.init(from: &reader, in: bytes)
  }

  /// Reads a message that stands inside another.
  init(from reader: inout WireReader, in bytes: RawSpan) throws(WireError) {
    self.init()
    while let tag = try reader.nextField(in: bytes) { try read(tag, &reader, bytes) }
  }

  mutating func read(_ tag: Field, _ reader: inout WireReader, _ bytes: RawSpan) throws(WireError) {
    try reader.skip(tag, in: bytes)
  }
}

protocol WritableMessage: Sendable {
  var encoded: [UInt8] { get }
}

struct WireSerializer<Message: WritableMessage>: MessageSerializer {
  func serialize<Bytes: GRPCContiguousBytes>(_ message: Message) -> Bytes { Bytes(message.encoded) }
}

/// A message in which nothing stands, or nothing that matters.
struct Nothing: ReadableMessage, WritableMessage {
  var encoded: [UInt8] { [] }
}

/// Lets gRPC read our messages; what is wrong with one is its reader's to handle, not gRPC's.
struct WireDeserializer<Message: ReadableMessage>: MessageDeserializer {
  func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) -> Result<Message, WireError> {
    bytes.withUnsafeBytes { buffer in
      let span = buffer.bytes
      do throws(WireError) {
        return .success(try Message(from: span))
      } catch {
        return .failure(error)
      }
    }
  }
}
#endif
