package import SharedState

/// Writes `google.protobuf.Struct` straight onto the wire.
///
/// A length stands before what it measures, so each value is measured first: one walk notes the sizes of its lists and
/// dictionaries in the order in which it meets them, a second one writes and meets them in the same order.
///
/// Everything has a form: what the wire has none for is written as the next best thing.
package struct StructWriter {
  /// How many messages may stand inside each other in a value: protobuf's own readers give up a whole update, and with
  /// it the view of the state, where there are more than 100, and four of them surround a value.
  package static let deepestMessages = 96
  /// How many messages a list puts around each of its elements.
  package static let messagesInList = 2
  /// How many messages a dictionary puts around the value of each of its fields.
  package static let messagesInObject = 3
  /// What stands in the place of what is too deep.
  package static let tooDeep = "(too deep for gRPC)"

  /// The fields of a `Struct`, without what comes before them.
  package private(set) var bytes: [UInt8] = []
  private var sizes: [Int] = []
  private var nextSize = 0

  /// Begins without any field.
  package init() {}

  /// Adds a field.
  ///
  /// - Complexity: O(*n*) in the size of the value.
  package mutating func append(_ key: String, _ value: StateValue) {
    sizes.removeAll(keepingCapacity: true)
    nextSize = 0
    let room = Self.deepestMessages
    let valueSize = measure(value, within: room)
    bytes.append(Tag.bytes(1))
    bytes.appendVarint(Wire.size(ofText: key) + Wire.size(ofBytes: valueSize))
    writeEntry(key, value, size: valueSize, within: room)
  }

  /// Takes out the fields from an offset on.
  mutating func takeBack(to start: Int) -> [UInt8] {
    defer { bytes.removeSubrange(start...) }
    return Array(bytes[start...])
  }

  /// Adds fields that another has written.
  mutating func append(written fields: [UInt8]) { bytes += fields }

  private mutating func writeEntry(
    _ key: String,
    _ value: StateValue,
    size: Int,
    within room: Int
  ) {
    bytes.appendText(1, key)
    bytes.append(Tag.bytes(2))
    bytes.appendVarint(size)
    write(value, within: room)
  }

  /// Returns the size of a `Value`, and notes those of the lists and dictionaries in it.
  private mutating func measure(_ value: StateValue, within room: Int) -> Int {
    switch value {
    case .null, .bool: return 2
    case .int, .double: return 9
    case .string(let text): return Wire.size(ofText: text)
    case .bytes: return Wire.size(ofText: value.text)
    case .array(let elements):
      guard room >= Self.messagesInList else { return Wire.size(ofText: Self.tooDeep) }
      return noteSize { writer in
        elements.reduce(0) { size, element in
          size + Wire.size(ofBytes: writer.measure(element, within: room - Self.messagesInList))
        }
      }
    case .object(let object):
      guard room >= Self.messagesInObject else { return Wire.size(ofText: Self.tooDeep) }
      return noteSize { writer in
        object.reduce(0) { size, field in
          let inner = writer.measure(field.value, within: room - Self.messagesInObject)
          return size
            + Wire.size(ofBytes: Wire.size(ofText: field.key) + Wire.size(ofBytes: inner))
        }
      }
    }
  }

  private mutating func noteSize(_ measure: (inout StructWriter) -> Int) -> Int {
    let place = sizes.count
    sizes.append(0)
    let size = measure(&self)
    sizes[place] = size
    return Wire.size(ofBytes: size)
  }

  private mutating func takeSize() -> Int {
    defer { nextSize += 1 }
    return sizes[nextSize]
  }

  private mutating func write(_ value: StateValue, within room: Int) {
    switch value {
    case .null:
      bytes.append(Tag.varint(1))
      bytes.append(0)
    case .bool(let truth):
      bytes.append(Tag.varint(4))
      bytes.append(truth ? 1 : 0)
    case .int(let number): write(Double(number))
    case .double(let number): write(number)
    case .string(let text): bytes.appendText(3, text)
    case .bytes: bytes.appendText(3, value.text)
    case .array(let elements):
      guard room >= Self.messagesInList else { return bytes.appendText(3, Self.tooDeep) }
      bytes.append(Tag.bytes(6))
      bytes.appendVarint(takeSize())
      for element in elements { writeElement(element, within: room - Self.messagesInList) }
    case .object(let object):
      guard room >= Self.messagesInObject else { return bytes.appendText(3, Self.tooDeep) }
      bytes.append(Tag.bytes(5))
      bytes.appendVarint(takeSize())
      for field in object { writeField(field, within: room - Self.messagesInObject) }
    }
  }

  private mutating func write(_ number: Double) {
    bytes.append(Tag.fixed64(2))
    withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
  }

  private mutating func writeElement(_ element: StateValue, within room: Int) {
    bytes.append(Tag.bytes(1))
    bytes.appendVarint(sizeAhead(of: element, within: room))
    write(element, within: room)
  }

  private mutating func writeField(_ field: StateObject.Field, within room: Int) {
    let size = sizeAhead(of: field.value, within: room)
    bytes.append(Tag.bytes(1))
    bytes.appendVarint(Wire.size(ofText: field.key) + Wire.size(ofBytes: size))
    writeEntry(field.key, field.value, size: size, within: room)
  }

  /// The size of the `Value` that is written next: that of a list or dictionary has been noted.
  private mutating func sizeAhead(of value: StateValue, within room: Int) -> Int {
    switch value {
    case .array where room >= Self.messagesInList,
      .object where room >= Self.messagesInObject:
      Wire.size(ofBytes: sizes[nextSize])
    default:
      measure(value, within: room)
    }
  }
}

/// How large things are on the wire.
package enum Wire {
  /// The size of a number.
  @inline(__always)
  static func size(ofVarint number: Int) -> Int {
    max(1, (Int.bitWidth - number.leadingZeroBitCount + 6) / 7)
  }

  /// The size of a field, numbered up to 15, that holds so many bytes.
  @inline(__always)
  package static func size(ofBytes count: Int) -> Int { 1 + size(ofVarint: count) + count }

  /// The size of a field, numbered up to 15, that holds a text.
  @inline(__always)
  package static func size(ofText text: String) -> Int { size(ofBytes: text.utf8.count) }
}

/// The first byte of a field, for numbers up to 15.
package enum Tag {
  /// Of a number as long as it has to be.
  @inline(__always)
  package static func varint(_ number: UInt8) -> UInt8 { number << 3 }
  /// Of a number of eight bytes.
  @inline(__always)
  package static func fixed64(_ number: UInt8) -> UInt8 { number << 3 | 1 }
  /// Of bytes, or of a message.
  @inline(__always)
  package static func bytes(_ number: UInt8) -> UInt8 { number << 3 | 2 }
  /// Of a number of four bytes.
  @inline(__always)
  package static func fixed32(_ number: UInt8) -> UInt8 { number << 3 | 5 }
}

extension [UInt8] {
  /// Appends a number that is not negative.
  @inline(__always)
  package mutating func appendVarint(_ number: Int) {
    var rest = UInt64(number)
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }

  /// Appends a field of text.
  @inline(__always)
  package mutating func appendText(_ number: UInt8, _ text: String) {
    append(Tag.bytes(number))
    appendVarint(text.utf8.count)
    append(contentsOf: text.utf8)
  }

  /// Appends a field of bytes, or of a message.
  package mutating func appendBytes(_ number: UInt8, _ content: [UInt8]) {
    append(Tag.bytes(number))
    appendVarint(content.count)
    append(contentsOf: content)
  }
}

extension [UInt8] {
  /// Appends a field that holds a `Struct`.
  package mutating func appendObject(_ number: UInt8, _ object: StateObject) {
    var fields = StructWriter()
    for field in object { fields.append(field.key, field.value) }
    appendBytes(number, fields.bytes)
  }
}
