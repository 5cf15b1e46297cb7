#if GRPC
import ProtocolBuffers

/// How often a client wants to be sent a frame.
struct FrameRequest: ReadableMessage, WritableMessage {
  /// Seconds.
  var interval: Float = 0
  /// How large a message the client takes, in bytes; 0 if it does not say, as those of that time do not.
  var room = 0

  mutating func read(_ tag: Field, _ reader: inout WireReader, _ bytes: RawSpan) throws(WireError) {
    switch (tag.number, tag.kind) {
    case (2, .fixed32): interval = Float(bitPattern: try reader.readFixed(in: bytes))
    case (UInt64(Wire.roomField), .varint):
      room = Int(clamping: try reader.readVarint(in: bytes))
    default: try reader.skip(tag, in: bytes)
    }
  }

  var encoded: [UInt8] {
    var bytes = withUnsafeBytes(of: interval.bitPattern.littleEndian) { [Tag.fixed32(2)] + $0 }
    bytes.appendRoom(room)
    return bytes
  }
}
#endif
