package import SharedState

extension MessagePack {
  /// Encodes a change as NanoVer's messages say it under `state`: a map of `updates` and `removals`, both of them always.
  ///
  /// - Parameters:
  ///   - change: The change.
  ///   - bytes: What it is put behind.
  /// - Complexity: O(*n*) in its size, at the speed of copying for what is still packed.
  package static func encode(_ change: StateChange, into bytes: inout [UInt8]) {
    encodeMapHeader(count: 2, into: &bytes)
    encode("updates", into: &bytes)
    encodeMapHeader(count: change.updates.count, into: &bytes)
    for item in change.items {
      guard let entry = item.entry else { continue }
      encode(item.key.text, into: &bytes)
      encode(entry, into: &bytes)
    }
    encode("removals", into: &bytes)
    encodeArrayHeader(count: change.removals.count, into: &bytes)
    for item in change.items where item.entry == nil { encode(item.key.text, into: &bytes) }
  }
}
