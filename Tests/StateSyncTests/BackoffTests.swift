import StateSync
import TestSupport
import Testing

@Suite("Backoff")
struct BackoffTests {
  @Test("I7: pauses double from a quarter of a second to five, and each is drawn from its range")
  func ranges() {
    let ranges: [(Int, Int)] = [
      (250, 500), (500, 1000), (1000, 2000), (2000, 4000), (2500, 5000), (2500, 5000),
    ]
    for seed in 0..<200 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      var backoff = Backoff()
      for (shortest, longest) in ranges {
        let pause = backoff.next(using: &generator)
        #expect(pause >= .milliseconds(shortest) && pause <= .milliseconds(longest))
      }
    }
  }

  @Test("Two clients do not come back at the same moment")
  func jitter() {
    var pauses: Set<Duration> = []
    for seed in 0..<50 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      var backoff = Backoff()
      pauses.insert(backoff.next(using: &generator))
    }
    #expect(pauses.count == 50)
  }

  @Test("It never ends and never overflows, and begins anew after a reset")
  func endless() {
    var generator = SeededGenerator(seed: 1)
    var backoff = Backoff()
    for _ in 0..<10_000 { #expect(backoff.next(using: &generator) <= .seconds(5)) }
    #expect(backoff.failures == 10_000)
    backoff.reset()
    #expect(backoff.next(using: &generator) <= .milliseconds(500))
  }

  @Test("Odd bounds are made usable")
  func oddBounds() {
    var generator = SeededGenerator(seed: 1)
    var backoff = Backoff(shortest: .seconds(-1), longest: .seconds(-2))
    #expect(backoff.next(using: &generator) > .zero)
  }
}
