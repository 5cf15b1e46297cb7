import TestSupport
import Testing

@testable import Dashboard

@Suite("RateMeter")
struct RateMeterTests {
  @Test("A steady thirty a second reads as thirty, from the first whole second on")
  func steady() {
    var meter = RateMeter()
    for tick in 0..<150 { meter.note(at: .milliseconds(1000 + tick * 1000 / 30)) }
    #expect(meter.perSecond(at: .milliseconds(5990)) == 30)
    var young = RateMeter()
    for tick in 0..<45 { young.note(at: .milliseconds(1000 + tick * 1000 / 30)) }
    #expect(young.perSecond(at: .milliseconds(2500)) == 30)
  }

  @Test("What happened once or twice has no rate")
  func single() {
    var meter = RateMeter()
    meter.note(at: .seconds(10))
    meter.note(at: .seconds(10))
    #expect(meter.perSecond(at: .seconds(11)) == 0)
  }

  @Test("Four seconds after the last time the rate is gone")
  func fades() {
    var meter = RateMeter()
    meter.note(at: .seconds(10), times: 300)
    #expect(meter.perSecond(at: .seconds(11)) == 300)
    #expect(meter.perSecond(at: .seconds(13)) == 100)
    #expect(meter.perSecond(at: .seconds(14)) == 0)
    meter.note(at: .seconds(500), times: 6)
    #expect(meter.perSecond(at: .seconds(501)) == 6)
  }

  @Test("A clock that stands still or steps back is no trap")
  func oddTimes() {
    var meter = RateMeter()
    meter.note(at: .seconds(10))
    meter.note(at: .seconds(9))
    meter.note(at: .zero - .seconds(5))
    #expect(meter.perSecond(at: .seconds(9)) == 0)
    #expect(RateMeter().perSecond(at: .seconds(9)) == 0)
  }

  @Test("The last ten whole seconds are told one by one, and then it is quiet")
  func recent() {
    var meter = RateMeter()
    #expect(meter.recent(at: .seconds(100)).isEmpty)
    for second in [100, 101, 103] { meter.note(at: .seconds(second), times: second - 99) }
    #expect(meter.recent(at: .seconds(104)) == [0, 0, 0, 0, 0, 0, 1, 2, 0, 4])
    #expect(meter.recent(at: .seconds(110)) == [1, 2, 0, 4, 0, 0, 0, 0, 0, 0])
    #expect(meter.recent(at: .seconds(113)) == [4, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    #expect(meter.recent(at: .seconds(114)).isEmpty)
    meter.note(at: .seconds(115), times: 9)
    #expect(meter.recent(at: .seconds(116)) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 9])
  }

  @Test("It counts as a list of all that happened does, whenever it is asked")
  func likeAList() {
    var random = SeededGenerator(seed: 3)
    var (meter, all, second) = (RateMeter(), [Int: Int](), 50)
    for _ in 0..<5000 {
      second += random.next(below: 4) == 0 ? random.next(below: 15) : 0
      meter.note(at: .seconds(second))
      all[second, default: 0] += 1
      let asked = second + random.next(below: 14)
      let expected = (1...10).reversed().map { all[asked - $0] ?? 0 }
      let isQuiet = expected.allSatisfy { $0 == 0 }
      #expect(meter.recent(at: .seconds(asked)) == (isQuiet ? [] : expected))
    }
  }

  @Test("It is no larger than 32 bytes, and holds more than can happen")
  func small() {
    #expect(MemoryLayout<RateMeter>.size <= 32)
    var meter = RateMeter()
    meter.note(at: .seconds(1), times: .max / 2)
    meter.note(at: .seconds(1), times: 5)
    #expect(meter.recent(at: .seconds(2)).last == 65_535)
  }
}
