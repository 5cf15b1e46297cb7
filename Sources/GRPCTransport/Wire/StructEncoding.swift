#if GRPC
import SharedState

/// Writes `google.protobuf.Struct` straight onto the wire.
///
/// A length stands before what it measures, so each value is measured first: one walk notes the sizes of its lists and
/// dictionaries in the order in which it meets them, a second one writes and meets them in the same order.
///
/// Everything has a form: what the wire has none for is written as the next best thing. See `Border` for what is lost.
struct StructWriter {
  /// The fields of a `Struct`, without what comes before them.
  private(set) var bytes: [UInt8] = []
  private var sizes: [Int] = []
  private var nextSize = 0

  /// Adds a field.
  ///
  /// - Complexity: O(*n*) in the size of the value.
  mutating func append(_ key: String, _ value: StateValue) {
    sizes.removeAll(keepingCapacity: true)
    nextSize = 0
    let room = Border.deepestMessages
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
      guard room >= Border.messagesInList else { return Wire.size(ofText: Border.tooDeep) }
      return noteSize { writer in
        elements.reduce(0) { size, element in
          size + Wire.size(ofBytes: writer.measure(element, within: room - Border.messagesInList))
        }
      }
    case .object(let object):
      guard room >= Border.messagesInObject else { return Wire.size(ofText: Border.tooDeep) }
      return noteSize { writer in
        object.reduce(0) { size, field in
          let inner = writer.measure(field.value, within: room - Border.messagesInObject)
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
      guard room >= Border.messagesInList else { return bytes.appendText(3, Border.tooDeep) }
      bytes.append(Tag.bytes(6))
      bytes.appendVarint(takeSize())
      for element in elements { writeElement(element, within: room - Border.messagesInList) }
    case .object(let object):
      guard room >= Border.messagesInObject else { return bytes.appendText(3, Border.tooDeep) }
      bytes.append(Tag.bytes(5))
      bytes.appendVarint(takeSize())
      for field in object { writeField(field, within: room - Border.messagesInObject) }
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
    case .array where room >= Border.messagesInList,
      .object where room >= Border.messagesInObject:
      Wire.size(ofBytes: sizes[nextSize])
    default:
      measure(value, within: room)
    }
  }
}

/// How large things are on the wire.
enum Wire {
  /// The field, which no old peer has, in which a client says how large a message it takes.
  static let roomField: UInt8 = 15

  @inline(__always)
  static func size(ofVarint number: Int) -> Int {
    max(1, (Int.bitWidth - number.leadingZeroBitCount + 6) / 7)
  }

  /// The size of a field, numbered up to 15, that holds so many bytes.
  @inline(__always)
  static func size(ofBytes count: Int) -> Int { 1 + size(ofVarint: count) + count }

  /// The size of a field, numbered up to 15, that holds a text.
  @inline(__always)
  static func size(ofText text: String) -> Int { size(ofBytes: text.utf8.count) }
}

/// The first byte of a field, for numbers up to 15.
enum Tag {
  @inline(__always)
  static func varint(_ number: UInt8) -> UInt8 { number << 3 }
  @inline(__always)
  static func fixed64(_ number: UInt8) -> UInt8 { number << 3 | 1 }
  @inline(__always)
  static func bytes(_ number: UInt8) -> UInt8 { number << 3 | 2 }
  @inline(__always)
  static func fixed32(_ number: UInt8) -> UInt8 { number << 3 | 5 }
}

extension [UInt8] {
  /// Appends how large a message a client takes, if it says so.
  mutating func appendRoom(_ room: Int) {
    guard room > 0 else { return }
    append(Tag.varint(Wire.roomField))
    appendVarint(room)
  }

  /// Appends a number that is not negative.
  @inline(__always)
  mutating func appendVarint(_ number: Int) {
    var rest = UInt64(number)
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }

  @inline(__always)
  mutating func appendText(_ number: UInt8, _ text: String) {
    append(Tag.bytes(number))
    appendVarint(text.utf8.count)
    append(contentsOf: text.utf8)
  }

  mutating func appendBytes(_ number: UInt8, _ content: [UInt8]) {
    append(Tag.bytes(number))
    appendVarint(content.count)
    append(contentsOf: content)
  }
}
#endif
