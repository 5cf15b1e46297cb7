package import SharedState

/// Reads `google.protobuf.Struct` straight off the wire; the library's own way takes three times as long.
///
/// What protobuf says about strange messages holds here too: unknown fields are stepped over, of a field that is there
/// twice the later counts, and two lists or two dictionaries in one value are joined. A value without a kind is null.
/// Numbers are doubles, whatever they were: nobody can tell what the writer meant.
///
/// Values are read by functions that call each other, so their frames are kept small: a value of the deepest nesting
/// that a state holds has to fit into the stack of any thread.
extension WireReader {
  /// Reads a `Struct` into an object.
  ///
  /// - Throws: `WireError` that says what is wrong and where.
  package mutating func readObject(
    into object: inout StateObject,
    in bytes: RawSpan,
    within depth: Int = 0
  ) throws(WireError) {
    let outer = try enter(in: bytes)
    while try findField(1, in: bytes) {
      var key = ""
      var value: StateValue?
      try readEntry(&key, &value, in: bytes, within: depth)
      object[key] = value ?? .null
    }
    leave(to: outer)
  }

  /// Reads a `Struct` whose nulls remove keys.
  ///
  /// - Throws: `WireError` that says what is wrong and where.
  /// - Complexity: O(*n*) in the bytes.
  package mutating func readChange(
    into change: inout StateChange,
    in bytes: RawSpan
  ) throws(WireError) {
    let outer = try enter(in: bytes)
    while try findField(1, in: bytes) {
      var key = ""
      var value: StateValue?
      try readEntry(&key, &value, in: bytes, within: 0)
      if let value, value != .null { change.update(key, to: value) } else { change.remove(key) }
    }
    leave(to: outer)
  }

  /// Reads a `Struct` whose nulls remove keys, and leaves packed what is larger than a number.
  ///
  /// - Parameters:
  ///   - change: Takes what is read.
  ///   - bytes: The message.
  ///   - packer: Keeps the values; its codec is ``StructFieldCodec``.
  /// - Throws: `WireError` that says what is wrong and where.
  /// - Complexity: O(*n*) in the bytes.
  package mutating func readChange(
    into change: inout StateChange,
    in bytes: RawSpan,
    packing packer: inout PackedStateValue.Packer
  ) throws(WireError) {
    let outer = try enter(in: bytes)
    while try findField(1, in: bytes) {
      let start = position
      var key = ""
      var value: StateValue?
      try readEntry(&key, &value, in: bytes)
      switch value {
      case nil, .null: change.remove(key)
      case .bool(let truth): change.update(key, to: .bool(truth))
      case .double(let number): change.update(key, to: .double(number))
      default:
        let field = bytes.extracting(start..<position)
        change.update(key, to: StateEntry(packed: packer.pack(field)))
      }
    }
    leave(to: outer)
  }

  /// Steps to the next field of a number that holds bytes; false at the end of the message.
  ///
  /// - Throws: `WireError` if what is stepped over is malformed.
  @inline(__always)
  package mutating func findField(_ number: UInt64, in bytes: RawSpan) throws(WireError) -> Bool {
    while let field = try nextField(in: bytes) {
      if field.isBytes(number) { return true }
      try skip(field, in: bytes)
    }
    return false
  }

  /// Reads an entry of a map of values.
  mutating func readEntry(
    _ key: inout String,
    _ value: inout StateValue?,
    in bytes: RawSpan,
    within depth: Int = 0
  ) throws(WireError) {
    let outer = try enter(in: bytes)
    while let field = try nextField(in: bytes) {
      switch (field.number, field.kind) {
      case (1, .bytes): key = try readText(in: bytes)
      case (2, .bytes): try readValue(into: &value, in: bytes, within: depth)
      default: try skip(field, in: bytes)
      }
    }
    leave(to: outer)
  }

  /// Reads a `Value`; what is there already stays if the message says nothing else.
  private mutating func readValue(
    into value: inout StateValue?,
    in bytes: RawSpan,
    within depth: Int
  ) throws(WireError) {
    let outer = try enter(in: bytes)
    while let field = try nextField(in: bytes) {
      switch (field.number, field.kind) {
      case (5, .bytes), (6, .bytes):
        guard depth < StateValue.deepestNesting else {
          throw WireError(.tooDeep, offset: field.offset)
        }
        if field.number == 5 {
          var object = value?.object ?? [:]
          // Let go of, so that a message that says it in many pieces does not copy what is there for each.
          value = nil
          try readObject(into: &object, in: bytes, within: depth + 1)
          value = .object(object)
        } else {
          var elements = value?.array ?? []
          value = nil
          try readElements(into: &elements, in: bytes, within: depth + 1)
          value = .array(elements)
        }
      default:
        try readScalar(field, into: &value, in: bytes)
      }
    }
    leave(to: outer)
  }

  private mutating func readElements(
    into elements: inout [StateValue],
    in bytes: RawSpan,
    within depth: Int
  ) throws(WireError) {
    let outer = try enter(in: bytes)
    while try findField(1, in: bytes) {
      var element: StateValue?
      try readValue(into: &element, in: bytes, within: depth)
      elements.append(element ?? .null)
    }
    leave(to: outer)
  }

  private mutating func readScalar(
    _ field: Field,
    into value: inout StateValue?,
    in bytes: RawSpan
  ) throws(WireError) {
    switch (field.number, field.kind) {
    case (1, .varint):
      _ = try readVarint(in: bytes)
      value = .null
    case (2, .fixed64): value = .double(Double(bitPattern: try readFixed(in: bytes)))
    case (3, .bytes): value = .string(try readText(in: bytes))
    case (4, .varint): value = .bool(try readVarint(in: bytes) != 0)
    default: try skip(field, in: bytes)
    }
  }
}

/// Reads values that are kept with their keys, as the fields of a `Struct` that they were.
package enum StructFieldCodec: StateValueCodec {
  /// Decodes a field that `WireReader` has read once.
  ///
  /// - Precondition: The bytes were read; a value is never packed before that.
  package static func decode(_ checkedBytes: RawSpan) -> StateValue {
    var reader = WireReader(checkedBytes)
    var key = ""
    var value: StateValue?
    do throws(WireError) {
      try reader.readEntry(&key, &value, in: checkedBytes)
    } catch {
      preconditionFailure("these bytes were packed unchecked: \(error)")
    }
    return value ?? .null
  }
}
