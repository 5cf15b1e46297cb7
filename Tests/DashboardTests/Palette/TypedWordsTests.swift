import StateEditing
import Testing

@testable import Dashboard

@Suite("Keys that are typed behind a command")
struct TypedWordsTests {
  @Test(
    "Any key can be typed with something behind it",
    arguments: [
      "scene", "a b", "\"a", "a\"b", "", " ", "a\u{600} b", "\u{301}a b", "\"\u{301}a b\"", "\\",
      "a\n", "a b\\\"\u{301}", "\u{1b}[31m",
    ]
  )
  func anyKey(key: String) throws {
    let typed = TypedValue.text(ofKey: key)
    let (word, rest) = TypedWords.first(of: "\(typed)  \u{301}[1, 2]")
    #expect(word == typed && rest == "\u{301}[1, 2]")
    #expect(try TypedValue.key(word) == key)
    #expect(TypedWords.all(in: "\(typed) x \(typed)") == [typed, "x", typed])
  }
}
