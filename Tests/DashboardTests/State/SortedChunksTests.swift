import SharedState
import Testing

@testable import Dashboard

@Suite("SortedChunks")
struct SortedChunksTests {
  /// An element that takes up several rows.
  struct Block: SortedElement, Hashable {
    var sortKey: String
    var weight: Int
  }

  @Test("Elements come out in the order of their bytes, each once")
  func order() {
    var chunks = SortedChunks<String>()
    for key in ["b", "a", "é", "Z", "", "a", "e\u{301}"] { chunks.insert(key) }
    #expect(
      chunks.elements.map { Array($0.utf8) }
        == ["", "Z", "a", "b", "e\u{301}", "é"].map { Array($0.utf8) }
    )
    #expect(chunks.count == 6)
    let again = chunks.insert("é")
    #expect(!again)
    #expect(chunks.contains("e\u{301}"))
  }

  @Test(
    "Thousands of insertions and removals agree with a plain sorted array",
    arguments: [1, 2, 3]
  )
  func agrees(seed: UInt64) {
    var generator = SplitMix(seed: seed)
    var chunks = SortedChunks<Block>()
    var naive: [String: Int] = [:]
    for step in 0..<4000 {
      let key = String(Int.random(in: 0..<1500, using: &generator))
      switch Int.random(in: 0..<4, using: &generator) {
      case 0, 1:
        let weight = Int.random(in: 1...3, using: &generator)
        let isNew = chunks.insert(Block(sortKey: key, weight: weight))
        #expect(isNew == (naive[key] == nil))
        if isNew { naive[key] = weight }
      case 2:
        let (removed, expected) = (chunks.remove(key)?.weight, naive.removeValue(forKey: key))
        #expect(removed == expected)
      default:
        let changed: Void? = chunks.modify(key) { $0.weight += 1 }
        #expect((changed != nil) == (naive[key] != nil))
        naive[key]? += 1
      }
      if step % 400 == 0 { check(chunks, naive) }
    }
    check(chunks, naive)
  }

  @Test("A bulk insertion is the same as many small ones", arguments: [0, 5, 600, 5000])
  func bulk(count: Int) {
    var generator = SplitMix(seed: UInt64(count))
    let new = (0..<count).map { _ in String(Int.random(in: 0..<9000, using: &generator)) }
    let start = (0..<300).map { String($0 * 7) }
    var (bulk, single) = (SortedChunks<String>(), SortedChunks<String>())
    bulk.insert(sorted: StateKey.sorted(start))
    for key in start + new { single.insert(key) }
    bulk.insert(sorted: StateKey.sorted(Set(new)))
    #expect(bulk.elements == single.elements)
    #expect(bulk.count == single.count && bulk.weight == single.weight)
    let gone = Set(new.prefix(count / 2).map { StateKey($0) })
    bulk.remove(gone)
    for key in gone { single.remove(key.text) }
    #expect(bulk.elements == single.elements)
    #expect(bulk.count == single.count && bulk.weight == single.weight)
  }

  private func check(_ chunks: SortedChunks<Block>, _ naive: [String: Int]) {
    let sorted = naive.keys.sorted()
    #expect(chunks.elements.map(\.sortKey) == sorted)
    #expect(chunks.weight == naive.values.reduce(0, +))
    var row = 0
    for key in sorted {
      #expect(chunks.rows(before: key) == row)
      for inner in 0..<(naive[key] ?? 0) {
        let found = chunks.element(atRow: row + inner)
        #expect(found?.element.sortKey == key && found?.row == inner)
      }
      row += naive[key] ?? 0
    }
    #expect(chunks.element(atRow: row) == nil)
    #expect(chunks.element(atRow: -1) == nil)
  }
}

/// Random numbers from a seed.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
