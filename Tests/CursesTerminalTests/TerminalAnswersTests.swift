import Testing

@testable import CursesTerminal

@Suite("What a terminal answers")
struct TerminalAnswersTests {
  private static let whole =
    "\u{1b}[?2026;2$y\u{1b}[?2004;1$y\u{1b}[?1049;0$y\u{1b}[?7;3$y\u{1b}[?62;22c"

  @Test("Modes are told apart, and who it is comes last, however the bytes are torn")
  func torn() {
    let bytes = Array(Self.whole.utf8)
    for cut in 0...bytes.count {
      var answers = TerminalAnswers()
      answers.feed(bytes[..<cut])
      answers.feed(bytes[cut...])
      #expect(answers.modes == [2026: .known, 2004: .known, 1049: .unknown, 7: .alwaysOn])
      #expect(answers.isOver)
    }
    var single = TerminalAnswers()
    for byte in bytes { single.feed([byte]) }
    #expect(single.isOver && single.modes.count == 4)
  }

  @Test("Keys, other sequences, hostile numbers and endless ones are no answers")
  func rubbish() {
    for text in [
      "q", "q[?2026;1$y", "q[?62c", "\u{1b}[?+2026;1$y", "\u{1b}[?2026;1;$y", "\u{1b}", "\u{1b}[A",
      "\u{1b}[?y", "\u{1b}[?2026$y",
      "\u{1b}[?2026;99999999999999999999$y",
      "\u{1b}[?;;$y", "\u{1b}[2026;1$y", "\u{1b}]11;rgb:0/0/0\u{7}", "\u{1b}[62c",
      "\u{1b}[?" + String(repeating: "1", count: 100_000) + "c",
    ] {
      var answers = TerminalAnswers()
      answers.feed(text.utf8)
      #expect(answers.modes.isEmpty && !answers.isOver, "\(text.debugDescription)")
      answers.feed("\u{1b}[?2026;1$y".utf8)
      #expect(answers.modes == [2026: .known])
    }
  }

  @Test("The dashboard and who asks before it read an answer alike", arguments: 0...9)
  func alike(state: Int) {
    let text = "\u{1b}[?2026;\(state)$y"
    var answers = TerminalAnswers()
    answers.feed(text.utf8)
    let answer = SynchronizedOutput.Answer(Array(text.utf8))
    #expect(answer?.canBeSwitched == (answers.modes[2026] == .known))
    #expect(answer?.canBeSwitched == [1, 2].contains(state))
  }

  @Test("Only terminals that draw nothing of a question are asked, by the dashboard and before it")
  func harmless() {
    for type in [
      "xterm", "xterm-256color", "tmux-256color", "screen", "foot", "alacritty", "rio",
      "iTerm2.app",
      "rxvt-unicode-256color", "st-256color", "mlterm",
    ] {
      #expect(TerminalQuestion.isHarmless(for: ["TERM": type]), "\(type)")
      #expect(Environment(variables: ["TERM": type]).canBeAsked, "\(type)")
    }
    for type in ["linux", "vt100", "dumb", "", "ansi", "nobody", "xtermite", "screenful"] {
      #expect(!TerminalQuestion.isHarmless(for: ["TERM": type]), "\(type)")
      #expect(!Environment(variables: ["TERM": type]).canBeAsked, "\(type)")
    }
    let apple = ["TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"]
    #expect(!TerminalQuestion.isHarmless(for: apple))
  }

  @Test("A type is looked up in the database, and its file is found")
  func described() throws {
    let xterm = try #require(TerminalDescription(ofType: "xterm-256color"))
    #expect(xterm.colours == 256 && xterm.addressesCursor && xterm.hasAlternateScreen)
    #expect(xterm.reportsMouse)
    let old = try #require(TerminalDescription(ofType: "vt100"))
    #expect(old.colours == 0 && !old.reportsMouse && !old.hasAlternateScreen)
    #expect(TerminalDescription(ofType: "nobody-knows-this-one") == nil)
    #expect(TerminalDescription(ofType: "") == nil)
    #expect(TerminalDescription.standIn(for: "nobody-knows-this-one") == "xterm-256color")
    let file = TerminalDescription.file(ofType: "xterm-256color", variables: [:])
    #expect(file?.hasSuffix("/x/xterm-256color") == true)
    #expect(TerminalDescription.file(ofType: "../x/xterm", variables: [:]) == nil)
    #expect(TerminalDescription.file(ofType: "", variables: [:]) == nil)
  }
}
