#if GRPC
import SharedState
import Trajectory

/// How often a client wants to be sent a frame.
struct FrameRequest: ReadableMessage, WritableMessage {
  /// Seconds.
  var interval: Float = 0

  mutating func read(_ tag: Field, _ reader: inout WireReader, _ bytes: RawSpan) throws(WireError) {
    guard case (2, .fixed32) = (tag.number, tag.kind) else {
      return try reader.skip(tag, in: bytes)
    }
    interval = Float(bitPattern: try reader.readFixed(in: bytes))
  }

  var encoded: [UInt8] {
    withUnsafeBytes(of: interval.bitPattern.littleEndian) { [Tag.fixed32(2)] + $0 }
  }
}

/// A frame of a simulation, as it is written for clients of this wire.
///
/// What the names stand for is the same as on the other wire, and what it says under them is the same where this one has a word for
/// it: numbers are doubles, and bytes in which nobody sees an array are text.
enum FrameReply {
  /// A frame in as many messages as it takes.
  struct Parts: Sendable {
    var messages: [WrittenMessage] = []
    /// Values that fit into no message, and are not sent.
    var leftOut: [(key: String, size: Int)] = []
  }

  /// Writes a frame in messages of no more than so many bytes each; to whoever takes one after the other they are one.
  ///
  /// - Complexity: O(*n*) in the bytes of the frame.
  static func encode(_ frame: Frame, limit: Int) -> Parts {
    // The number of the frame, and the head of what it says.
    let room = limit - 16
    var parts = Parts()
    var (data, written): ([UInt8], [[UInt8]]) = ([], [])
    for (name, entry) in frame.entries where name != FrameKey.frameIndex.name {
      let field = field(name, entry.value)
      guard field.count <= room else {
        parts.leftOut.append((name, field.count))
        continue
      }
      if data.count + field.count > room {
        written.append(data)
        data = []
      }
      data += field
    }
    written.append(data)
    // What comes after the first of them is no reset.
    let index = Int(frame[.frameIndex]?.int ?? 0) & 0x7fff_ffff
    parts.messages = written.enumerated().map { number, data in
      var bytes: [UInt8] = [Tag.varint(1)]
      bytes.reserveCapacity(data.count + 16)
      bytes.appendVarint(number == 0 ? index : max(index, 1))
      bytes.appendBytes(2, data)
      return WrittenMessage(encoded: bytes)
    }
    return parts
  }

  /// A field of the data: an array, or a value.
  private static func field(_ name: String, _ value: StateValue) -> [UInt8] {
    guard let array = array(name, value) else {
      // A map of values is written as a `Struct` is.
      var writer = StructWriter()
      writer.append(name, value)
      return writer.bytes
    }
    var entry: [UInt8] = []
    entry.reserveCapacity(array.count + name.utf8.count + 16)
    entry.appendText(1, name)
    entry.appendBytes(2, array)
    var field: [UInt8] = []
    field.reserveCapacity(entry.count + 8)
    field.appendBytes(2, entry)
    return field
  }

  /// A value as an array of this wire, if it is one.
  private static func array(_ name: String, _ value: StateValue) -> [UInt8]? {
    switch value {
    case .bytes(let bytes):
      switch FrameKey(name).element {
      case .float: return floats(bytes)
      case .index: return indices(of: UInt32.self, in: bytes)
      case .byte: return indices(of: UInt8.self, in: bytes)
      case nil: return nil
      }
    case .array(let elements) where !elements.isEmpty:
      let texts = elements.compactMap(\.string)
      if texts.count == elements.count { return self.texts(texts) }
      let numbers = elements.compactMap(\.double)
      guard numbers.count == elements.count else { return nil }
      return floats(numbers.map { Float($0) }.withUnsafeBytes { Array($0) })
    case .null, .bool, .int, .double, .string, .array, .object: return nil
    }
  }

  private static func floats(_ bytes: [UInt8]) -> [UInt8] { wrapped(1, packed: bytes) }

  private static func indices<Number: FixedWidthInteger & BitwiseCopyable>(
    of number: Number.Type,
    in bytes: [UInt8]
  ) -> [UInt8] {
    var packed: [UInt8] = []
    packed.reserveCapacity(bytes.count)
    bytes.withUnsafeBytes { bytes in
      for place in stride(from: 0, to: bytes.count, by: MemoryLayout<Number>.size) {
        packed.appendVarint(Int(bytes.loadUnaligned(fromByteOffset: place, as: Number.self)))
      }
    }
    return wrapped(2, packed: packed)
  }

  private static func texts(_ texts: [String]) -> [UInt8] {
    var list: [UInt8] = []
    for text in texts { list.appendText(1, text) }
    var array: [UInt8] = []
    array.appendBytes(3, list)
    return array
  }

  /// Numbers that stand one behind the other, in the array of their kind.
  private static func wrapped(_ kind: UInt8, packed numbers: [UInt8]) -> [UInt8] {
    var list: [UInt8] = []
    list.reserveCapacity(numbers.count + 8)
    list.appendBytes(1, numbers)
    var array: [UInt8] = []
    array.reserveCapacity(list.count + 8)
    array.appendBytes(kind, list)
    return array
  }
}
#endif
