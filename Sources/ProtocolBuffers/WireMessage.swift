/// A message that is read field by field.
package protocol ReadableMessage: Sendable {
  /// The beginning of a field.
  typealias Field = WireReader.Field

  /// Makes a message of which no field has been read.
  init()

  /// Reads the field that begins with a tag, or steps over it.
  ///
  /// - Throws: `WireError` that says what is wrong and where.
  mutating func read(_ tag: Field, _ reader: inout WireReader, _ bytes: RawSpan) throws(WireError)
}

extension ReadableMessage {
  /// Reads a message that is all of some bytes.
  ///
  /// - Throws: `WireError` that says what is wrong and where.
  package init(from bytes: RawSpan) throws(WireError) {
    var reader = WireReader(bytes)
    try self.init(from: &reader, in: bytes)
  }

  /// Reads a message that stands inside another.
  ///
  /// - Throws: `WireError` that says what is wrong and where.
  package init(from reader: inout WireReader, in bytes: RawSpan) throws(WireError) {
    self.init()
    while let tag = try reader.nextField(in: bytes) { try read(tag, &reader, bytes) }
  }

  /// Steps over a field, as a message does that has none.
  ///
  /// - Throws: `WireError` if it is malformed.
  package mutating func read(
    _ tag: Field,
    _ reader: inout WireReader,
    _ bytes: RawSpan
  ) throws(WireError) {
    try reader.skip(tag, in: bytes)
  }
}

/// A message that is written.
package protocol WritableMessage: Sendable {
  /// Its bytes.
  var encoded: [UInt8] { get }
}

/// A message that has been written already, for all who are to get it.
package struct WrittenMessage: WritableMessage {
  /// Its bytes.
  package let encoded: [UInt8]

  /// Takes the bytes of a message.
  package init(encoded: [UInt8]) { self.encoded = encoded }
}
