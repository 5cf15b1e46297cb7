import SharedState

extension StateEntry {
  /// About how many bytes it takes to keep the value, found without decoding it.
  ///
  /// - Complexity: O(1) for a value in the bytes in which it arrived, O(*n*) for one that is decoded anyway.
  var weight: Int { packed.map { $0.bytes.count + 32 } ?? value.weight }
}

extension StateValue {
  fileprivate var weight: Int {
    let body =
      switch self {
      case .null, .bool, .int, .double: 0
      case .string(let text): text.utf8.count
      case .bytes(let bytes): bytes.count
      case .array(let elements): elements.reduce(0) { $0 + $1.weight }
      case .object(let object): object.reduce(0) { $0 + 16 + $1.key.utf8.count + $1.value.weight }
      }
    return MemoryLayout<StateValue>.stride + body
  }
}
