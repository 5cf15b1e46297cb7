import SharedState
import TestSupport
import Testing

@Suite("ValuePath")
struct ValuePathTests {
  @Test(
    "A path is written as a person would write it, and read back",
    arguments: [
      (["selected", "particle_ids"], "selected.particle_ids"),
      (["components", 0, "position"], "components[0].position"),
      (["properties", "nanover.rendering.renderer"], #"properties."nanover.rendering.renderer""#),
      ([1, 2], "[1][2]"),
      (["a \"quoted\\name"], #""a \"quoted\\name""#),
      ([""], #""""#),
      (["größe-1"], "größe-1"),
      // An accent that stands behind a mark makes no other mark of it.
      (["\u{301}a", "b"], "\"\u{301}a\".b"), (["a\"\u{301}"], "\"a\\\"\u{301}\""),
      (["a", "\u{600}", 1], "a.\"\u{600}\"[1]"),
    ] as [(ValuePath, String)]
  )
  func writtenAndRead(path: ValuePath, text: String) {
    #expect(path.description == text)
    #expect(ValuePath(text: text) == path)
  }

  @Test(
    "What is no path is refused",
    arguments: ["", ".", "a.", ".a", "a..b", "a[", "a[x]", "a[-1]", "a[1]b", "\"open", "a b", "a="]
  )
  func refused(text: String) {
    #expect(ValuePath(text: text) == nil)
  }

  @Test("The whole value has a path of its own")
  func root() {
    #expect(ValuePath.root.isRoot)
    #expect(ValuePath.root.description == "(whole value)")
    #expect(ValuePath.root.contains(["a"]))
    #expect(!(["a"] as ValuePath).contains(["b", "a"]))
  }

  @Test("A place is found through fields and elements")
  func lookup() {
    let value: StateValue = ["a": [["b": 1], ["b": 2]]]
    #expect(value.value(at: ["a", 1, "b"]) == 2)
    #expect(value.value(at: .root) == value)
    #expect(value.value(at: ["a", 2, "b"]) == nil)
    #expect(value.value(at: ["a", "b"]) == nil)
    #expect(value.value(at: ["a", 0, "b", "c"]) == nil)
  }

  @Test("A replacement changes one place and nothing else")
  func replacing() {
    let value: StateValue = ["a": [["b": 1], 7], "c": 3]
    #expect(value.replacing(["a", 0, "b"], with: 9) == ["a": [["b": 9], 7], "c": 3])
    #expect(value.replacing(["c"], with: nil) == ["a": [["b": 1], 7]])
    #expect(value.replacing(["d"], with: 4) == ["a": [["b": 1], 7], "c": 3, "d": 4])
    #expect(value.replacing(.root, with: 1) == 1)
  }

  @Test("A replacement does not build a way that is not there")
  func noWay() {
    let value: StateValue = ["a": [1], "c": 3]
    #expect(value.replacing(["x", "y"], with: 1) == nil)
    #expect(value.replacing(["c", "y"], with: 1) == nil)
    #expect(value.replacing(["a", 1], with: 1) == nil)
    #expect(value.replacing(["a", 0], with: nil) == nil)
  }
}

@Suite("ValueDiff")
struct ValueDiffTests {
  private func lines(_ old: StateValue?, _ new: StateValue?) -> [String] {
    ValueDiff(from: old, to: new).differences.map { difference in
      "\(difference.path): \(name(difference.old)) → \(name(difference.new))"
    }
  }

  private func name(_ value: StateValue?) -> String {
    switch value {
    case nil: "–"
    case .int(let number)?: String(number)
    case .double(let number)?: String(number)
    case .string(let text)?: text
    case .array(let elements)?: "list of \(elements.count)"
    case .object(let object)?: "dictionary of \(object.count)"
    default: "other"
    }
  }

  @Test("Fields are compared by name, old ones first, in their order")
  func fields() {
    #expect(
      lines(["a": 1, "b": 2, "c": 3], ["d": 4, "c": 3, "b": 5])
        == ["a: 1 → –", "b: 2 → 5", "d: – → 4"]
    )
  }

  @Test("Nested fields are named by their path")
  func nested() {
    #expect(
      lines(["p": ["x.y": 1, "z": 2]], ["p": ["x.y": 3, "z": 2]]) == [#"p."x.y": 1 → 3"#]
    )
  }

  @Test("The order of fields is no difference, and not-a-number equals itself")
  func noDifference() {
    #expect(ValueDiff(from: ["a": 1, "b": 2], to: ["b": 2, "a": 1]).isEmpty)
    #expect(ValueDiff(from: .double(.nan), to: .double(.nan)).isEmpty)
    #expect(ValueDiff(from: nil, to: nil).isEmpty)
  }

  @Test("A whole number and a measurement differ")
  func kinds() {
    #expect(lines(["scale": 1], ["scale": 1.0]) == ["scale: 1 → 1.0"])
  }

  @Test("A list of numbers is one thing")
  func numbers() {
    #expect(lines(["ids": [1, 2]], ["ids": [1, 3]]) == ["ids: list of 2 → list of 2"])
  }

  @Test("A short list of dictionaries is compared element by element while its length stays")
  func elements() {
    let hands: StateValue = [["name": "a", "x": 1], ["name": "b", "x": 2]]
    let moved: StateValue = [["name": "a", "x": 1], ["name": "b", "x": 3]]
    #expect(lines(["c": hands], ["c": moved]) == ["c[1].x: 2 → 3"])
    #expect(lines(["c": hands], ["c": [["name": "a", "x": 1]]]) == ["c: list of 2 → list of 1"])
    let crowd = StateValue.array(Array(repeating: ["x": 1], count: ValueDiff.longestList + 1))
    let other = StateValue.array(Array(repeating: ["x": 2], count: ValueDiff.longestList + 1))
    #expect(ValueDiff(from: crowd, to: other).differences.map(\.path) == [.root])
  }

  @Test("A change of kind, a birth and an end are differences of the whole")
  func wholes() {
    #expect(lines(["a": ["b": 1]], ["a": 1]) == ["a: dictionary of 1 → 1"])
    #expect(lines(nil, 1) == ["(whole value): – → 1"])
    #expect(lines(1, nil) == ["(whole value): 1 → –"])
  }

  @Test("Nesting beyond the limit is compared as one thing")
  func deep() {
    func tower(_ height: Int, _ top: StateValue) -> StateValue {
      (0..<height).reduce(top) { inner, _ in ["a": inner] }
    }
    let diff = ValueDiff(from: tower(200, 1), to: tower(200, 2))
    #expect(diff.differences.map(\.path.steps.count) == [ValueDiff.deepest])
  }

  @Test("Each difference, put into the old value, leads to the new one")
  func leadsToNew() throws {
    for seed in 0..<200 as Range<UInt64> {
      var random = SeededValues(seed: seed)
      let old = random.object()
      let new = random.edited(old)
      var value = old
      for difference in ValueDiff(from: old, to: new).differences {
        #expect(difference.old != difference.new, "seed \(seed)")
        #expect(old.value(at: difference.path) == difference.old, "seed \(seed)")
        #expect(new.value(at: difference.path) == difference.new, "seed \(seed)")
        value = try #require(value.replacing(difference.path, with: difference.new))
      }
      #expect(value == new, "seed \(seed)")
    }
  }
}

/// Small random values with few names, so that edits meet.
struct SeededValues {
  private var generator: SeededGenerator

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
  }

  mutating func next(below bound: Int) -> Int { Int.random(in: 0..<bound, using: &generator) }

  mutating func value(depth: Int = 0) -> StateValue {
    switch next(below: depth < 3 ? 9 : 6) {
    case 0: .null
    case 1: .bool(next(below: 2) == 0)
    case 2: .int(Int64(next(below: 3)))
    case 3: .double([.nan, .infinity, 0, 1][next(below: 4)])
    case 4: .string(["", "A", "😎"][next(below: 3)])
    case 5: .bytes([UInt8(next(below: 2))])
    case 6: .array((0..<next(below: 3)).map { _ in value(depth: depth + 1) })
    default: object(depth: depth + 1)
    }
  }

  mutating func object(depth: Int = 0) -> StateValue {
    var object = StateObject()
    for name in ["a", "b", "x.y", "d", "e"] where next(below: 3) > 0 {
      object[name] = value(depth: depth)
    }
    return .object(object)
  }

  /// A value near the given one: some fields changed, removed or new, at any depth.
  mutating func edited(_ value: StateValue) -> StateValue {
    guard case .object(var object) = value else {
      return next(below: 3) == 0 ? self.value() : value
    }
    for name in ["a", "b", "x.y", "d", "e", "f"] {
      switch next(below: 6) {
      case 0: object[name] = self.value(depth: 1)
      case 1: object[name] = nil
      case 2: object[name] = object[name].map { edited($0) }
      default: break
      }
    }
    return .object(object)
  }
}
