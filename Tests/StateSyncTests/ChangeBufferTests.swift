import SharedState
import StateSync
import TestSupport
import Testing

@Suite("ChangeBuffer")
struct ChangeBufferTests {
  private let houses: StateDictionary = ["a": 0, "b": 0, "c": 0]

  /// What gathers while changes are made to the houses.
  private func gathered(_ changes: [StateChange]) -> ChangeBuffer {
    var (buffer, state) = (ChangeBuffer(), houses)
    for change in changes { buffer.merge(StateEvents(applying: change, to: &state)) }
    return buffer
  }

  @Test("The newest word on each key counts")
  func coalesces() {
    var buffer = gathered([
      StateChange(updates: ["a": 1, "b": 1]),
      StateChange(updates: ["a": 2], removals: ["b"]),
      StateChange(updates: ["b": 3], removals: ["c"]),
    ])
    #expect(buffer.take()?.change == StateChange(updates: ["a": 2, "b": 3], removals: ["c"]))
    #expect(buffer.isEmpty)
    #expect(buffer.take() == nil)
  }

  @Test("A house that came and went leaves nothing behind, one that was known is removed")
  func cameAndWent() {
    var buffer = gathered([
      StateChange(updates: ["new": 1]), StateChange(removals: ["new", "a", "never"]),
    ])
    #expect(buffer.take()?.change == StateChange(removals: ["a"]))
  }

  @Test("It is bounded by the keys known and the keys there are, however many come and go")
  func bounded() {
    let buffer = gathered(
      (0..<10_000).flatMap { number in
        [StateChange(updates: ["k\(number)": 0]), StateChange(removals: ["k\(number)", "a"])]
      }
    )
    #expect(buffer.change == StateChange(removals: ["a"]))
  }

  @Test("For who holds the known state, what gathered does what each change in turn does")
  func law() {
    for seed in 0..<200 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      // In two buffers, of which the later is added to the earlier as a whole.
      var (buffer, later) = (ChangeBuffer(), ChangeBuffer())
      var one = houses
      for number in 0..<20 {
        let events = StateEvents(applying: randomChange(number, using: &generator), to: &one)
        if number < 10 { buffer.merge(events) } else { later.merge(events) }
      }
      buffer.merge(later)
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
