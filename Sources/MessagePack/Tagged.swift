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
        case .bytes(let data)? = object[Self.data]
      else { return nil }
      self = .tagged(type: type, data: data)
    default: return nil
    }
  }
}
