@testable import CursesTerminal
import TextScreen

extension FuzzTarget {
  static let terminal = FuzzTarget(
    "terminal",
    "what a terminal sends: keys, pastes, the pointer",
    words: [
      "\u{1b}[", "\u{1b}O", "\u{1b}[200~", "\u{1b}[201~", "\u{1b}[<0;10;20M", "\u{1b}[M",
      "\u{1b}[1;5D", "\u{1b}[15~", "\u{1b}[[A", "\u{1b}\u{1b}", "\u{1b}[?2026;2$y",
      "\u{1b}[?2026;0$y",
      "?2026;", "$y",
    ],
    executions: 2000
  ) { bytes in
    var decoder = InputDecoder()
    var events = decoder.feed(bytes)
    try expect(events.count <= bytes.count, "\(bytes.count) bytes are \(events.count) events")
    var slow = InputDecoder()
    let slowly = bytes.flatMap { slow.feed([$0]) }
    try expect(slowly == events, "byte by byte other events come: \(slowly), not \(events)")
    for event in events {
      guard case .paste(let text) = event else { continue }
      try expect(text.utf8.count <= bytes.count * 3, "more is pasted than came")
    }
    // Nothing that has begun can keep the next key from being one.
    events = decoder.timedOut()
    try expect(events.count <= 1, "silence makes \(events.count) events")
    try expect(decoder.patience == nil, "it goes on waiting for \(decoder.patience as Any)")
    try expect(decoder.feed([UInt8(ascii: "j")]) == [.key(.character("j"))], "j is no j any more")
    _ = decoder.takeAnswer()
    // Whatever came before, an answer of the terminal is heard and types nothing, however long it pauses where.
    let answer = Array("\u{1b}[?2026;2$y".utf8)
    let cut = bytes.reduce(0) { ($0 + Int($1)) % answer.count }
    events = decoder.feed(answer[..<cut]) + decoder.timedOut() + decoder.feed(answer[cut...])
    let early: [Int: [ScreenEvent]] = [1: [.key(.escape)], 2: [.key(.alt("["))]]
    try expect(events == early[cut] ?? [], "an answer that pauses at \(cut) types \(events)")
    try expect(decoder.takeAnswer()?.canBeSwitched == true, "an answer is not heard")
    try expect(decoder.feed([UInt8(ascii: "y")]) == [.key(.character("y"))], "y is no y any more")
  }
}
