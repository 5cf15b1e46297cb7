package import SharedState

/// What changed, from the server to a client.
///
/// An update that takes several messages says so in all but the last, in a field that only ours know: others pass over
/// it.
package struct StateUpdate: ReadableMessage {
  /// What it says.
  package var change = StateChange()
  /// Whether the update goes on in the next message.
  package var hasMore = false
  /// How many bytes it took.
  package var size = 0

  private static let moreField: UInt8 = 15

  /// Makes an update that says nothing.
  package init() {}

  /// Reads a field of it, or steps over it.
  ///
  /// - Throws: `WireError` that says what is wrong and where.
  package mutating func read(
    _ tag: Field,
    _ reader: inout WireReader,
    _ bytes: RawSpan
  ) throws(WireError) {
    size = bytes.byteCount
    switch (tag.number, tag.kind) {
    case (1, .bytes): try reader.readChange(into: &change, in: bytes)
    case (UInt64(Self.moreField), .varint): hasMore = try reader.readVarint(in: bytes) != 0
    default: try reader.skip(tag, in: bytes)
    }
  }

  /// An update in as many messages as it takes.
  package struct Parts {
    /// The messages, one after the other.
    package var messages: [WrittenMessage] = []
    /// Values that fit into no message, in whose place their keys are removed.
    package var leftOut: [(key: String, size: Int)] = []
  }

  /// Writes a change in messages of no more than so many bytes each.
  ///
  /// - Complexity: O(*n*) in the size of the change.
  package static func encode(_ change: StateChange, limit: Int) -> Parts {
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
  package static func encode(_ change: StateChange) -> [UInt8] {
    encode(change, limit: .max).messages.flatMap(\.encoded)
  }
}
