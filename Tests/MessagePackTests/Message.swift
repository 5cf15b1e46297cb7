import MessagePack
import SharedState

/// Bytes and a reader of them in one, because a span cannot stand inside an expectation.
struct Message {
  let bytes: [UInt8]
  var reader: MessagePack.Reader

  init(_ bytes: [UInt8], at position: Int = 0) {
    self.bytes = bytes
    reader = MessagePack.Reader(at: position)
  }

  init(_ value: StateValue) { self.init(MessagePack.encode(value)) }

  var isAtEnd: Bool { reader.isAtEnd(of: bytes.span.bytes) }
  var kind: MessagePack.Kind { get throws { try reader.nextKind(in: bytes.span.bytes) } }

  mutating func mapHeader() throws(MessagePackError) -> Int {
    let bytes = bytes
    return try reader.readMapHeader(in: bytes.span.bytes)
  }
  mutating func arrayHeader() throws(MessagePackError) -> Int {
    let bytes = bytes
    return try reader.readArrayHeader(in: bytes.span.bytes)
  }
  mutating func key() throws(MessagePackError) -> String {
    let bytes = bytes
    return try reader.readKey(in: bytes.span.bytes)
  }
  mutating func string() throws(MessagePackError) -> String {
    let bytes = bytes
    return try reader.readString(in: bytes.span.bytes)
  }
  mutating func value() throws(MessagePackError) -> StateValue {
    let bytes = bytes
    return try reader.readValue(in: bytes.span.bytes)
  }
  mutating func entry() throws(MessagePackError) -> StateEntry {
    let bytes = bytes
    return try reader.readEntry(in: bytes.span.bytes)
  }
  mutating func skip() throws(MessagePackError) -> Range<Int> {
    let bytes = bytes
    return try reader.skipValue(in: bytes.span.bytes)
  }
  func end() throws(MessagePackError) { try reader.expectEnd(of: bytes.span.bytes) }
}
