import SharedState
import Testing

@Suite("KeyParts")
struct KeyPartsTests {
  @Test("A dot that carries an accent still ends the group")
  func accentedDot() {
    #expect(KeyParts("a.\u{301}b").prefix == "a.")
    #expect(KeyParts(".x").prefix == ".")
    #expect(KeyParts("").prefix == nil)
    #expect(KeyParts("selection.P.0").name == "P.0")
  }
}
