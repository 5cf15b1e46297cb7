import TextScreen
import Testing

@Suite("Notices of the terminal")
struct NoticeWayTests {
  @Test("Each way has its bytes, and nothing in the text steers a terminal or ends it early")
  func sequences() {
    let text = "Ada; \u{1B}]0;x\u{7} fell\u{9C} silent"
    func sent(_ way: NoticeWay, tmux: Bool = false) -> String {
      String(decoding: way.sequence(for: text, insideTmux: tmux), as: UTF8.self)
    }
    #expect(sent(.bell) == "\u{7}" && sent(.bell, tmux: true) == "\u{7}")
    for (way, start) in [(NoticeWay.osc9, "\u{1B}]9;"), (.osc777, "\u{1B}]777;notify;townhall;")] {
      let bytes = sent(way)
      #expect(bytes.hasPrefix(start) && bytes.hasSuffix("\u{7}"))
      let inside = bytes.dropFirst(start.count).dropLast()
      #expect(
        inside.unicodeScalars.allSatisfy { $0.value >= 32 && !(127..<160).contains($0.value) }
      )
      #expect(!inside.contains(";") && inside.contains("Ada") && inside.contains("silent"))
      let wrapped = sent(way, tmux: true)
      #expect(
        wrapped.hasPrefix("\u{7}\u{1B}Ptmux;\u{1B}\u{1B}]") && wrapped.hasSuffix("\u{7}\u{1B}\\")
      )
    }
    let long = NoticeWay.osc9.sequence(for: String(repeating: "a", count: 5000))
    #expect(long.count == 4 + NoticeWay.longest + 1)
  }
}
