import SharedState
import StateEditing
import Testing

@Suite("FieldStep")
struct FieldStepTests {
  @Test(
    "Steps are one for ints and a digit behind the first for floats, without dust",
    arguments: [
      (1, 2, 0), (0.1, 0.11, 0.09), (1.0, 1.1, 0.9), (0.05, 0.06, 0.04), (12.0, 13.0, 11.0),
      (100.0, 110.0, 90.0), (-1, 0, -2), (0.0, 0.01, -0.01), (0.123, 0.133, 0.113),
      (-2.5, -2.4, -2.6),
      (20000.0, 21000.0, 19000.0),
    ] as [(StateValue, StateValue, StateValue)]
  )
  func steps(value: StateValue, up: StateValue, down: StateValue) {
    #expect(FieldStep.next(value, up: true) == up)
    #expect(FieldStep.next(value, up: false) == down)
  }

  @Test("Ten steps of 0.1 end where a person counts them to, and edges have no next")
  func dust() {
    var value: StateValue = 0.1
    for _ in 0..<20 { value = FieldStep.next(value, up: true) ?? .null }
    #expect(value.text == "0.3")
    #expect(FieldStep.next(.int(.max), up: true) == nil)
    #expect(FieldStep.next(.double(.infinity), up: true) == nil)
    #expect(FieldStep.next("x", up: true) == nil)
    #expect(FieldStep.next(.double(1e300), up: true)?.double.map { $0 > 1e300 } == true)
  }
}
