#if GRPC
import GRPCCore
import ProtocolBuffers

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
