import TextScreen

/// What became of a wish to copy text.
public enum ClipboardResult: Hashable, Sendable {
  /// It was sent to the terminal, which gives no answer: say "sent", not "copied".
  case sent
  /// It has more than this many bytes, which terminals refuse.
  case tooLong(limit: Int)
}

/// The sequence (OSC 52) that asks a terminal to keep text in its clipboard, also over ssh.
enum Clipboard {
  /// The most bytes that are sent; more than 74,994 after encoding are refused by many terminals.
  static let limit = 74_994 / 4 * 3

  static func copy(_ text: String, _ send: ([UInt8]) -> Void) -> ClipboardResult {
    let isInside = Environment.current.isInsideTmux
    guard let bytes = sequence(for: text, insideTmux: isInside) else {
      return .tooLong(limit: limit)
    }
    send(bytes)
    return .sent
  }

  /// Returns the bytes to send, or `nil` if the text is too long.
  static func sequence(for text: String, insideTmux: Bool) -> [UInt8]? {
    let bytes = Array(text.utf8)
    guard bytes.count <= limit else { return nil }
    let plain = Array("\u{1b}]52;c;".utf8) + base64(bytes) + [0x07]
    // Tmux acts on the plain one if its set-clipboard is on, and passes the wrapped one through to the terminal around it.
    return insideTmux ? plain + TmuxPassthrough.wrapping(plain) : plain
  }

  static func base64(_ bytes: [UInt8]) -> [UInt8] {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    return stride(from: 0, to: bytes.count, by: 3).flatMap { start in
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      return (0..<4).map { position in
        position <= group.count ? letters[bits >> (18 - 6 * position) & 63] : UInt8(ascii: "=")
      }
    }
  }
}
