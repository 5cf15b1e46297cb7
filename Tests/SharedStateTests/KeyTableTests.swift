import Testing
import TestSupport

@testable import SharedState

@Suite("KeyTable")
struct KeyTableTests {
  /// A key with a hash of its own choice, so that many share a place.
  private func key(_ number: Int, crowded: Bool) -> StateKey {
    StateKey("key \(number)", hash: crowded ? UInt(number % 3) : StateKey("key \(number)").hash)
  }

  @Test(
    "It holds what a dictionary would, in whatever order it is filled and emptied",
    arguments: 0..<40
  )
  func likeADictionary(seed: Int) {
    var chance = SeededGenerator(seed: UInt64(seed))
    let isCrowded = seed.isMultiple(of: 2)
    var (table, model) = (KeyTable<Int>(), [Int: Int]())
    for step in 0..<600 {
      let number = Int.random(in: 0..<(seed % 5 + 1) * 12, using: &chance)
      let key = key(number, crowded: isCrowded)
      if Bool.random(using: &chance) {
        #expect(table.put(step, for: key).former == model.updateValue(step, forKey: number))
      } else {
        #expect(table.remove(key)?.former == model.removeValue(forKey: number))
      }
      #expect(table.count == model.count)
    }
    for (number, value) in model {
      let key = key(number, crowded: isCrowded)
      #expect(table[key] == value)
      #expect(table.position(of: key).map { table.items[$0].key } == key)
    }
    #expect(Set(table.items.map(\.value)) == Set(model.values))
  }

  @Test("Made of many items at once it is what it is when they are put in one after the other")
  func atOnce() {
    for (count, keys) in [
      (0, 1), (5, 3), (8, 8), (9, 9), (300, 100), (300, 300), (40_000, 40_000), (40_000, 30_000),
    ] {
      for isCrowded in [false, count < 1_000] {
        let items = (0..<count).map {
          KeyTable<Int>.Item(key: key($0 % keys, crowded: isCrowded), value: $0)
        }
        var one = KeyTable<Int>()
        for item in items { one.put(item.value, for: item.key) }
        var all = KeyTable(ContiguousArray(items))
        #expect(all.items.map(\.key) == one.items.map(\.key))
        #expect(all.items.map(\.value) == one.items.map(\.value))
        #expect(one.items.allSatisfy { all[$0.key] == $0.value })
        #expect(
          all.put(-1, for: key(0, crowded: isCrowded)).former == one[key(0, crowded: isCrowded)]
        )
      }
    }
  }

  @Test("What is put in keeps its place until something is taken out")
  func order() {
    var table = KeyTable<Int>()
    for number in 0..<50 { table.put(number, for: key(number, crowded: false)) }
    table.put(-7, for: key(7, crowded: false))
    #expect(table.items.map(\.value) == (0..<50).map { $0 == 7 ? -7 : $0 })
    table.remove(key(3, crowded: false))
    #expect(table.items.prefix(5).map(\.value) == [0, 1, 2, 49, 4])
  }
}

@Suite("StateKey and KeyInterner")
struct KeyInternerTests {
  private func key(_ text: String, _ keys: inout KeyInterner) -> StateKey? {
    keys.key(Array(text.utf8).span.bytes)
  }

  @Test("A key is found again by its bytes, and is the one that a text makes", arguments: 0..<40)
  func found(length: Int) {
    var keys = KeyInterner()
    let text = String(repeating: "é.x", count: length)
    #expect(key(text, &keys) == StateKey(text))
    #expect(key(text, &keys) == StateKey(text))
    #expect(key(text, &keys)?.text == text)
    #expect(key(text + "y", &keys) != StateKey(text))
  }

  @Test("Two spellings of a letter are two keys")
  func spellings() {
    var keys = KeyInterner()
    let (one, other) = (key("\u{E9}", &keys), key("e\u{301}", &keys))
    #expect(one != other && one?.text == other?.text)
    #expect(one == StateKey("\u{E9}") && other == StateKey("e\u{301}"))
  }

  @Test("Any byte of a key counts, wherever it is", arguments: 1...70)
  func anyByte(length: Int) {
    let bytes = [UInt8](repeating: 0x61, count: length)
    var keys = KeyInterner(capacity: 0)
    var seen: Set<UInt> = [keys.key(bytes.span.bytes)?.hash ?? 0]
    for place in bytes.indices {
      var other = bytes
      other[place] = 0x62
      let key = keys.key(other.span.bytes)
      #expect(key != keys.key(bytes.span.bytes))
      seen.insert(key?.hash ?? 0)
    }
    #expect(seen.count == length + 1)
  }

  @Test("What is no UTF-8 is no key, and is not remembered")
  func invalid() {
    var keys = KeyInterner()
    #expect(keys.key([0x61, 0xFF].span.bytes) == nil)
    #expect(keys.key([0xC3].span.bytes) == nil)
    #expect(key("a", &keys) == StateKey("a"))
  }

  @Test("With as many keys as it remembers it begins afresh, and goes on", arguments: [0, 1, 100])
  func bounded(capacity: Int) {
    var keys = KeyInterner(capacity: capacity)
    for round in 0..<3 {
      for number in 0..<500 {
        #expect(key("selection.\(number)", &keys) == StateKey("selection.\(number)"), "\(round)")
      }
    }
  }
}
