import Testing

@testable import TextScreen

@Suite("TextWidth")
struct TextWidthTests {
  @Test(
    "Text takes the columns that it is drawn in",
    arguments: [
      ("", 0), ("abc", 3), ("漢字", 4), ("e\u{301}", 1), ("한국", 4), ("ﬃ", 1), ("Ａ", 2),
      ("😀", 2), ("─│┌", 3), ("日a本", 5), ("\u{e9}", 1), ("का", 2), ("שלום", 4),
    ]
  )
  func columns(text: String, columns: Int) {
    #expect(TextWidth.columns(of: text) == columns)
    #expect(text.reduce(0) { $0 + TextWidth.width(of: $1) } == columns)
    #expect(TextWidth.glyphs(of: text).reduce(0) { $0 + $1.columns } == columns)
  }

  @Test(
    "What is unsafe or unsure is replaced by what can be seen",
    arguments: [
      ("\u{0}\u{1b}\u{7f}", "␀␛␡"), ("\r\n", "␍␊"), ("\t", "␉"), ("\u{85}\u{2028}", "␤␤"),
      ("a\u{202e}b\u{200f}", "a⇄b⇄"), ("a\u{200b}b", "a∅b"), ("\u{feff}", "∅"),
      ("\u{ad}", "∅"), ("\u{e000}", "\u{fffd}"), ("\u{f0000}", "\u{fffd}"),
      ("\u{378}", "\u{fffd}"), ("👩‍👩‍👧", "👩‿👩‿👧"), ("🇩🇪", "ⒹⒺ"), ("1️⃣", "1□"),
      ("❤️", "❤"), ("👍🏽", "👍▒"), ("\u{1112}\u{1161}\u{11ab}", "한"), ("\u{1161}", "\u{fffd}"),
      ("하\u{11ab}", "한"), ("\u{301}", "◌\u{301}"), ("\u{3164}", "∅"), ("\u{e0041}", "\u{fffd}"),
    ]
  )
  func replaced(text: String, seen: String) {
    // Compared by scalars: to Swift a composed and a decomposed syllable are the same string.
    #expect(Array(TextWidth.safe(text).unicodeScalars) == Array(seen.unicodeScalars))
    #expect(TextWidth.columns(of: text) == TextWidth.columns(of: seen))
  }

  @Test("A pile of accents keeps four, which is what a terminal's cell can hold")
  func piles() {
    let pile = "a" + String(repeating: "\u{301}", count: 1000)
    let glyphs = TextWidth.glyphs(of: pile + "b")
    #expect(glyphs.map(\.columns) == [1, 1])
    #expect(glyphs[0].text.unicodeScalars.count == 5)
    let orphans = TextWidth.glyphs(of: "\n" + String(repeating: "\u{301}", count: 1000))
    #expect(orphans.last?.text.unicodeScalars.count == 5)
  }

  @Test("What was made safe stays as it is")
  func idempotent() {
    let text = "a\u{1b}漢👩‍👩‍👧🇩🇪1️⃣\u{1112}\u{1161}\u{301}\u{202e}"
    let safe = TextWidth.safe(text)
    #expect(TextWidth.safe(safe) == safe)
  }

  @Test(
    "Cutting text leaves no more than was asked for",
    arguments: [
      ("hyperballs", 6, "hyper…"), ("hyper", 5, "hyper"), ("hyper", 0, ""), ("hyper", 1, "…"),
      ("漢字漢", 4, "漢…"), ("漢字", 4, "漢字"), ("", 3, ""), ("a\u{1b}b", 2, "a…"),
    ]
  )
  func truncates(text: String, columns: Int, cut: String) {
    #expect(TextWidth.truncate(text, to: columns) == cut)
    #expect(TextWidth.columns(of: TextWidth.pad(text, to: columns)) == columns)
  }

  @Test("An ellipsis that does not fit itself is left out")
  func longEllipsis() {
    #expect(TextWidth.truncate("hyper", to: 1, ellipsis: "..") == "h")
    #expect(TextWidth.truncate("hyper", to: 2, ellipsis: "..") == "..")
  }
}

@Suite("Glyphs")
struct GlyphsTests {
  private static func marks(_ glyphs: Glyphs) -> [(name: String, text: String)] {
    let fields = Mirror(reflecting: glyphs).children.compactMap { child in
      (child.value as? String).map { (child.label ?? "", $0) }
    }
    return fields + glyphs.bars.map { ("bars", $0) }
  }

  @Test("No mark stands for two things", arguments: [Glyphs.unicode, .ascii])
  func eachItsOwn(glyphs: Glyphs) {
    // Beside the marks of a difference, which are the same everywhere.
    let marks =
      [
        glyphs.bullet, glyphs.ring, glyphs.check, glyphs.failure, glyphs.warning, glyphs.pin,
        glyphs.lock, glyphs.folded, glyphs.unfolded,
      ] + ["+", "~", "-"]
    #expect(Set(marks).count == marks.count)
  }

  @Test("The end of a text is as much as there is room for")
  func end() {
    #expect(TextWidth.end(of: "abcdef", columns: 3) == "def")
    #expect(TextWidth.end(of: "ab", columns: 3) == "ab")
    #expect(TextWidth.end(of: "a漢字", columns: 3) == "字")
  }

  @Test(
    "Of a text that is too long both ends stay, safe to print, and no more of it is looked at than fits",
    .timeLimit(.minutes(1))
  )
  func middle() {
    #expect(TextWidth.cutInMiddle("interaction_feedback", to: 10) == "inter…back")
    #expect(TextWidth.cutInMiddle("abcdef", to: 6) == "abcdef")
    #expect(TextWidth.cutInMiddle("abcdef", to: 3) == "ab…")
    #expect(TextWidth.cutInMiddle("abcdef", to: 0) == "")
    for text in [
      "漢字の名前です", "\u{1b}[31mred and more\u{7}", String(repeating: "é\u{301}\u{301}", count: 9),
    ] {
      for columns in 0...20 {
        let cut = TextWidth.cutInMiddle(text, to: columns)
        #expect(TextWidth.columns(of: cut) <= columns)
        #expect(!cut.unicodeScalars.contains { $0.value < 32 })
      }
    }
    // Each frame cuts the keys of all rows: a peer's key of megabytes costs no more than another one.
    let long = String(repeating: "漢", count: 2_000_000) + "end"
    for _ in 0..<2000 { #expect(TextWidth.cutInMiddle(long, to: 12).hasSuffix("…漢end")) }
  }

  @Test("Every mark is one column wide and drawn as it is", arguments: [Glyphs.unicode, .ascii])
  func widths(glyphs: Glyphs) {
    let marks = Self.marks(glyphs)
    #expect(marks.count > 30)
    for (name, text) in marks where name != "ellipsis" {
      #expect(TextWidth.columns(of: text) == 1, "\(name)")
      #expect(TextWidth.safe(text) == text, "\(name)")
    }
    #expect(glyphs.bars.count == 8)
  }

  @Test("The plain marks are plain")
  func plain() {
    for (name, text) in Self.marks(.ascii) {
      #expect(text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }, "\(name)")
    }
  }
}
