import CursesShim
import Glibc

/// What a terminal answers about itself, read from its bytes.
public struct TerminalAnswers: Sendable, Hashable {
  /// How a terminal stands to a mode that it was asked about.
  public enum Mode: Sendable, Hashable {
    /// It knows it, and can switch it.
    case known
    /// It knows it, and it is always on.
    case alwaysOn
    /// It does not know it, or never has it.
    case unknown
  }

  /// The modes that it has told of.
  public private(set) var modes: [Int: Mode] = [:]
  /// Whether it has said who it is, which is asked last.
  public private(set) var isOver = false

  private var pending: [UInt8] = []
  private static let longest = 64

  /// Nothing has been said yet, or what is given.
  public init(modes: [Int: Mode] = [:], isOver: Bool = false) {
    (self.modes, self.isOver) = (modes, isOver)
  }

  /// Takes bytes in, however they are torn; what is no answer is passed over.
  public mutating func feed(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      if byte == 0x1b { pending = [] }
      guard pending.count < Self.longest else { continue }
      pending.append(byte)
      // The final byte of a control sequence.
      if pending.count > 2, pending[1] == UInt8(ascii: "["), (0x40...0x7e).contains(byte) {
        read(pending)
        pending = []
      }
    }
  }

  private mutating func read(_ sequence: [UInt8]) {
    if let report = ModeReport(sequence) {
      modes[report.mode] = report.state
    } else if sequence.starts(with: "\u{1b}[?".utf8), sequence.last == UInt8(ascii: "c") {
      isOver = true
    }
  }
}

/// Asks a terminal what only it knows.
public enum TerminalQuestion {
  /// The mode in which a terminal shows a picture only once it is whole.
  public static let synchronizedOutput = 2026
  /// The mode in which pasted text is marked.
  public static let markedPastes = 2004

  /// Whether a terminal may be asked: those that draw what they do not know are left alone.
  public static func isHarmless(for variables: [String: String]) -> Bool {
    Environment(variables: variables).canBeAsked
  }

  /// Asks the terminal that standard input and output lead to, and waits for its answers within bounds.
  ///
  /// It is left as it was, also if the program is ended meanwhile. What is typed during that time is lost.
  ///
  /// - Parameters:
  ///   - modes: The modes to ask about.
  ///   - limit: How long to wait.
  /// - Returns: What it has answered; nil if there is no terminal to ask, or it is somebody else's just now.
  public static func ask(_ modes: [Int], within limit: Duration) -> TerminalAnswers? {
    var before = termios()
    // Who is in the background would be stopped for touching it.
    guard isatty(1) == 1, tcgetattr(0, &before) == 0, tcgetpgrp(0) == getpgrp() else { return nil }
    let terminal = shim_duplicate(0)
    defer { close(terminal) }
    guard shim_guard_install(terminal, -1, -1, -1, "", 0) == 0 else { return nil }
    defer { shim_guard_remove() }
    var raw = before
    raw.c_lflag &= ~tcflag_t(ECHO | ICANON)
    shim_guard_raise()
    tcsetattr(terminal, TCSADRAIN, &raw)
    let questions = modes.map { "\u{1b}[?\($0)$p" }.joined()
    // Nearly every terminal says who it is, so that nobody waits for one that knows none of the modes.
    Descriptor.send(Array((questions + "\u{1b}[c").utf8), to: 1)
    let answers = answers(from: terminal, within: limit)
    // Whatever it has drawn of this goes, and so does what it has not said in time.
    Descriptor.send(Array("\r\u{1b}[K".utf8), to: 1)
    tcsetattr(terminal, TCSAFLUSH, &before)
    _ = shim_guard_lower()
    return answers
  }

  private static func answers(from terminal: Int32, within limit: Duration) -> TerminalAnswers {
    var answers = TerminalAnswers()
    let end = ContinuousClock.now + limit
    var buffer = [UInt8](repeating: 0, count: 256)
    while !answers.isOver {
      let rest = (end - ContinuousClock.now) / .milliseconds(1)
      guard rest > 0, Descriptor.isReadable(terminal, within: Int32(rest.rounded(.up))) else {
        return answers
      }
      let count = read(terminal, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return answers }
      answers.feed(buffer[..<count])
    }
    return answers
  }
}
