import SharedState
import StateSync
import TestSupport
import Testing

@Suite("ChangeBuffer")
struct ChangeBufferTests {
  @Test("The newest word on each key counts")
  func coalesces() {
    var buffer = ChangeBuffer()
    buffer.merge(StateChange(updates: ["a": 1, "b": 1]))
    buffer.merge(StateChange(updates: ["a": 2], removals: ["b"]))
    buffer.merge(StateChange(updates: ["b": 3], removals: ["c"]))
    #expect(buffer.take() == StateChange(updates: ["a": 2, "b": 3], removals: ["c"]))
    #expect(buffer.isEmpty)
    #expect(buffer.take() == nil)
  }

  @Test("It is bounded by the number of keys, not of changes")
  func bounded() {
    var buffer = ChangeBuffer()
    for number in 0..<10_000 {
      let key = "k\(number % 10)"
      buffer.merge(
        number.isMultiple(of: 3)
          ? StateChange(removals: [key]) : StateChange(updates: [key: .int(Int64(number))])
      )
    }
    #expect(buffer.change.count == 10)
  }

  @Test("Applying what gathered is applying each in turn, and no key is both updated and removed")
  func law() {
    for seed in 0..<100 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      var buffer = ChangeBuffer()
      let base = StateDictionary(["k0": 0, "k1": 0, "k2": 0])
      var one = base
      for number in 0..<20 {
        var change = StateChange()
        for _ in 0..<2 {
          let key = "k\(Int.random(in: 0..<5, using: &generator))"
          if Bool.random(using: &generator) {
            change.remove(key)
          } else {
            change.update(key, to: .int(Int64(number)))
          }
        }
        one.apply(change)
        buffer.merge(change)
      }
      var all = base
      all.apply(buffer.change)
      #expect(all == one)
      #expect(buffer.change.updates.keys.allSatisfy { !buffer.change.removals.contains($0) })
    }
  }
}
