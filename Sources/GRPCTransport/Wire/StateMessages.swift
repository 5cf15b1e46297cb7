#if GRPC
import SharedState
import StateSync

/// What changed, from the server to a client.
struct StateUpdate: ReadableMessage {
  var change = StateChange()

  mutating func read(_ tag: Field, _ reader: inout WireReader, _ bytes: RawSpan) throws(WireError) {
    guard tag.isBytes(1) else { return try reader.skip(tag, in: bytes) }
    try reader.readChange(into: &change, in: bytes)
  }

  /// Writes a change: removals are nulls.
  ///
  /// - Complexity: O(*n*) in the size of the change.
  static func encode(_ change: StateChange) -> [UInt8] {
    var fields = StructWriter()
    for (key, entry) in change.updates { fields.append(key, entry.value) }
    for key in change.removals { fields.append(key, .null) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Wire.size(ofBytes: fields.bytes.count))
    bytes.appendBytes(1, fields.bytes)
    return bytes
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

  mutating func read(_ tag: Field, _ reader: inout WireReader, _ bytes: RawSpan) throws(WireError) {
    switch (tag.number, tag.kind) {
    case (1, .fixed32): interval = Float(bitPattern: try reader.readFixed(in: bytes))
    default: try reader.skip(tag, in: bytes)
    }
  }

  var encoded: [UInt8] {
    withUnsafeBytes(of: interval.bitPattern.littleEndian) { [Tag.fixed32(1)] + $0 }
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

  mutating func read(_ tag: Field, _ reader: inout WireReader, _ bytes: RawSpan) throws(WireError) {
    switch (tag.number, tag.kind) {
    case (1, .varint): success = try reader.readVarint(in: bytes) != 0
    default: try reader.skip(tag, in: bytes)
    }
  }

  var encoded: [UInt8] { success ? [Tag.varint(1), 1] : [] }
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
