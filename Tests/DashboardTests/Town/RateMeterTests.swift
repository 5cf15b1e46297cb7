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
}
