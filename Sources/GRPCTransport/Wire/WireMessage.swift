#if GRPC
import GRPCCore

/// A message that is read off the wire.
protocol ReadableMessage: Sendable {
  init(from bytes: RawSpan) throws(WireError)
}

/// A message that is written onto the wire.
protocol WritableMessage: Sendable {
  var encoded: [UInt8] { get }
}

/// Lets gRPC write our messages.
struct WireSerializer<Message: WritableMessage>: MessageSerializer {
  func serialize<Bytes: GRPCContiguousBytes>(_ message: Message) -> Bytes {
    Bytes(message.encoded)
  }
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
