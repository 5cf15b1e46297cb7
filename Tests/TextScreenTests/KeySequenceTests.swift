import Testing
import TextScreen

@Suite("KeySequence")
struct KeySequenceTests {
  @Test("A key sequence is read as it is written, and nothing else is one")
  func sequences() {
    for text in ["gd", "^r", "F12", "Enter", "PgDn", "Alt-x", "z", "Shift-Tab"] {
      #expect(KeySequence(text)?.label == text)
    }
    #expect(KeySequence("gd")?.keys == [.character("g"), .character("d")])
    #expect(KeySequence("^R")?.keys == [.control("r")])
    #expect(KeySequence("F12")?.keys == [.function(12)])
    for text in ["", "a b", "F0 "] { #expect(KeySequence(text) == nil, "\(text)") }
  }
}
