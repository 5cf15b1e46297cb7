import Testing
import Wording

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

  @Test("Lengths and sizes are said in words")
  func lengths() {
    #expect(Phrases.length(.milliseconds(4)) == "4 ms")
    #expect(Phrases.length(.milliseconds(1250)) == "1.2 s")
    #expect(Phrases.length(.microseconds(10)) == "under 1 ms")
    #expect(Phrases.size(1) == "1 byte")
    #expect(Phrases.size(1500) == "1.5 kB")
    #expect(Phrases.size(128 << 20) == "134.2 MB")
  }

  @Test("What took no time to speak of is said so after a verb, and before \"later\"")
  func shortTimes() {
    #expect(Phrases.after(.milliseconds(12)) == "after 12 ms")
    #expect(Phrases.after(.microseconds(10)) == "in under 1 ms")
    #expect(Phrases.later(.milliseconds(12)) == "12 ms later")
    #expect(Phrases.later(.microseconds(10)) == "less than 1 ms later")
  }

  @Test(
    "A word is near another if a letter is wrong, missing or too many, or if letters changed places",
    arguments: [
      ("get", "gte", true), ("remove", "remov", true), ("set", "sett", true), ("set", "get", true),
      ("watch", "wait", false), ("add", "clear", false), ("", "ab", false),
    ]
  )
  func near(word: String, other: String, isNear: Bool) {
    #expect(word.isNear(other) == isNear && other.isNear(word) == isNear)
  }
}
