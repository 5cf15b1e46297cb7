internal import SharedState

/// What the wire has and a state value has not, dressed as an object that says so.
enum Tagged {
  case large(UInt64)
  case tagged(type: Int8, data: [UInt8])

  private static let number = "$uint64"
  private static let type = "$ext"
  private static let data = "data"

  /// The object that stands for it.
  var value: StateValue {
    switch self {
    case .large(let number): [Self.number: .string(String(number))]
    case .tagged(let type, let data): [Self.type: .int(Int64(type)), Self.data: .bytes(data)]
    }
  }

  /// Whether Python's reader takes an extension: it raises for those types that the format keeps for itself, but for a
  /// timestamp in one of its three lengths, with less than a second of nanoseconds.
  ///
  /// What it cannot read keeps every client of NanoVer's out for as long as it stays in the state.
  static func isReadable(_ type: Int8, _ data: RawSpan) -> Bool {
    guard type == -1 else { return type >= 0 }
    let nanoseconds: UInt64
    switch data.byteCount {
    case 4: return true
    case 8: nanoseconds = number(data, UInt64.self) >> 34
    case 12: nanoseconds = UInt64(number(data, UInt32.self))
    default: return false
    }
    return nanoseconds < 1_000_000_000
  }

  private static func number<Number: FixedWidthInteger & BitwiseCopyable>(
    _ data: RawSpan,
    _ type: Number.Type
  ) -> Number {
    Number(bigEndian: data.unsafeLoadUnaligned(fromByteOffset: 0, as: type))
  }

  /// Reads an object of exactly that shape; any other object is just an object.
  init?(_ object: StateObject) {
    switch object.count {
    case 1:
      guard case .string(let text)? = object[Self.number], let number = UInt64(text),
        number > Int64.max, String(number) == text
      else { return nil }
      self = .large(number)
    case 2:
      guard case .int(let number)? = object[Self.type], let type = Int8(exactly: number),
        case .bytes(let data)? = object[Self.data], Self.isReadable(type, data.span.bytes)
      else { return nil }
      self = .tagged(type: type, data: data)
    default: return nil
    }
  }
}
