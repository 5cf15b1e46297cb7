import ScreenKit
import Testing

@Suite("Search")
struct SearchTests {
  @Test("Small letters find both kinds, a capital is exact")
  func kinds() {
    #expect(Search("alice").matches("avatar.ALICE.0"))
    #expect(Search("ALICE").matches("avatar.ALICE.0"))
    #expect(!Search("Alice").matches("avatar.ALICE.0"))
    #expect(!Search("").matches("a"))
    #expect(!Search("long").matches("lo"))
    #expect(Search("é").matches("s.café"))
  }
}
