import SharedState
import Testing

@Suite("StateChange")
struct StateChangeTests {
  @Test("A key is updated or removed, never both: the last word counts")
  func disjoint() {
    var change = StateChange(updates: ["a": 1, "b": 2], removals: ["b", "c"])
    #expect(change.updates.keys == ["a"])
    #expect(change.removals == ["b", "c"])
    change.update("c", to: 3)
    change.remove("a")
    #expect(change.updates.keys == ["c"])
    #expect(change.removals == ["a", "b"])
    #expect(change.count == 3)
    #expect(Set(change.keys) == ["a", "b", "c"])
  }

  @Test("What happened to a key can be asked for and forgotten")
  func forgetting() {
    var change = StateChange(updates: ["a": 1], removals: ["b"])
    #expect(change.touches("a"))
    #expect(change.touches("b"))
    #expect(!change.touches("c"))
    #expect(change.updates["a"]?.value == 1)
    #expect(change.updates["b"] == nil)
    let forgotten = [change.forget("a"), change.forget("b"), change.forget("c")]
    #expect(forgotten == [true, true, false])
    #expect(change.isEmpty)
    #expect(change == StateChange())
  }

  @Test("Two spellings of one name are two keys")
  func exactKeys() {
    var change = StateChange(updates: ["é": 1])
    change.update("e\u{301}", to: 2)
    #expect(change.updates.count == 2)
    change.remove("é")
    #expect(change.updates["e\u{301}"]?.value == 2)
    #expect(change.removals.contains("é"))
    #expect(!change.removals.contains("e\u{301}"))
    var town: StateDictionary = ["é": 1]
    town.apply(StateChange(removals: ["e\u{301}"]))
    #expect(town["é"] == 1)
  }

  @Test("Updates and removals read like a dictionary and a set")
  func reading() {
    let change = StateChange(updates: ["a": 1, "b": 2], removals: ["c", "d"])
    #expect(change.updates == ["a": StateEntry(1), "b": StateEntry(2)])
    #expect(change.updates.map { "\($0.key)\($0.value.value.text)" }.sorted() == ["a1", "b2"])
    #expect(change.updates.values.compactMap(\.value.int).sorted() == [1, 2])
    #expect(change.removals.sorted() == ["c", "d"])
    #expect(change.removals.count == 2)
    #expect(StateChange(removals: ["c"].lazy.map { $0 }).removals == ["c"])
  }

  @Test("Merging is the same as applying one after the other", arguments: 0..<300)
  func mergeIsSequence(seed: UInt64) {
    var chance = Chance(seed: seed)
    var town = StateDictionary()
    town.apply(chance.change())
    let (first, second) = (chance.change(), chance.change())
    var oneByOne = town
    oneByOne.apply(first)
    oneByOne.apply(second)
    var merged = first
    merged.merge(second)
    town.apply(merged)
    #expect(town == oneByOne)
    #expect(merged.updates.allSatisfy { !merged.removals.contains($0.key) })
  }

  @Test("It does not matter which of three changes are merged first", arguments: 0..<300)
  func mergeIsAssociative(seed: UInt64) {
    var chance = Chance(seed: seed)
    let (first, second, third) = (chance.change(), chance.change(), chance.change())
    var left = first
    left.merge(second)
    left.merge(third)
    var tail = second
    tail.merge(third)
    var right = first
    right.merge(tail)
    #expect(left == right)
    var nothing = StateChange()
    nothing.merge(first)
    #expect(nothing == first)
    nothing.merge(StateChange())
    #expect(nothing == first)
  }

  @Test("The inverse leads back, and the inverse of that forth again", arguments: 0..<300)
  func inverse(seed: UInt64) {
    var chance = Chance(seed: seed)
    var base = StateDictionary()
    base.apply(chance.change())
    let change = chance.change()
    var town = base
    town.apply(change)
    let after = town
    let back = change.inverse(against: base)
    town.apply(back)
    #expect(town == base)
    town.apply(back.inverse(against: after))
    #expect(town == after)
    #expect(Set(back.keys) == Set(change.keys))
  }
}
