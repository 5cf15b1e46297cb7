import SharedState
import Testing
import TextScreen

@testable import Dashboard

@Suite("ValueDigest")
struct ValueDigestTests {
  private func text(_ value: StateValue, room: Int = 60) -> String {
    ValueDigest.text(value, room: room, glyphs: .unicode)
  }

  @Test("A value is one line in which numbers keep their kind")
  func kinds() {
    #expect(text(nil) == "null")
    #expect(text(1) == "1")
    #expect(text(1.0) == "1.0")
    #expect(text(.double(.infinity)) == "Infinity")
    #expect(text("a") == "\"a\"")
    #expect(text(.bytes([0, 255])) == "2 bytes: 00 ff")
    #expect(text(.bytes([])) == "0 bytes")
    #expect(text([1, 2.5, nil, true]) == "[1 2.5 null true]")
    #expect(text(["a": 1, "b": ["c": []]]) == "{a 1, b {c []}}")
  }

  @Test("What is not shown is not looked at: a million elements cost no more than a few")
  func large() {
    let list = StateValue.array(Array(repeating: 7, count: 1_000_000))
    #expect(text(list, room: 10) == "[7 7 7 7 7 … 1,000,000 in all]")
    let string = text(.string(String(repeating: "x", count: 1_000_000)), room: 10)
    #expect(string.count <= 12)
  }

  @Test("Nesting as deep as a hostile peer likes ends in an ellipsis")
  func deep() {
    var value: StateValue = 1
    for _ in 0..<5000 { value = [value] }
    #expect(text(value).hasPrefix("[[[[[[[["))
    #expect(text(value).count < 200)
  }
}
