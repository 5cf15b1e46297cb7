import Testing
import Wording

@Suite("Phrase")
struct PhraseTests {
  @Test("A noun has its article, and a count its number, in both words")
  func grammar() {
    let phrase: Phrase = "\(a: .house) and \(a: .address), \(1, .house), \(1200, "more", .street)"
    #expect(phrase.town == "a house and an address, 1 house, 1,200 more streets")
    #expect(phrase.dict == "an entry and a key, 1 entry, 1,200 more collections")
    let peer = "house \\(.house) street"
    #expect(Vocabulary.dict("\(peer) in \(many: .house)") == "\(peer) in entries")
  }
}
