import Testing
import TextScreen

@testable import CursesTerminal

@Suite("InputDecoder")
struct InputDecoderTests {
  /// Decodes text that comes at once and is followed by nothing.
  private func decode(_ text: String) -> [ScreenEvent] {
    var decoder = InputDecoder()
    let events = decoder.feed(Array(text.utf8))
    return decoder.patience == nil ? events : events + decoder.timedOut()
  }

  @Test(
    "Keys are known by what xterm, tmux, rxvt and the Linux console send",
    arguments: [
      ("j", Key.character("j")), ("é", .character("é")), ("漢", .character("漢")),
      ("😀", .character("😀")), (" ", .character(" ")), ("\r", .enter), ("\n", .enter),
      ("\t", .tab), ("\u{7f}", .backspace), ("\u{8}", .backspace), ("\u{1b}", .escape),
      ("\u{3}", .control("c")), ("\u{1a}", .control("z")), ("\u{c}", .control("l")),
      ("\u{0}", .control(" ")), ("\u{1c}", .control("\\")), ("\u{1b}x", .alt("x")),
      ("\u{1b}é", .alt("é")), ("\u{1b}[A", .up), ("\u{1b}OA", .up), ("\u{1b}[B", .down),
      ("\u{1b}[C", .right), ("\u{1b}[D", .left), ("\u{1b}[1;5C", .right), ("\u{1b}[H", .home),
      ("\u{1b}OH", .home), ("\u{1b}[1~", .home), ("\u{1b}[7~", .home), ("\u{1b}[F", .end),
      ("\u{1b}[4~", .end), ("\u{1b}[8~", .end), ("\u{1b}[2~", .insert), ("\u{1b}[3~", .delete),
      ("\u{1b}[3;2~", .delete), ("\u{1b}[5~", .pageUp), ("\u{1b}[6~", .pageDown),
      ("\u{1b}[Z", .backTab), ("\u{1b}OP", .function(1)), ("\u{1b}[11~", .function(1)),
      ("\u{1b}[[A", .function(1)), ("\u{1b}[15~", .function(5)), ("\u{1b}[24~", .function(12)),
      ("\u{1b}OM", .enter), ("\u{1b}Ox", .character("8")), ("\u{1b}[", .alt("[")),
      ("\u{1b}O", .alt("O")),
    ]
  )
  func keys(bytes: String, key: Key) {
    #expect(decode(bytes) == [.key(key)])
  }

  @Test("It does not matter where the bytes are torn")
  func torn() {
    let text = "é\u{1b}[A漢\u{1b}OP\u{1b}[<0;3;4M\u{1b}[200~a\r\u{1b}[b\u{1b}[201~\u{1b}[1;5Dj"
    let bytes = Array(text.utf8)
    var whole = InputDecoder()
    let expected = whole.feed(bytes)
    #expect(expected.count == 8 && expected.contains(.paste("a\n\u{1b}[b")))
    for cut in 0...bytes.count {
      var decoder = InputDecoder()
      #expect(decoder.feed(bytes[..<cut]) + decoder.feed(bytes[cut...]) == expected, "at \(cut)")
    }
  }

  @Test("A sequence that nobody knows is dropped whole and types nothing")
  func unknownSequences() {
    let unknown = ["[1;2:3u", "[?2026;2$y", "[I", "[O", "[57414u", "[99~", "[>1;2c", "Ob", "[201~"]
    for text in unknown {
      #expect(decode("\u{1b}\(text)j") == [.key(.character("j"))], "\(text)")
    }
  }

  static let answer = Array("\u{1b}[?2026;2$y".utf8)

  @Test(
    "What the terminal says of mode 2026 is understood and is no key",
    arguments: [
      ("?2026;0$y", false), ("?2026;1$y", true), ("?2026;2$y", true), ("?2026;3$y", false),
      ("?2026;4$y", false), ("?2026;9$y", false),
    ]
  )
  func answers(text: String, knows: Bool) {
    var decoder = InputDecoder()
    #expect(decoder.takeAnswer() == nil)
    #expect(decoder.feed(Array("j\u{1b}[\(text)k".utf8)) == "jk".map { .key(.character($0)) })
    #expect(decoder.takeAnswer()?.canBeSwitched == knows)
    #expect(decoder.takeAnswer() == nil, "it is told once")
  }

  @Test("Of several answers the first counts")
  func repeatedAnswers() {
    var decoder = InputDecoder()
    #expect(decoder.feed(Array("\u{1b}[?2026;0$y\u{1b}[?2026;2$y".utf8)).isEmpty)
    #expect(decoder.takeAnswer()?.canBeSwitched == false)
  }

  @Test(
    "What only resembles the answer is none, and no key either",
    arguments: [
      "?2026;22$y", "?2026;$y", "?2026$y", "2026;2$y", "?2026;2y", "?2026;2;2$y", "?2026;+2$y",
      "?02026;2$y", "?2026;2$$y", "?2027;2$y", "?2026;2$p", "?2026:2$y",
      "?99999999999999999999;2$y",
    ]
  )
  func almostAnswers(text: String) {
    var decoder = InputDecoder()
    #expect(decoder.feed(Array("\u{1b}[\(text)j".utf8)) == [.key(.character("j"))])
    #expect(decoder.takeAnswer() == nil)
  }

  @Test("An answer in the middle of a paste is pasted")
  func pastedAnswer() {
    var decoder = InputDecoder()
    let text = "a\u{1b}[?2026;2$yb"
    #expect(decoder.feed(Array("\u{1b}[200~\(text)\u{1b}[201~".utf8)) == [.paste(text)])
    #expect(decoder.takeAnswer() == nil)
  }

  @Test("An answer that pauses for long anywhere types nothing", arguments: 1..<answer.count)
  func tornAnswer(cut: Int) {
    var decoder = InputDecoder()
    #expect(decoder.feed(Self.answer[..<cut]).isEmpty)
    // The first byte alone is the Esc key, as always; the first two are a key that nobody has.
    let early: [[ScreenEvent]] = [[.key(.escape)], [.key(.alt("["))]]
    #expect(decoder.timedOut() == (cut <= 2 ? early[cut - 1] : []))
    #expect(decoder.patience == nil)
    #expect(decoder.feed(Self.answer[cut...] + [0x6a]) == [.key(.character("j"))])
    #expect(decoder.takeAnswer()?.canBeSwitched == true)
  }

  @Test("Behind an answer that never goes on every key is one", arguments: 1..<answer.count)
  func brokenAnswer(cut: Int) {
    for (text, event) in [
      ("j", Key.character("j")), ("y", .character("y")), ("\u{1b}[A", .up), ("\r", .enter),
    ] where text.utf8.first != Self.answer[cut] {
      var decoder = InputDecoder()
      _ = decoder.feed(Self.answer[..<cut])
      _ = decoder.timedOut()
      #expect(decoder.feed(Array(text.utf8)) == [.key(event)], "\(text) at \(cut)")
      #expect(decoder.patience == nil)
    }
  }

  @Test("What is typed after Esc is held back for a moment only where it may be an answer")
  func typedLikeAnswer() {
    var decoder = InputDecoder()
    _ = decoder.feed([0x1b])
    #expect(decoder.timedOut() == [.key(.escape)])
    #expect(decoder.feed(Array("[".utf8)).isEmpty)
    #expect(decoder.patience == .escape)
    #expect(decoder.timedOut() == [.key(.character("["))])
    #expect(decoder.feed(Array("?2".utf8)) == "?2".map { .key(.character($0)) })
    _ = decoder.feed([0x1b])
    _ = decoder.timedOut()
    #expect(decoder.feed(Array("[?j".utf8)) == "[?j".map { .key(.character($0)) })
  }

  @Test("A sequence that breaks off gives way to the next one")
  func brokenSequences() {
    #expect(decode("\u{1b}[1;\u{1b}[A") == [.key(.up)])
    #expect(decode("\u{1b}\u{1b}[A") == [.key(.escape), .key(.up)])
    #expect(decode("\u{1b}\r") == [.key(.escape), .key(.enter)])
    #expect(
      decode("\u{1b}[" + String(repeating: "1", count: 500) + "~j").last == .key(.character("j"))
    )
  }

  @Test("Bytes that are no character are dropped, and the ones after them are not")
  func invalidCharacters() {
    var decoder = InputDecoder()
    let bytes: [UInt8] = [0xff, 0x80, 0xc3, 0x6a, 0xe6, 0xbc, 0x6b, 0xed, 0xa0, 0x80, 0x6c]
    #expect(decoder.feed(bytes) == "jkl".map { .key(.character($0)) })
  }

  @Test("Only a lone Esc is waited for briefly; the rest of a sequence has time to come")
  func patience() {
    var decoder = InputDecoder()
    #expect(decoder.patience == nil)
    #expect(decoder.feed([0x1b]).isEmpty)
    #expect(decoder.patience == .escape)
    #expect(decoder.feed([0x5b]).isEmpty)
    #expect(decoder.patience == .sequence)
    #expect(decoder.feed([0x41]) == [.key(.up)])
    #expect(decoder.patience == nil)
    #expect(decoder.feed([0xe6]).isEmpty)
    #expect(decoder.patience == .sequence)
    #expect(decoder.timedOut().isEmpty)
    #expect(decoder.patience == nil)
  }

  @Test(
    "The pointer is understood in the new and the old encoding",
    arguments: [
      ("\u{1b}[<0;1;2M", Mouse(.press, at: Point(column: 0, row: 1))),
      ("\u{1b}[<0;300;2m", Mouse(.release, at: Point(column: 299, row: 1))),
      ("\u{1b}[<2;1;1M", Mouse(.secondaryPress, at: Point(column: 0, row: 0))),
      ("\u{1b}[<64;5;6M", Mouse(.wheelUp, at: Point(column: 4, row: 5))),
      ("\u{1b}[<81;5;6M", Mouse(.wheelDown, at: Point(column: 4, row: 5))),
      ("\u{1b}[M !\"", Mouse(.press, at: Point(column: 0, row: 1))),
      ("\u{1b}[M#!!", Mouse(.release, at: Point(column: 0, row: 0))),
      ("\u{1b}[M`!!", Mouse(.wheelUp, at: Point(column: 0, row: 0))),
    ]
  )
  func mouse(bytes: String, mouse: Mouse) {
    #expect(decode(bytes) == [.mouse(mouse)])
  }

  @Test("Moves of the pointer and places that cannot be are dropped")
  func mouseNoise() {
    #expect(
      decode("\u{1b}[<32;1;1M\u{1b}[<0;0;1M\u{1b}[<0;1M\u{1b}[<0;99999999999999999999;1Mj")
        == [.key(.character("j"))]
    )
  }

  @Suite("paste")
  struct Pastes {
    @Test("A paste comes whole, its line ends are line feeds, and none of it is a key")
    func whole() {
      var decoder = InputDecoder()
      let events = decoder.feed(Array("x\u{1b}[200~q\rdd\r\n\u{3}\u{1b}[A é\n\u{1b}[201~y".utf8))
      #expect(
        events == [
          .key(.character("x")), .paste("q\ndd\n\u{3}\u{1b}[A é\n"), .key(.character("y")),
        ]
      )
    }

    @Test("What looks like the beginning of the end is kept")
    func almostEnd() {
      var decoder = InputDecoder()
      let text = "a\u{1b}[20\u{1b}[201\u{1b}\u{1b}[2b"
      #expect(decoder.feed(Array("\u{1b}[200~\(text)\u{1b}[201~".utf8)) == [.paste(text)])
    }

    @Test("A paste that never ends is delivered after a while, and keys work again")
    func unfinished() {
      var decoder = InputDecoder()
      #expect(decoder.feed(Array("\u{1b}[200~half".utf8)).isEmpty)
      #expect(decoder.patience == .paste)
      #expect(decoder.timedOut() == [.paste("half")])
      #expect(decoder.feed([0x6a]) == [.key(.character("j"))])
    }

    @Test("A paste without measure is cut, and the keys after it are keys")
    func bounded() throws {
      var decoder = InputDecoder()
      var events = decoder.feed(Array("\u{1b}[200~".utf8))
      events += decoder.feed(Array(repeating: 0x61, count: InputDecoder.pasteLimit + 5000))
      events += decoder.feed(Array("\u{1b}[201~q".utf8))
      guard case .paste(let text) = try #require(events.first) else {
        Issue.record("no paste but \(events.first as Any)")
        return
      }
      #expect(text.utf8.count == InputDecoder.pasteLimit)
      #expect(events.dropFirst() == [.key(.character("q"))])
    }
  }

  @Test("Random bytes never trap, and Esc always leads out", arguments: 0..<20)
  func randomBytes(seed: UInt64) {
    var random = Seeded(state: seed)
    var decoder = InputDecoder()
    let likely = Array("\u{1b}[<O0;1~MmA200é".utf8)
    for _ in 0..<5000 {
      let byte =
        Bool.random(using: &random)
        ? likely.randomElement(using: &random) ?? 0 : UInt8.random(in: 0...255, using: &random)
      _ = decoder.feed([byte])
    }
    while decoder.patience != nil { _ = decoder.timedOut() }
    #expect(decoder.feed([0x71]) == [.key(.character("q"))])
  }
}
