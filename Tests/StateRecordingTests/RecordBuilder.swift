import SharedState

/// Makes files of the older form by their layout, and the messages of protobuf that stand in them.
enum RecordBuilder {
  typealias Record = (microseconds: UInt64, message: [UInt8])

  /// A file with a header, or without one as in version 1.
  static func file(_ records: [Record], hasHeader: Bool = true) -> [UInt8] {
    let header = hasHeader ? little(6_661_355_757_386_708_963 as UInt64) + little(2 as UInt64) : []
    return header + records.flatMap { head($0.microseconds, UInt64($0.message.count)) + $0.message }
  }

  static func head(_ time: UInt64, beyond: UInt64 = 0, _ length: UInt64) -> [UInt8] {
    little(time) + little(beyond) + little(length)
  }

  /// A `StateUpdate`, in which null removes.
  static func update(_ fields: KeyValuePairs<String, StateValue>) -> [UInt8] {
    field(1, fields.flatMap { entry($0.key, value($0.value)) })
  }

  /// A `GetFrameResponse`; protobuf writes no 0.
  static func frame(_ index: UInt64, _ data: [UInt8]) -> [UInt8] {
    (index == 0 ? [] : [8] + varint(index)) + field(2, data)
  }

  /// A `FrameData`.
  static func data(
    _ values: KeyValuePairs<String, StateValue>,
    floats: KeyValuePairs<String, [Float]> = [:],
    indices: KeyValuePairs<String, [UInt64]> = [:],
    texts: KeyValuePairs<String, [String]> = [:]
  ) -> [UInt8] {
    values.flatMap { entry($0.key, value($0.value)) }
      + floats.flatMap { array($0.key, 1, field(1, $0.value.flatMap { little($0.bitPattern) })) }
      + indices.flatMap { array($0.key, 2, field(1, $0.value.flatMap(varint))) }
      + texts.flatMap { array($0.key, 3, $0.value.flatMap { field(1, Array($0.utf8)) }) }
  }

  private static func array(_ name: String, _ kind: UInt8, _ content: [UInt8]) -> [UInt8] {
    field(2, field(1, Array(name.utf8)) + field(2, field(kind, content)))
  }

  private static func entry(_ key: String, _ value: [UInt8]) -> [UInt8] {
    field(1, field(1, Array(key.utf8)) + field(2, value))
  }

  private static func value(_ value: StateValue) -> [UInt8] {
    switch value {
    case .null: [8, 0]
    case .bool(let truth): [32, truth ? 1 : 0]
    case .int(let number): [17] + little(Double(number).bitPattern)
    case .double(let number): [17] + little(number.bitPattern)
    case .string(let text): field(3, Array(text.utf8))
    case .bytes: []
    case .array(let elements): field(6, elements.flatMap { field(1, self.value($0)) })
    case .object(let object): field(5, object.flatMap { entry($0.key, self.value($0.value)) })
    }
  }

  private static func field(_ number: UInt8, _ content: [UInt8]) -> [UInt8] {
    [number << 3 | 2] + varint(UInt64(content.count)) + content
  }

  private static func varint(_ number: UInt64) -> [UInt8] {
    number < 128 ? [UInt8(number)] : [UInt8(number & 127) | 128] + varint(number >> 7)
  }

  private static func little<Number: FixedWidthInteger & BitwiseCopyable>(
    _ number: Number
  ) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }
}
