/// Finds keys by their bytes, so that one that has come before is not made again.
///
/// The same few keys come again and again on a connection, and making one costs more than all else that is done with it.
/// What is remembered is bounded: with ``capacity`` keys it begins afresh.
///
/// ```swift
/// var keys = KeyInterner()
/// let key = keys.key(bytes)     // made
/// let same = keys.key(bytes)    // found: nothing is allocated, and the two share their text
/// ```
package struct KeyInterner: Sendable {
  /// So many keys are remembered unless something else is asked for.
  package static let standardCapacity = 1 << 17

  package let capacity: Int
  private var count = 0
  /// Keys behind their hashes: a power of two in size, or empty.
  private var slots: ContiguousArray<StateKey?> = []

  /// Makes one that remembers nothing yet.
  ///
  /// - Parameter capacity: How many keys it remembers; with 0 each is made anew.
  package init(capacity: Int = standardCapacity) { self.capacity = capacity }

  /// Finds a key by its bytes, or makes it.
  ///
  /// - Parameters:
  ///   - bytes: The key.
  ///   - comesAgain: Whether the key is expected again; one that is not is made, and not remembered.
  /// - Returns: The key; nil if the bytes are not UTF-8.
  /// - Complexity: O(*n*) in the bytes.
  package mutating func key(_ bytes: RawSpan, comesAgain: Bool = true) -> StateKey? {
    bytes.withUnsafeBytes { bytes in
      let hash = KeyHash.of(bytes)
      guard comesAgain, capacity > 0 else { return Self.make(bytes, hash) }
      if count >= slots.count / 2 { grow() }
      let slot = slot(of: bytes, hash)
      if let known = slots[slot] { return known }
      guard let key = Self.make(bytes, hash) else { return nil }
      slots[slot] = key
      count += 1
      return key
    }
  }

  private static func make(_ bytes: UnsafeRawBufferPointer, _ hash: UInt) -> StateKey? {
    bytes.withMemoryRebound(to: UInt8.self) { bytes in
      guard let text = try? UTF8Span(validating: bytes.span) else { return nil }
      return StateKey(String(copying: text), hash: hash)
    }
  }

  /// Where a key is, or where it goes.
  private func slot(of bytes: UnsafeRawBufferPointer, _ hash: UInt) -> Int {
    let mask = UInt(slots.count - 1)
    var slot = hash & mask
    while let key = slots[Int(slot)], key.hash != hash || !key.holds(bytes) {
      slot = (slot + 1) & mask
    }
    return Int(slot)
  }

  private mutating func grow() {
    guard count < capacity else {
      // Memory stays as it is; the next time round only what still comes is in it.
      for slot in slots.indices { slots[slot] = nil }
      count = 0
      return
    }
    let known = slots
    slots = ContiguousArray(repeating: nil, count: max(64, known.count * 2))
    let mask = UInt(slots.count - 1)
    for case let key? in known {
      var slot = key.hash & mask
      while slots[Int(slot)] != nil { slot = (slot + 1) & mask }
      slots[Int(slot)] = key
    }
  }
}

extension StateKey {
  /// Whether the key is exactly these bytes.
  fileprivate func holds(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let view = text.utf8
    guard view.count == bytes.count else { return false }
    return view.withContiguousStorageIfAvailable { UnsafeRawBufferPointer($0).isSame(as: bytes) }
      ?? view.elementsEqual(bytes)
  }
}
