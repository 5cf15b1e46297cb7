package import SharedState

extension MessagePack.Reader {
  /// Reads what stands under `state` in a message of NanoVer's: a map of `updates` and `removals`.
  ///
  /// - Parameters:
  ///   - bytes: The message.
  ///   - keys: Remembers keys that come again.
  ///   - packer: Keeps the values.
  /// - Returns: The change.
  /// - Throws: `MessagePackError` that says what is wrong and where.
  /// - Complexity: O(*n*) in the bytes, at the speed of copying.
  package mutating func readChange(
    in bytes: RawSpan,
    knownTo keys: inout KeyInterner,
    packing packer: inout PackedStateValue.Packer
  ) throws(MessagePackError) -> StateChange {
    var change = StateChange()
    var removals: [String] = []
    for _ in 0..<(try readMapHeader(in: bytes)) {
      let key = try readKey(in: bytes)
      let isNull = try nextKind(in: bytes) == .null
      switch key {
      case "updates" where !isNull: try readUpdates(bytes, &keys, &packer, into: &change)
      case "removals" where !isNull:
        for _ in 0..<(try readArrayHeader(in: bytes)) { removals.append(try readString(in: bytes)) }
      default: try skipValue(in: bytes)
      }
    }
    // Last, whichever came first: what is in both counts as removed.
    for key in removals { change.remove(key) }
    return change
  }

  /// How many keys are given room before the first is read: a length is only a promise.
  private static var mostReserved: Int { 1 << 16 }

  private mutating func readUpdates(
    _ bytes: RawSpan,
    _ keys: inout KeyInterner,
    _ packer: inout PackedStateValue.Packer,
    into change: inout StateChange
  ) throws(MessagePackError) {
    let count = try readMapHeader(in: bytes)
    var updates = StateChange.Incoming(reserving: min(count, Self.mostReserved))
    // A whole state would leave no room for the keys that come again.
    let comesAgain = count <= keys.capacity / 2
    for _ in 0..<count {
      let key = try readKey(in: bytes, knownTo: &keys, comesAgain: comesAgain)
      updates.append(try readEntry(in: bytes, into: &packer), at: key)
    }
    change.merge(StateChange(updates))
  }
}
