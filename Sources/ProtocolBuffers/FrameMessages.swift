internal import SharedState
package import Trajectory

/// A frame of a simulation, as it is heard over this wire.
///
/// Arrays become what the other wire has them as: the bytes of their numbers. Of a name that stands in it twice the later counts, as in
/// any map of protobuf's.
package struct HeardFrame: ReadableMessage {
  private var index: UInt64 = 0
  private var said = Frame()

  /// Makes a frame that says nothing.
  package init() {}

  /// What it says; one without a number makes all before it void, since protobuf does not write a 0.
  package var frame: Frame {
    var frame = said
    frame[.frameIndex] = .int(Int64(clamping: index))
    return frame
  }

  /// Reads a field of it, or steps over it.
  ///
  /// - Throws: `WireError` that says what is wrong and where.
  package mutating func read(
    _ tag: Field,
    _ reader: inout WireReader,
    _ bytes: RawSpan
  ) throws(WireError) {
    switch (tag.number, tag.kind) {
    case (1, .varint): index = try reader.readVarint(in: bytes)
    case (2, .bytes):
      let outer = try reader.enter(in: bytes)
      try said.read(&reader, in: bytes)
      reader.leave(to: outer)
    default: try reader.skip(tag, in: bytes)
    }
  }
}

extension Frame {
  /// Reads what a frame says, which has no number where it stands alone.
  ///
  /// - Parameter bytes: A `FrameData`.
  /// - Throws: `WireError` that says what is wrong and where.
  /// - Complexity: O(*n*) in the bytes.
  package init(data bytes: RawSpan) throws(WireError) {
    self.init()
    var reader = WireReader(bytes)
    try read(&reader, in: bytes)
  }

  fileprivate mutating func read(
    _ reader: inout WireReader,
    in bytes: RawSpan
  ) throws(WireError) {
    while let field = try reader.nextField(in: bytes) {
      switch (field.number, field.kind) {
      case (1, .bytes):
        var (name, value): (String, StateValue?) = ("", nil)
        try reader.readEntry(&name, &value, in: bytes)
        self[FrameKey(name)] = value ?? .null
      case (2, .bytes): try readArray(&reader, in: bytes)
      default: try reader.skip(field, in: bytes)
      }
    }
  }

  /// Reads an entry of the map of arrays.
  private mutating func readArray(_ reader: inout WireReader, in bytes: RawSpan) throws(WireError) {
    var (name, array) = ("", WireArray.floats([]))
    let outer = try reader.enter(in: bytes)
    while let field = try reader.nextField(in: bytes) {
      switch (field.number, field.kind) {
      case (1, .bytes): name = try reader.readText(in: bytes)
      case (2, .bytes):
        let entry = try reader.enter(in: bytes)
        while let kind = try reader.nextField(in: bytes) {
          try array.read(kind, &reader, in: bytes)
        }
        reader.leave(to: entry)
      default: try reader.skip(field, in: bytes)
      }
    }
    reader.leave(to: outer)
    let key = FrameKey(name)
    self[key] = array.value(of: key.element)
  }
}

/// An array of one of this wire's kinds.
private enum WireArray {
  case floats([Float])
  case indices([UInt32])
  case texts([StateValue])

  /// Reads what stands in the message of an array, behind what was read before.
  mutating func read(
    _ kind: WireReader.Field,
    _ reader: inout WireReader,
    in bytes: RawSpan
  ) throws(WireError) {
    guard kind.kind == .bytes, (1...3).contains(kind.number) else {
      return try reader.skip(kind, in: bytes)
    }
    let outer = try reader.enter(in: bytes)
    switch kind.number {
    case 1:
      var numbers: [Float] = if case .floats(let before) = self { before } else { [] }
      self = .floats([])
      try reader.readNumbers(as: .fixed32, in: bytes) { reader throws(WireError) in
        numbers.append(Float(bitPattern: try reader.readFixed(in: bytes)))
      }
      self = .floats(numbers)
    case 2:
      var numbers: [UInt32] = if case .indices(let before) = self { before } else { [] }
      self = .indices([])
      try reader.readNumbers(as: .varint, in: bytes) { reader throws(WireError) in
        numbers.append(UInt32(truncatingIfNeeded: try reader.readVarint(in: bytes)))
      }
      self = .indices(numbers)
    default:
      var texts: [StateValue] = if case .texts(let before) = self { before } else { [] }
      self = .texts([])
      while try reader.findField(1, in: bytes) {
        texts.append(.string(try reader.readText(in: bytes)))
      }
      self = .texts(texts)
    }
    reader.leave(to: outer)
  }

  /// What the other wire would have sent: the bytes of numbers of some kind, or a list where there is no such kind, or where a number is
  /// none of it.
  func value(of element: FrameKey.Element?) -> StateValue {
    switch (self, element) {
    case (.texts(let texts), _): return .array(texts)
    case (.floats(let numbers), .float), (.floats(let numbers), nil): return Frame.packed(numbers)
    case (.floats(let numbers), .index):
      return Self.packedIfAll(numbers.map { UInt32(exactly: $0) })
        ?? .array(numbers.map { .double(Double($0)) })
    case (.floats(let numbers), .byte):
      return Self.packedIfAll(numbers.map { UInt8(exactly: $0) })
        ?? .array(numbers.map { .double(Double($0)) })
    case (.indices(let numbers), .float): return Frame.packed(numbers.map { Float($0) })
    case (.indices(let numbers), .index), (.indices(let numbers), nil): return Frame.packed(numbers)
    case (.indices(let numbers), .byte):
      return Self.packedIfAll(numbers.map { UInt8(exactly: $0) })
        ?? .array(numbers.map { .int(Int64($0)) })
    }
  }

  /// The bytes of numbers, if all of them are there.
  private static func packedIfAll<Number: BitwiseCopyable>(_ numbers: [Number?]) -> StateValue? {
    let known = numbers.compactMap(\.self)
    // A nil would be the value null.
    return known.count == numbers.count ? Frame.packed(known) : Optional.none
  }
}

extension WireReader {
  /// Reads the numbers of an array's message, each of whose fields holds one of them, or any number packed one behind the other.
  fileprivate mutating func readNumbers(
    as kind: Kind,
    in bytes: RawSpan,
    _ readOne: (inout WireReader) throws(WireError) -> Void
  ) throws(WireError) {
    while let field = try nextField(in: bytes) {
      switch (field.number, field.kind) {
      case (1, kind): try readOne(&self)
      case (1, .bytes):
        let outer = try enter(in: bytes)
        while !isAtEnd { try readOne(&self) }
        leave(to: outer)
      default: try skip(field, in: bytes)
      }
    }
  }
}

/// A frame of a simulation, as it is written for clients of this wire.
///
/// What the names stand for is the same as on the other wire, and what it says under them is the same where this one has a word for
/// it: numbers are doubles, and bytes in which nobody sees an array are text.
package enum FrameReply {
  /// A frame in as many messages as it takes.
  package struct Parts: Sendable {
    /// The messages, one after the other.
    package var messages: [WrittenMessage] = []
    /// Values that fit into no message, and are not sent.
    package var leftOut: [(key: String, size: Int)] = []
  }

  /// Writes a frame in messages of no more than so many bytes each; to whoever takes one after the other they are one.
  ///
  /// - Complexity: O(*n*) in the bytes of the frame.
  package static func encode(_ frame: Frame, limit: Int) -> Parts {
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
