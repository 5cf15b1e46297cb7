import SharedState
import TextScreen
import Testing

@testable import Dashboard

@Suite("ValueExcerpt")
struct ValueExcerptTests {
  @Test(
    "A value that fits is shown whole",
    arguments: [
      ([1, 2.0, "a\n", .null], #"[1, 2.0, "a\n", null]"#),
      (["a": ["b": true], "c": []], #"{"a": {"b": true}, "c": []}"#),
      (.bytes([1, 2]), #"b64"AQI=""#),
      (.double(.infinity), "Infinity"),
    ] as [(StateValue, String)]
  )
  func whole(value: StateValue, text: String) {
    #expect(ValueExcerpt.text(value, budget: 60) == text)
  }

  @Test("A value that does not fit says how much there is")
  func cut() {
    let numbers = StateValue.array((0..<5000).map { .int($0) })
    #expect(ValueExcerpt.text(numbers, budget: 12) == "[0, 1, 2, 3, … 5000 in all]")
    #expect(
      ValueExcerpt.text(.string(String(repeating: "x", count: 99)), budget: 8) == "\"xxxxxxxx…\""
    )
    #expect(
      ValueExcerpt.text(.bytes(.init(repeating: 0, count: 99)), budget: 8).hasSuffix("… 99 bytes")
    )
  }

  @Test("However large the value, only what is shown is looked at")
  func bounded() {
    let wide = StateValue.array(
      Array(repeating: .string(String(repeating: "x", count: 1000)), count: 1000)
    )
    #expect(ValueExcerpt.text(wide, budget: 40).utf8.count < 400)
    var deep: StateValue = 1
    for _ in 0..<400 { deep = ["a": deep] }
    #expect(ValueExcerpt.text(deep, budget: 40).utf8.count < 4000)
  }

  @Test("Two long lists are shown where they begin to differ")
  func pair() {
    let old = StateValue.array((0..<100).map { .int($0) })
    let new = StateValue.array((0..<90).map { .int($0) } + [7])
    let texts = ValueExcerpt.texts([old, new], budget: 20, ellipsis: "…")
    #expect(texts[1] == "[… 88, 89, 7]")
    #expect(texts[0]?.hasPrefix("[… 88, 89, 90, ") == true)
    #expect(ValueExcerpt.texts([[1, 2], [1, 3]], budget: 20, ellipsis: "…")[1] == "[1, 3]")
  }

  @Test(
    "Whatever they are and however deep it is, long values are shown where they differ",
    arguments: [
      { .string(String(repeating: "x", count: 900) + $0) },
      { .bytes([UInt8](repeating: 7, count: 900) + [$0 == "A" ? 1 : 2]) },
      { .array([[.string(String(repeating: "x", count: 900) + $0)]]) },
      { .array([.array((0..<500).map { .int($0) } + [.string($0)])]) },
      { text in
        .object(StateObject((0..<99).map { ("k\($0)", .int($0)) } + [("last", .string(text))]))
      },
      { [["a": .string(String(repeating: "y", count: 99)), "b": [.string($0)]]] },
    ] as [@Sendable (String) -> StateValue]
  )
  func apart(value: @Sendable (String) -> StateValue) {
    let texts = ValueExcerpt.texts([value("A"), value("B"), nil], budget: 60, ellipsis: "…")
    #expect(texts[0] != texts[1] && texts[2] == nil)
    #expect(texts.allSatisfy { ($0 ?? "").count < 200 })
  }
}

@Suite("KindWarning")
struct KindWarningTests {
  @Test(
    "A change of kind is warned of",
    arguments: [
      (1.0, 1, "was a float, becomes an int"),
      (1, 1.0, "was an int, becomes a float"),
      ("a", 1, "was a string, becomes an int"),
      ([1.0, 2.0], [1, 2], "was a list of float values, becomes one of int values"),
      ([1.0, 2.0], [1, 2.0], "mixes whole numbers with floats"),
      (["a": 1], [1], "was a dictionary, becomes a list"),
    ] as [(StateValue, StateValue, String)]
  )
  func warned(old: StateValue, new: StateValue, words: String) {
    #expect(KindWarning.text(from: old, to: new)?.hasPrefix(words) == true)
  }

  @Test(
    "What is usual is not",
    arguments: [
      (1.0, 2.0), (.null, [1, 2]), ([1], .null), ([1], []), ([1, "a"], ["b", 2]),
    ] as [(StateValue, StateValue)]
  )
  func usual(old: StateValue, new: StateValue) {
    #expect(KindWarning.text(from: old, to: new) == nil)
  }

  @Test("In a diff the place is named")
  func placed() {
    let diff = ValueDiff(from: ["a": ["b": 1.0]], to: ["a": ["b": 1]])
    #expect(KindWarning.text(in: diff)?.hasPrefix("a.b: was a float") == true)
  }
}
