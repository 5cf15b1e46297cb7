import SharedState
import Testing

@testable import Dashboard

@Suite("Phrases")
struct PhrasesTests {
  @Test(
    "Measurements are short and keep their kind",
    arguments: [
      (0.0, "0.0"), (1.0, "1.0"), (-0.3, "-0.3"), (1.25, "1.25"), (0.1234567, "0.123"),
      (-0.0004, "0.0"), (1234567.5, "1234567.5"), (1e20, "1e+20"), (.infinity, "Infinity"),
      (-.infinity, "-Infinity"), (.nan, "NaN"),
      (.greatestFiniteMagnitude, "1.7976931348623157e+308"),
    ]
  )
  func decimals(number: Double, text: String) {
    #expect(Phrases.decimal(number, digits: 3) == text)
  }

  @Test(
    "Whole numbers have their thousands set apart",
    arguments: [
      (0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567"),
      (Int.min, "-9,223,372,036,854,775,808"),
    ]
  )
  func grouped(number: Int, text: String) {
    #expect(Phrases.grouped(number) == text)
  }

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

  @Test("Lengths and sizes are said in words")
  func lengths() {
    #expect(Phrases.length(.milliseconds(4)) == "4 ms")
    #expect(Phrases.length(.milliseconds(1250)) == "1.2 s")
    #expect(Phrases.length(.microseconds(10)) == "under 1 ms")
    #expect(Phrases.size(1) == "1 byte")
    #expect(Phrases.size(1500) == "1.5 kB")
    #expect(Phrases.size(128 << 20) == "134.2 MB")
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
