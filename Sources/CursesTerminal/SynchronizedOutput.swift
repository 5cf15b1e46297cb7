/// Mode 2026: what comes between its two marks is shown at once, so that nobody sees half a picture.
///
/// A terminal is asked once whether it knows the mode (DECRQM), and is sent a mark only after it has said so
/// (DECRPM). Most that do not know it say that too, some say nothing.
enum SynchronizedOutput {
  /// Asks for the mode.
  static let question = "\u{1b}[?2026$p"
  static let begin = "\u{1b}[?2026h"
  static let end = "\u{1b}[?2026l"

  /// How long after the question an answer is waited for before the terminal is given to somebody else.
  ///
  /// Well below what ``CursesTerminal/close()`` grants the thread that owns the terminal.
  static let answerTime = Duration.milliseconds(250)

  /// What a terminal says of the mode.
  struct Answer: Hashable {
    private static let beginning = Array("\u{1b}[?2026;".utf8)
    private static let end = Array("$y".utf8)
    /// The number of its bytes.
    private static let length = beginning.count + 1 + end.count

    private let state: TerminalAnswers.Mode

    /// Reads an answer; `nil` for anything else.
    init?(_ bytes: some Collection<UInt8>) {
      guard Self.begins(with: bytes), let report = ModeReport(bytes) else { return nil }
      state = report.state
    }

    /// Whether the mode can be switched on and off: it is known, and not fixed.
    var canBeSwitched: Bool { state == .known }

    /// Whether an answer may have this byte in this place.
    static func fits(_ byte: UInt8, at position: Int) -> Bool {
      switch position {
      case ..<beginning.count: byte == beginning[position]
      case beginning.count: (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      case ..<length: byte == end[position - beginning.count - 1]
      default: false
      }
    }

    /// Whether all these bytes are the beginning of an answer.
    static func begins(with bytes: some Collection<UInt8>) -> Bool {
      bytes.enumerated().allSatisfy { fits($1, at: $0) }
    }
  }
}
