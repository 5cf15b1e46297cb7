import SharedState
import Testing

@Suite("StateDictionary")
struct StateDictionaryTests {
  @Test("A large change to nothing is what it is key by key")
  func wholeState() {
    let change = StateChange(
      updates: .init(uniqueKeysWithValues: (0..<40_000).map { ("key \($0)", .int($0)) }),
      removals: ["gone"]
    )
    var (whole, one) = (StateDictionary(), StateDictionary())
    whole.apply(change)
    for key in change.updates.keys { one[key] = change.updates[key]?.value }
    #expect(whole == one && whole.count == 40_000)
  }

  @Test("A copy stays as it is while the town moves on")
  func snapshot() {
    var town: StateDictionary = ["a": 1, "b": ["x": 1]]
    let visit = town
    town["a"] = nil
    town["b"] = 2
    town["c"] = 3
    #expect(visit == ["a": 1, "b": ["x": 1]])
    #expect(town == ["b": 2, "c": 3])
    #expect(town.count == 2)
    #expect(!town.isEmpty)
    #expect(town.contains("b"))
    #expect(!town.contains("a"))
  }

  @Test("A null value is there")
  func null() {
    var town: StateDictionary = ["a": nil]
    #expect(town.contains("a"))
    #expect(town["a"] == .some(.null))
    town["a"] = .none
    #expect(town.isEmpty)
  }

  @Test("Not-a-number is no change")
  func notANumber() {
    let town: StateDictionary = ["a": .double(.nan)]
    #expect(town == ["a": .double(.nan)])
    #expect((["a": .double(.nan)] as StateDictionary).changes(since: town).isEmpty)
  }

  @Test(
    "A prefix is compared byte by byte and may be any text",
    arguments: [
      ("", 7), ("selection.", 4), ("sel", 4), ("selection.a", 2), ("selection.selection.", 1),
      ("scene", 2), ("scene.", 1), ("selection.\u{301}", 1), ("x", 0),
    ]
  )
  func prefixes(prefix: String, count: Int) {
    let town: StateDictionary = [
      "selection.a": 1, "selection.ab": 2, "selection.selection.a": 3,
      // To Swift the dot and the accent are one character, and the key does not begin with the street.
      "selection.\u{301}x": 4,
      "scene": 5, "scene.box": 6, "": 7,
    ]
    #expect(town.keys(withPrefix: prefix).count == count)
    #expect(town.count(withPrefix: prefix) == count)
    #expect(town.keys(withPrefix: prefix) == town.keys(withPrefix: prefix).sorted())
  }

  @Test("Any text is a key, and spellings are kept apart")
  func keys() {
    let keys = ["", " ", ".", "..", "a.", ".a", "é", "e\u{301}", "\u{0}", "👩‍👩‍👧", "K", "\u{212A}"]
    var town = StateDictionary()
    for (place, key) in keys.enumerated() { town[key] = .int(Int64(place)) }
    #expect(town.count == keys.count)
    for (place, key) in keys.enumerated() { #expect(town[key] == .int(Int64(place))) }
    let seen = town.map { "\(Array($0.key.utf8))" }
    #expect(Set(seen) == Set(keys.map { "\(Array($0.utf8))" }))
  }

  @Test("Thousands of spellings of one text do not pile up in one place", .timeLimit(.minutes(1)))
  func hostileKeys() {
    // 2^13 keys that are all equal to Swift, so that its own hash is the same for all of them.
    let keys = (0..<8192).map { number in
      (0..<13).map { number >> $0 & 1 == 0 ? "é" : "e\u{301}" }.joined()
    }
    var town = StateDictionary()
    for key in keys { town[key] = .null }
    #expect(town.count == keys.count)
    #expect(keys.allSatisfy(town.contains))
    #expect(Set(keys).count == 1)
  }

  @Test("The difference between two states leads from one to the other", arguments: 0..<200)
  func difference(seed: UInt64) {
    var chance = Chance(seed: seed)
    var older = StateDictionary()
    for _ in 0..<3 { older.apply(chance.change()) }
    // Related or not: a state that grew out of the other, or one that knows nothing of it.
    var newer = chance.below(2) == 0 ? older : StateDictionary()
    for _ in 0..<3 { newer.apply(chance.change()) }
    let change = newer.changes(since: older)
    var town = older
    town.apply(change)
    #expect(town == newer)
    #expect(newer.changes(since: newer).isEmpty)
    #expect(
      change.keys.allSatisfy { older.entry(for: $0) != newer.entry(for: $0) },
      "It names only what differs"
    )
    #expect((older == newer) == change.isEmpty)
  }

  @Test(
    "Two large states that share nearly all differ in what was touched, and in no more",
    arguments: 0..<8
  )
  func largeDifference(seed: UInt64) {
    var chance = Chance(seed: seed)
    var older = StateDictionary()
    for number in 0..<3000 { older["s\(number % 60).\(number)"] = .int(Int64(number)) }
    var (newer, touched) = (older, Set<String>())
    for _ in 0..<chance.below(60) {
      let number = chance.below(3200)
      let key = "s\(number % 60).\(number)"
      touched.insert(key)
      newer[key] = chance.below(3) == 0 ? nil : .int(Int64(chance.below(9)) - 9)
    }
    let change = newer.changes(since: older)
    var town = older
    town.apply(change)
    #expect(town == newer)
    #expect(touched.isSuperset(of: change.keys))
    #expect(change.keys.allSatisfy { older.entry(for: $0) != newer.entry(for: $0) })
    var back = newer
    back.apply(older.changes(since: newer))
    #expect(back == older)
  }

  @Test("Keys that look alike have one order too")
  func order() {
    let keys = ["e\u{301}", "é", "f", "e"]
    for rotation in 0..<keys.count {
      var town = StateDictionary()
      for key in keys[rotation...] + keys[..<rotation] { town[key] = .null }
      let sorted = town.keys(withPrefix: "").map { Array($0.utf8) }
      #expect(sorted == ["e", "f", "e\u{301}", "é"].map { Array($0.utf8) })
    }
  }

  @Test("It is made from plain values and walked over")
  func walking() {
    let town = StateDictionary(["a": 1, "b": 2])
    #expect(town.map { "\($0.key)=\($0.entry.value.text)" }.sorted() == ["a=1", "b=2"])
    #expect(town.keys.sorted() == ["a", "b"])
    #expect((["a": 1, "a": 2] as StateDictionary)["a"] == 2)
  }
}
