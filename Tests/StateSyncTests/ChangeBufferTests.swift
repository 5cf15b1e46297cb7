import SharedState
import StateSync
import TestSupport
import Testing

@Suite("ChangeBuffer")
struct ChangeBufferTests {
  private let houses: StateDictionary = ["a": 0, "b": 0, "c": 0]

  @Test("The newest word on each key counts")
  func coalesces() {
    var buffer = ChangeBuffer()
    buffer.merge(StateChange(updates: ["a": 1, "b": 1]), known: houses)
    buffer.merge(StateChange(updates: ["a": 2], removals: ["b"]), known: houses)
    buffer.merge(StateChange(updates: ["b": 3], removals: ["c"]), known: houses)
    #expect(buffer.take() == StateChange(updates: ["a": 2, "b": 3], removals: ["c"]))
    #expect(buffer.isEmpty)
    #expect(buffer.take() == nil)
  }

  @Test("A house that came and went leaves nothing behind, one that was known is removed")
  func cameAndWent() {
    var buffer = ChangeBuffer()
    buffer.merge(StateChange(updates: ["new": 1]), known: houses)
    buffer.merge(StateChange(removals: ["new", "a", "never"]), known: houses)
    #expect(buffer.take() == StateChange(removals: ["a"]))
  }

  @Test("It is bounded by the keys known and the keys there are, however many come and go")
  func bounded() {
    var buffer = ChangeBuffer()
    for number in 0..<10_000 {
      buffer.merge(StateChange(updates: ["k\(number)": 0]), known: houses)
      buffer.merge(StateChange(removals: ["k\(number)", "a"]), known: houses)
    }
    #expect(buffer.change == StateChange(removals: ["a"]))
  }

  @Test("For who holds the known state, what gathered does what each change in turn does")
  func law() {
    for seed in 0..<200 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      var buffer = ChangeBuffer()
      var one = houses
      for number in 0..<20 {
        let change = randomChange(number, using: &generator)
        one.apply(change)
        buffer.merge(change, known: houses)
      }
      var all = houses
      all.apply(buffer.change)
      #expect(all == one)
      #expect(buffer.change.updates.keys.allSatisfy { !buffer.change.removals.contains($0) })
      #expect(buffer.change.removals.allSatisfy { houses.contains($0) })
    }
  }

  private func randomChange(_ number: Int, using generator: inout SeededGenerator) -> StateChange {
    var change = StateChange()
    for _ in 0..<2 {
      let key = ["a", "b", "c", "d", "e"].randomElement(using: &generator) ?? "a"
      if Bool.random(using: &generator) {
        change.remove(key)
      } else {
        change.update(key, to: .int(Int64(number)))
      }
    }
    return change
  }
}
