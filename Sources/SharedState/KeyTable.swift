/// Something for each of many keys, in the order in which they were first put in.
///
/// Like a dictionary, but made for keys that know their hash and for messages: a handful of keys is one list that is
/// looked through, more have an index of four bytes a key beside it. Removing puts the last in the place of what went.
struct KeyTable<Value: Sendable>: Sendable {
  struct Item: Sendable {
    let key: StateKey
    var value: Value
  }

  /// So many are looked through without an index.
  private static var mostWithoutIndex: Int { 8 }

  private(set) var items: ContiguousArray<Item> = []
  /// The place of each item behind its hash, counted from 1, and 0 where it is free.
  ///
  /// Empty, or a power of two in size.
  private var slots: ContiguousArray<UInt32> = []

  init() {}

  /// Makes a table of many items at once; of a key that comes more than once the last counts.
  ///
  /// - Complexity: O(*n*), and far less than putting in one after the other where there are very many.
  init(_ items: ContiguousArray<Item>) {
    self.items = items
    guard items.count <= Self.mostWithoutIndex || !indexAll() else { return }
    (self.items, slots) = ([], [])
    for item in items { put(item.value, for: item.key) }
  }

  var count: Int { items.count }
  var isEmpty: Bool { items.isEmpty }

  /// Makes room for a number of items.
  mutating func reserveCapacity(_ count: Int) {
    items.reserveCapacity(count)
    if count > Self.mostWithoutIndex, count > slots.count / 2 { index(count) }
  }

  /// The place of a key among the items.
  ///
  /// - Complexity: O(1).
  func position(of key: StateKey) -> Int? {
    guard !slots.isEmpty else { return items.firstIndex { $0.key == key } }
    var slot = key.hash & mask
    while true {
      let place = Int(slots[Int(slot)])
      if place == 0 { return nil }
      if items[place - 1].key == key { return place - 1 }
      slot = (slot + 1) & mask
    }
  }

  subscript(position: Int) -> Value {
    get { items[position].value }
    set { items[position].value = newValue }
  }

  subscript(key: StateKey) -> Value? { position(of: key).map { items[$0].value } }

  /// Puts something in for a key, and returns the place and what was there before.
  ///
  /// - Complexity: O(1) on average.
  @discardableResult
  mutating func put(_ value: Value, for key: StateKey) -> (position: Int, former: Value?) {
    if let position = position(of: key) {
      let former = items[position].value
      items[position].value = value
      return (position, former)
    }
    items.append(Item(key: key, value: value))
    if items.count > Self.mostWithoutIndex, items.count > slots.count / 2 {
      index(items.count)
    } else if !slots.isEmpty {
      enter(items.count - 1)
    }
    return (items.count - 1, nil)
  }

  /// Takes a key out, and returns where it was and what was there; the last item is in its place now.
  ///
  /// - Complexity: O(1) on average.
  @discardableResult
  mutating func remove(_ key: StateKey) -> (position: Int, former: Value)? {
    guard let position = position(of: key) else { return nil }
    let former = items[position].value
    let last = items.count - 1
    if !slots.isEmpty {
      vacate(slot(of: position))
      if position != last { slots[slot(of: last)] = UInt32(position + 1) }
    }
    items.swapAt(position, last)
    items.removeLast()
    return (position, former)
  }

  // MARK: The index

  private var mask: UInt { UInt(slots.count - 1) }

  /// Makes an index with room for so many items, and puts in those that are there.
  private mutating func index(_ count: Int) {
    makeSlots(for: count)
    for position in items.indices { enter(position) }
  }

  private mutating func makeSlots(for count: Int) {
    var size = 32
    while size < count * 2 { size *= 2 }
    slots = ContiguousArray(repeating: 0, count: size)
  }

  /// Makes an index of items of which nobody has said that no key comes twice; says whether that is so.
  private mutating func indexAll() -> Bool {
    makeSlots(for: items.count)
    let (mask, width) = (mask, max(0, slots.count.trailingZeroBitCount - HashOrder.bits))
    return HashOrder.allSatisfy(items, part: { ($0.key.hash & mask) >> width }) { position in
      let key = items[position].key
      var slot = key.hash & mask
      while slots[Int(slot)] != 0 {
        if items[Int(slots[Int(slot)]) - 1].key == key { return false }
        slot = (slot + 1) & mask
      }
      slots[Int(slot)] = UInt32(position + 1)
      return true
    }
  }

  private mutating func enter(_ position: Int) {
    var slot = items[position].key.hash & mask
    while slots[Int(slot)] != 0 { slot = (slot + 1) & mask }
    slots[Int(slot)] = UInt32(position + 1)
  }

  private func slot(of position: Int) -> Int {
    var slot = items[position].key.hash & mask
    while slots[Int(slot)] != UInt32(position + 1) { slot = (slot + 1) & mask }
    return Int(slot)
  }

  /// Frees a slot, and moves those behind it up that would not be found any more.
  private mutating func vacate(_ slot: Int) {
    var free = UInt(slot)
    var next = (free + 1) & mask
    while slots[Int(next)] != 0 {
      let home = items[Int(slots[Int(next)]) - 1].key.hash & mask
      // Whether its home lies at or before the free slot, going round.
      if (next &- home) & mask >= (next &- free) & mask {
        slots[Int(free)] = slots[Int(next)]
        free = next
      }
      next = (next + 1) & mask
    }
    slots[Int(free)] = 0
  }
}
