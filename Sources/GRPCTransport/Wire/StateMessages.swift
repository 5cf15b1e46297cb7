#if GRPC
import SharedState
import StateSync

/// What changed, from the server to a client.
///
/// An update that takes several messages says so in all but the last, in a field that only ours know: others pass over
/// it.
struct StateUpdate: ReadableMessage {
  var change = StateChange()
  /// Whether the update goes on in the next message.
  var hasMore = false
  /// How many bytes it took.
  var size = 0

  private static let moreField: UInt8 = 15

  mutating func read(_ tag: Field, _ reader: inout WireReader, _ bytes: RawSpan) throws(WireError) {
    size = bytes.byteCount
    switch (tag.number, tag.kind) {
    case (1, .bytes): try reader.readChange(into: &change, in: bytes)
    case (UInt64(Self.moreField), .varint): hasMore = try reader.readVarint(in: bytes) != 0
    default: try reader.skip(tag, in: bytes)
    }
  }

  /// An update in as many messages as it takes.
  struct Parts {
    var messages: [WrittenMessage] = []
    /// Values that fit into no message, in whose place their keys are removed.
    var leftOut: [(key: String, size: Int)] = []
  }

  /// Writes a change in messages of no more than so many bytes each.
  ///
  /// - Complexity: O(*n*) in the size of the change.
  static func encode(_ change: StateChange, limit: Int) -> Parts {
    // The field's own head and the mark.
    let room = limit - 16
    var (parts, fields) = (Parts(), StructWriter())
    var written: [[UInt8]] = []
    func write(_ key: String, _ value: StateValue) {
      let start = fields.bytes.count
      fields.append(key, value)
      guard fields.bytes.count > room else { return }
      let field = fields.takeBack(to: start)
      guard field.count <= room else {
        parts.leftOut.append((key, field.count))
        // A key that alone is too long is of no use to anybody.
        if key.utf8.count < room / 2, value != .null { write(key, .null) }
        return
      }
      written.append(fields.bytes)
      fields = StructWriter()
      fields.append(written: field)
    }
    for (key, entry) in change.updates { write(key, entry.value) }
    for key in change.removals { write(key, .null) }
    written.append(fields.bytes)
    parts.messages = written.enumerated().map { number, fields in
      var bytes: [UInt8] = []
      bytes.reserveCapacity(Wire.size(ofBytes: fields.count) + 2)
      bytes.appendBytes(1, fields)
      if number < written.count - 1 { bytes += [Tag.varint(moreField), 1] }
      return WrittenMessage(encoded: bytes)
    }
    return parts
  }

  /// Writes a change: removals are nulls.
  ///
  /// - Complexity: O(*n*) in the size of the change.
  static func encode(_ change: StateChange) -> [UInt8] {
    encode(change, limit: .max).messages.flatMap(\.encoded)
  }
}

/// A message that has been written already, for all who are to get it.
struct WrittenMessage: WritableMessage {
  let encoded: [UInt8]
}

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

extension [UInt8] {
  /// Appends a field that holds a `Struct`.
  mutating func appendObject(_ number: UInt8, _ object: StateObject) {
    var fields = StructWriter()
    for field in object { fields.append(field.key, field.value) }
    appendBytes(number, fields.bytes)
  }
}
#endif
