import SharedState
import Testing

@Suite("StateValue")
struct StateValueTests {
  @Test("An integer and a double are two values, a double is itself, and not-a-number too")
  func numbers() {
    #expect(StateValue.int(1) != .double(1))
    #expect(StateValue.double(0.1) == .double(0.1))
    #expect(StateValue.double(.nan) == .double(.nan))
    #expect(StateValue.double(.nan) == .double(.signalingNaN))
    #expect(StateValue.double(.nan) != .double(.infinity))
    #expect(StateValue.double(.infinity) != .double(-.infinity))
    #expect(StateValue.double(0) == .double(-0.0))
  }

  @Test("Nothing equals a value of another kind")
  func kinds() {
    let values: [StateValue] = [
      nil, false, 0, 0.0, "", .bytes([]), [], [:],
    ]
    for (place, value) in values.enumerated() {
      #expect(values.firstIndex(of: value) == place)
    }
    #expect(
      values.map(\.kind) == [
        "null", "bool", "int", "float", "string", "bytes", "list", "dictionary",
      ]
    )
  }

  @Test("Text is compared by its bytes")
  func exactText() {
    #expect("é" == "e\u{301}", "Swift thinks so, which is why we compare for ourselves")
    #expect(StateValue.string("é") != .string("e\u{301}"))
    #expect(StateValue.string("K") != .string("\u{212A}"), "The sign for kelvin")
    #expect(StateValue.string("\u{212B}") != .string("A\u{30A}"), "Equally long in bytes")
    #expect(StateValue.string("e\u{301}") == .string("e\u{301}"))
  }

  @Test("Each accessor answers for its own kind and no other")
  func accessors() {
    let value: StateValue = ["a": [1, 2.0, 2.5, "x", true, nil]]
    #expect(value.object?.count == 1)
    let elements = value["a"]?.array ?? []
    #expect(elements.map(\.int) == [1, 2, nil, nil, nil, nil])
    #expect(elements.map(\.double) == [1, 2, 2.5, nil, nil, nil])
    #expect(elements.map(\.string) == [nil, nil, nil, "x", nil, nil])
    #expect(elements.map(\.bool) == [nil, nil, nil, nil, true, nil])
    #expect(elements.allSatisfy { $0.object == nil && $0.array == nil && $0["a"] == nil })
    #expect(value["b"] == nil)
  }

  @Test(
    "A double that is no whole number of 64 bits is not an integer",
    arguments: [0.5, .nan, .infinity, -.infinity, 9.3e18, -9.3e18, 1e300]
  )
  func noInteger(number: Double) {
    #expect(StateValue.double(number).int == nil)
  }

  @Test("A field can be set through the object, and nothing else becomes an object by it")
  func settingFields() {
    var value: StateValue = ["a": 1]
    value.object?["b"] = 2
    #expect(value == ["a": 1, "b": 2])
    var number: StateValue = 7
    number.object?["b"] = 2
    #expect(number == 7)
    value.object = nil
    #expect(value == .null)
  }

  @Test("Lists of numbers are read whole or not at all")
  func lists() {
    #expect(([1, 2.5] as StateValue).numbers == [1, 2.5])
    #expect(([1, 2.0] as StateValue).wholeNumbers == [1, 2])
    #expect(([1, 2.5] as StateValue).wholeNumbers == nil)
    #expect(([1, "2"] as StateValue).numbers == nil)
    #expect((1 as StateValue).numbers == nil)
    #expect(StateValue.numbers([1, 2]) == [1.0, 2.0])
    #expect(StateValue.wholeNumbers([1, 2]) == [1, 2])
  }

  @Test("Equal values have equal hashes, and equality is an equivalence", arguments: 0..<200)
  func hashes(seed: UInt64) throws {
    var chance = Chance(seed: seed)
    let value = chance.value()
    let twin = try StateValue(text: value.text)
    #expect(value == twin)
    #expect(value.hashValue == twin.hashValue)
    let other = chance.value()
    #expect((value == other) == (other == value))
    if value == other { #expect(value.hashValue == other.hashValue) }
  }
}
