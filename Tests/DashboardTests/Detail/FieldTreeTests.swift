import SharedState
import Testing

@testable import Dashboard

@Suite("FieldTree")
struct FieldTreeTests {
  private func names(
    _ value: StateValue,
    folds: [String: Bool] = [:],
    all: Bool? = nil
  ) -> [String] {
    FieldTree(value, folds: folds, all: all).lines.map { line in
      String(repeating: " ", count: line.depth)
        + (line.id.page.map { "\($0.lowerBound)..<\($0.upperBound)" } ?? line.name)
    }
  }

  @Test("Fields keep their order, dictionaries are open, a vector is one line")
  func shape() {
    let value: StateValue = [
      "z": 1, "a": ["inner": [1.0, 2.0, 3.0]], "list": [["x": 1]], "empty": [:],
    ]
    #expect(names(value) == ["z", "a", " inner", "list", " [0]", "  x", "empty"])
  }

  @Test("A value without fields is one line of its own")
  func leaf() {
    #expect(names(7) == [""])
    #expect(names([]) == [""])
    #expect(names([:]) == [""])
  }

  @Test("A list of 100,000 comes in pages, and only what is open is laid out")
  func pages() {
    let list = StateValue.array(Array(repeating: 1, count: 100_000))
    #expect(names(list).count == 10)
    #expect(names(list).first == "0..<10000")
    let folds = ["(whole value)0..<10000": true, "(whole value)200..<300": true]
    let open = names(list, folds: folds)
    #expect(open.count == 10 + 100 + 100)
    #expect(open[4] == "  [200]")
    #expect(names(.array(Array(repeating: 1, count: 100))).count == 100)
    #expect(
      names(.array(Array(repeating: 1, count: 250))) == ["0..<100", "100..<200", "200..<250"]
    )
  }

  @Test("Opening everything stops at a bound, whatever the value")
  func bound() {
    var deep: StateValue = 1
    for _ in 0..<3000 { deep = ["a": deep] }
    #expect(names(deep, all: true).count <= FieldTree.deepest + 1)
    let inner = StateValue.array(Array(repeating: 1, count: 50))
    let wide = StateValue.array(Array(repeating: inner, count: 90))
    #expect(names(wide, all: true).count < FieldTree.openedByItself + 200)
  }

  @Test("What a person closed stays closed, and what they opened open")
  func folds() {
    let value: StateValue = ["a": ["b": 1], "v": [1, 2]]
    #expect(names(value, folds: ["a": false, "v": true]) == ["a", "v", " [0]", " [1]"])
    #expect(names(value, folds: ["a": true], all: false) == ["a", " b", "v"])
  }
}
