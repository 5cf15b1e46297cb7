/// An order of very many items in which those that go to the same part of a table follow each other.
///
/// A table that is larger than the processor's cache is filled several times faster so: otherwise each item waits for
/// memory that nobody has looked at before.
enum HashOrder {
  /// So many parts, of which each is small enough for the cache where there are some millions of items.
  static let bits = 10
  /// Fewer items are in the cache anyway.
  private static let least = 1 << 14

  /// Goes over the positions of items, part by part, and as they come within a part, until `body` says no.
  ///
  /// - Parameters:
  ///   - items: The items.
  ///   - part: Where an item goes, in ``bits`` bits.
  ///   - body: Takes a position, and says whether to go on.
  /// - Returns: Whether it went over all.
  /// - Complexity: O(*n*).
  static func allSatisfy<Item>(
    _ items: ContiguousArray<Item>,
    part: (Item) -> UInt,
    _ body: (Int) -> Bool
  ) -> Bool {
    guard items.count >= least else { return items.indices.allSatisfy(body) }
    var next = ContiguousArray(repeating: 0, count: 1 << bits)
    for item in items { next[Int(part(item))] += 1 }
    var start = 0
    for part in next.indices { (next[part], start) = (start, start + next[part]) }
    var positions = ContiguousArray<UInt32>(repeating: 0, count: items.count)
    for position in items.indices {
      let part = Int(part(items[position]))
      positions[next[part]] = UInt32(position)
      next[part] += 1
    }
    return positions.allSatisfy { body(Int($0)) }
  }
}
