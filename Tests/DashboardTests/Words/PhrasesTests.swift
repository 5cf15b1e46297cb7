import ScreenKit
import SharedState
import Testing

@testable import Dashboard

@Suite("Phrases of the state")
struct PhrasesTests {
  @Test("Atoms are told as ranges, and what is no atom is not told as one")
  func ranges() {
    let atoms: [StateValue] = [43, 44, 45, 60, 7, 8]
    #expect(Phrases.ranges(atoms, limit: 9, ascii: false) == "43–45, 60, 7, 8")
    #expect(Phrases.ranges(atoms, limit: 1, ascii: true) == "43-45, ..")
    #expect(Phrases.ranges([.double(3), .double(4), .double(5)], limit: 9, ascii: true) == "3-5")
    #expect(Phrases.ranges([1, "x"], limit: 9, ascii: true) == nil)
    #expect(Phrases.ranges([.int(.max), .int(.min)], limit: 9, ascii: true) != nil)
    #expect(Phrases.ranges([.double(.infinity)], limit: 9, ascii: true) == nil)
  }

  @Test("An age ticks for ten seconds and is a time of day from then on")
  func ages() {
    let past = Moment(uptime: .seconds(100), clock: .seconds(3661))
    func age(_ seconds: Double) -> String {
      Phrases.age(of: past, at: Moment(uptime: .seconds(100) + .seconds(seconds), clock: .zero))
    }
    #expect(age(0.9) == "just now")
    #expect(age(3.2) == "3 s ago")
    #expect(age(10) == "at 01:01:01")
    #expect(age(-5) == "just now")
  }

  @Test("The time of day is read off any clock, even one before midnight")
  func clock() {
    let moment = Moment(uptime: .zero, clock: .seconds(50_587) + .milliseconds(120))
    #expect(moment.clockText == "14:03:07")
    #expect(moment.preciseClockText == "14:03:07.120")
    #expect(Moment(uptime: .zero, clock: .seconds(-1)).clockText == "23:59:59")
    #expect(Moment(uptime: .zero, clock: .seconds(86_400)).clockText == "00:00:00")
  }
}
