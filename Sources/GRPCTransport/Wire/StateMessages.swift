#if GRPC
import ProtocolBuffers
import SharedState
import StateSync

/// How often a client wants to hear of changes.
struct SubscribeRequest: ReadableMessage, WritableMessage {
  /// Seconds.
  var interval: Float = 0
  /// How large a message the client takes, in bytes; 0 if it does not say, as those of that time do not.
  var room = 0

  mutating func read(_ tag: Field, _ reader: inout WireReader, _ bytes: RawSpan) throws(WireError) {
    switch (tag.number, tag.kind) {
    case (1, .fixed32): interval = Float(bitPattern: try reader.readFixed(in: bytes))
    case (UInt64(Wire.roomField), .varint):
      room = Int(clamping: try reader.readVarint(in: bytes))
    default: try reader.skip(tag, in: bytes)
    }
  }

  var encoded: [UInt8] {
    var bytes = withUnsafeBytes(of: interval.bitPattern.littleEndian) { [Tag.fixed32(1)] + $0 }
    bytes.appendRoom(room)
    return bytes
  }
}

struct UpdateRequest: ReadableMessage, WritableMessage {
  var token = ""
  var change = StateChange()

  mutating func read(_ tag: Field, _ reader: inout WireReader, _ bytes: RawSpan) throws(WireError) {
    switch (tag.number, tag.kind) {
    case (1, .bytes): token = try reader.readText(in: bytes)
    case (2, .bytes):
      let outer = try reader.enter(in: bytes)
      while try reader.findField(1, in: bytes) { try reader.readChange(into: &change, in: bytes) }
      reader.leave(to: outer)
    default: try reader.skip(tag, in: bytes)
    }
  }

  var encoded: [UInt8] {
    let update = StateUpdate.encode(change)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Wire.size(ofText: token) + Wire.size(ofBytes: update.count))
    bytes.appendText(1, token)
    bytes.appendBytes(2, update)
    return bytes
  }
}

/// Whether what was asked for has been done: the answer about updates and about locks.
struct SuccessReply: ReadableMessage, WritableMessage {
  var success = false
  /// Why not, in the words of a server of ours; others say nothing, and other clients pass over it.
  var reason = ""

  private static let reasonField: UInt8 = 15

  mutating func read(_ tag: Field, _ reader: inout WireReader, _ bytes: RawSpan) throws(WireError) {
    switch (tag.number, tag.kind) {
    case (1, .varint): success = try reader.readVarint(in: bytes) != 0
    case (UInt64(Self.reasonField), .bytes): reason = try reader.readText(in: bytes)
    default: try reader.skip(tag, in: bytes)
    }
  }

  var encoded: [UInt8] {
    if success { return [Tag.varint(1), 1] }
    var bytes: [UInt8] = []
    if !reason.isEmpty { bytes.appendText(Self.reasonField, reason) }
    return bytes
  }
}

/// The locks that a client wants to hold or to let go of, as they came.
struct LocksRequest: ReadableMessage, WritableMessage {
  var token = ""
  var keys: StateObject = [:]

  mutating func read(_ tag: Field, _ reader: inout WireReader, _ bytes: RawSpan) throws(WireError) {
    switch (tag.number, tag.kind) {
    case (1, .bytes): token = try reader.readText(in: bytes)
    case (2, .bytes): try reader.readObject(into: &keys, in: bytes)
    default: try reader.skip(tag, in: bytes)
    }
  }

  var encoded: [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendText(1, token)
    bytes.appendObject(2, keys)
    return bytes
  }
}

extension Wire {
  /// The field, which no old peer has, in which a client says how large a message it takes.
  static let roomField: UInt8 = 15
}

extension [UInt8] {
  /// Appends how large a message a client takes, if it says so.
  mutating func appendRoom(_ room: Int) {
    guard room > 0 else { return }
    append(Tag.varint(Wire.roomField))
    appendVarint(room)
  }
}
#endif
