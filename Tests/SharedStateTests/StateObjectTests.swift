import Testing

@testable import SharedState

@Suite("StateObject")
struct StateObjectTests {
  private func numbered(_ count: Int) -> StateObject {
    StateObject((0..<count).map { ("field \($0)", .int(Int64($0))) })
  }

  @Test("Fields keep the order in which they were first set")
  func order() {
    var object: StateObject = ["b": 1, "a": 2, "c": 3]
    object["a"] = 4
    object["d"] = 5
    object["b"] = nil
    #expect(object.keys == ["a", "c", "d"])
    #expect(object["a"] == 4)
    #expect(object["b"] == nil)
  }

  @Test("Of two equal keys the later value counts, in the earlier place")
  func duplicates() {
    let object: StateObject = ["a": 1, "b": 2, "a": 3]
    #expect(object.keys == ["a", "b"])
    #expect(object["a"] == 3)
  }

  @Test("Null is a value, and removing is something else")
  func null() {
    var object: StateObject = ["a": nil]
    #expect(object["a"] == .some(.null))
    object["b"] = .null
    #expect(object.count == 2)
    object["a"] = nil
    #expect(object == ["b": nil])
  }

  @Test("Order does not count when objects are compared or hashed", arguments: [3, 15, 16, 40])
  func equality(count: Int) {
    let object = numbered(count)
    let reversed = StateObject(object.reversed().map { ($0.key, $0.value) })
    #expect(object.keys != reversed.keys)
    #expect(object == reversed)
    #expect(object.hashValue == reversed.hashValue)
    var changed = reversed
    changed["field 0"] = 99
    #expect(object != changed)
    var renamed = reversed
    renamed["field 0"] = nil
    renamed["another"] = 0
    #expect(object != renamed)
  }

  @Test("Not-a-number in a field does not make an object differ from itself")
  func notANumber() {
    let object: StateObject = ["max_force": .double(.nan)]
    #expect(object == object)
    #expect(Set([object, object]).count == 1)
  }

  @Test("An inserted field is refused if its name is there", arguments: [2, 30])
  func insert(count: Int) {
    var object = numbered(count)
    let before = object
    let repeated = object.insert("field 1", 7)
    #expect(!repeated)
    #expect(object == before)
    let new = object.insert("new", 7)
    #expect(new)
    #expect(object["new"] == 7)
  }

  @Test("Names are compared by their bytes, with and without an index", arguments: [0, 30])
  func exactNames(filler: Int) {
    var object = numbered(filler)
    object["é"] = 1
    object["e\u{301}"] = 2
    #expect(object.count == filler + 2)
    #expect(object["é"] == 1)
    #expect(object["e\u{301}"] == 2)
    let composed: StateObject = ["é": 1]
    let decomposed: StateObject = ["e\u{301}": 1]
    #expect(composed != decomposed)
  }

  @Test("It does what a plain list of pairs would do", arguments: 0..<60)
  func model(seed: UInt64) {
    var chance = Chance(seed: seed)
    var object = StateObject()
    var pairs: [(key: String, value: StateValue)] = []
    // Few enough names that removals bring the object back and forth over the threshold.
    for step in 0..<400 {
      let key = "k\(chance.below(StateObject.indexThreshold + 6))"
      let place = pairs.firstIndex { $0.key == key }
      #expect(object[key] == place.map { pairs[$0].value })
      if chance.below(3) == 0 {
        object[key] = nil
        if let place { pairs.remove(at: place) }
      } else {
        object[key] = .int(Int64(step))
        if let place {
          pairs[place].value = .int(Int64(step))
        } else {
          pairs.append((key, .int(Int64(step))))
        }
      }
      #expect(object.keys == pairs.map(\.key))
    }
    #expect(object.map(\.value) == pairs.map(\.value))
  }

  @Test("A large object is found through its index, also when a codec made it")
  func large() {
    let count = 20_000
    let fields = (0..<count).map { StateObject.Field(key: "field \($0)", value: .int(Int64($0))) }
    let object = StateObject(uncheckedFields: fields)
    #expect(object.count == count)
    #expect((0..<count).allSatisfy { object["field \($0)"] == .int(Int64($0)) })
    #expect(object == numbered(count))
    #expect(object == StateObject(fields.reversed().map { ($0.key, $0.value) }))
  }
}
