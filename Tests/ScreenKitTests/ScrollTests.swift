import ScreenKit
import Testing

@Suite("Scroll")
struct ScrollTests {
  @Test("The cursor keeps two rows of context until the ends are reached")
  func context() {
    var scroll = Scroll()
    var cursor = 0
    for next in 1..<100 {
      scroll.move(from: cursor, to: next, total: 100, height: 10)
      cursor = next
      let top = scroll.top(cursor: cursor, total: 100, height: 10)
      #expect(cursor >= top && cursor < top + 10)
      #expect(cursor + 2 < top + 10 || top == 90)
    }
  }

  @Test("The wheel leaves the cursor behind, and the next step brings it back")
  func wheel() {
    var scroll = Scroll()
    scroll.scroll(by: 50, cursor: 0, total: 100, height: 10)
    #expect(scroll.top(cursor: 0, total: 100, height: 10) == 50)
    scroll.scroll(by: 500, cursor: 0, total: 100, height: 10)
    #expect(scroll.top(cursor: 0, total: 100, height: 10) == 90)
    scroll.move(from: 0, to: 1, total: 100, height: 10)
    #expect(scroll.top(cursor: 1, total: 100, height: 10) == 0)
  }

  @Test("No size of list or pane traps", arguments: 0..<4, 0..<4)
  func anySize(total: Int, height: Int) {
    var scroll = Scroll()
    for cursor in 0..<max(1, total) {
      scroll.move(from: 0, to: cursor, total: total, height: height)
      scroll.settle(cursor: cursor, total: total, height: height)
      scroll.scroll(by: -9, cursor: cursor, total: total, height: height)
      let top = scroll.top(cursor: cursor, total: total, height: height)
      #expect(top >= 0 && top <= max(0, total - height))
    }
  }
}
