/// What a terminal answers to the question for a mode (DECRPM).
struct ModeReport: Hashable {
  /// The mode that it was asked about.
  let mode: Int
  /// How it stands to that.
  let state: TerminalAnswers.Mode

  private static let beginning = Array("\u{1b}[?".utf8)
  private static let end = Array("$y".utf8)

  /// Reads a whole control sequence; `nil` for any that is no answer of this kind.
  init?(_ bytes: some Collection<UInt8>) {
    let (frame, digits) = (
      Self.beginning.count + Self.end.count, UInt8(ascii: "0")...UInt8(ascii: "9")
    )
    guard bytes.count > frame, bytes.starts(with: Self.beginning),
      bytes.suffix(Self.end.count).elementsEqual(Self.end)
    else { return nil }
    let numbers = bytes.dropFirst(Self.beginning.count).dropLast(Self.end.count)
      .split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
      .map { $0.allSatisfy(digits.contains) ? Int(String(decoding: $0, as: UTF8.self)) : nil }
    guard numbers.count == 2, let mode = numbers[0], let state = numbers[1] else { return nil }
    self.mode = mode
    self.state =
      switch state {
      case 1, 2: .known
      case 3: .alwaysOn
      default: .unknown
      }
  }
}
