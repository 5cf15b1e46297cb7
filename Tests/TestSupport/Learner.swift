public import Lessons
import Testing
public import TextScreen

/// Somebody who takes a tour at a terminal: presses what is written, and reads what stands on the screen.
public struct Learner {
  /// So long nothing may come before a key counts as answered; longer than a lone Esc is waited for.
  private static let quiet: Int32 = 60
  /// So long an answer is waited for, on a busy machine too: a lone Esc that is followed before it was understood is
  /// another key, and what takes an edit back is refused before the edit has left.
  private static let answer: Int32 = 500
  /// The keys that terminals send as sequences.
  private static let sequences: [Key: String] = [
    .enter: "\r", .escape: "\u{1b}", .tab: "\t", .backTab: "\u{1b}[Z", .backspace: "\u{7f}",
    .delete: "\u{1b}[3~", .insert: "\u{1b}[2~", .up: "\u{1b}[A", .down: "\u{1b}[B",
    .right: "\u{1b}[C", .left: "\u{1b}[D", .home: "\u{1b}[H", .end: "\u{1b}[F",
    .pageUp: "\u{1b}[5~", .pageDown: "\u{1b}[6~",
    .function(1): "\u{1b}OP", .function(2): "\u{1b}OQ", .function(3): "\u{1b}OR",
    .function(4): "\u{1b}OS", .function(5): "\u{1b}[15~",
  ]

  /// The program at which the learner sits.
  public let program: PTYProgram

  /// Sits down at a program.
  public init(at program: PTYProgram) { self.program = program }

  /// What stands on the screen, as one line without frames.
  public var words: String {
    program.text.filter { !"│┃|╭╮╰╯─".contains($0) }
      .split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// Presses a key, and waits until the screen has answered.
  public func press(_ key: Key) {
    switch key {
    case .character(let character): program.send(String(character))
    case .control(let letter): program.send([(letter.asciiValue ?? 0x40) & 0x1f])
    case .alt(let character): program.send("\u{1b}\(character)")
    default: program.send(Self.sequences[key] ?? "")
    }
    program.settle(milliseconds: Self.quiet, first: Self.answer)
    // A person sees that an edit is under way, and what takes it back would be refused until it has arrived.
    _ = program.wait(seconds: 10) { screen in
      !["unconfirmed", "sent, waiting for the"].contains { screen.text.contains($0) }
    }
  }

  /// Waits for a lesson's card, and puts it away.
  ///
  /// Its title is no sign of it: the strip of the lesson before, once that is solved, names it too.
  public func begin(_ lesson: Lesson) throws {
    try #require(
      program.wait { _ in
        let words = words
        return words.contains(lesson.title) && words.contains("Enter begins")
      },
      "the card did not come:\n\(program.text)"
    )
    press(.enter)
    try #require(
      program.wait { _ in !words.contains("Enter begins") },
      "the card stayed:\n\(program.text)"
    )
  }

  /// Goes a way through a lesson: what is said on the way is not said by the learner, and what the neighbour does is
  /// waited for.
  public func play(_ strokes: [Lesson.Stroke], in lesson: Lesson) throws {
    for (index, stroke) in strokes.enumerated() {
      switch stroke {
      case .key(let key): press(key)
      case .letter(let letter):
        program.send(String(letter))
        // The end of a text is waited for, not each letter.
        if index + 1 == strokes.count || !strokes[index + 1].isLetter {
          program.settle(milliseconds: Self.quiet, first: Self.answer)
        }
      case .say: break
      case .waitFor(let name):
        try wait(for: try #require(lesson.neighbour.first { $0.name == name }))
      }
    }
  }

  /// Waits until the neighbour has said what they did; who says nothing is given time.
  private func wait(for act: Lesson.Act) throws {
    guard let text = act.say else {
      _ = program.wait(seconds: act.wait / .seconds(1) + 2) { _ in false }
      return
    }
    try #require(
      program.wait(seconds: 15) { _ in words.contains(text) },
      "\(text) did not come:\n\(program.text)"
    )
  }
}

extension Lesson.Stroke {
  fileprivate var isLetter: Bool {
    if case .letter = self { true } else { false }
  }
}
