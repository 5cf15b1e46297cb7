/// How a terminal tells a person something while they look elsewhere.
public enum NoticeWay: String, Hashable, Sendable, CaseIterable {
  /// A notice of the desktop, as iTerm2, kitty, WezTerm, Ghostty and Windows Terminal make of OSC 9.
  case osc9
  /// A notice of the desktop with a title, as urxvt, foot, kitty and Ghostty make of OSC 777.
  case osc777
  /// The bell, which every terminal has.
  case bell

  /// The longest notice, in characters.
  public static let longest = 200

  /// The bytes that have a terminal tell it.
  ///
  /// What may steer a terminal, and what these sequences take for their own signs, is taken out of the text.
  ///
  /// - Parameters:
  ///   - text: What to tell; of one that is longer than ``longest`` the beginning.
  ///   - insideTmux: Whether tmux stands between, which is asked to pass it on.
  /// - Returns: The bytes to write.
  public func sequence(for text: String, insideTmux: Bool = false) -> [UInt8] {
    let safe = TextWidth.safe(String(text.prefix(Self.longest))).replacing(";", with: ",")
    let plain: [UInt8]
    switch self {
    case .bell: return [0x07]
    case .osc9: plain = Array("\u{1b}]9;\(safe)".utf8) + [0x07]
    case .osc777: plain = Array("\u{1b}]777;notify;townhall;\(safe)".utf8) + [0x07]
    }
    // The bell is heard through tmux; the rest only where it lets such things pass.
    return insideTmux ? [0x07] + TmuxPassthrough.wrapping(plain) : plain
  }
}
