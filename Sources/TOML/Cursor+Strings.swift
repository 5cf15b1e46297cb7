/// Strings: what stands in quotes of either kind, one of them or three.
extension Cursor {
  /// Reads the string whose quote stands here.
  ///
  /// - Parameter takesLines: Whether it may be one over several lines, as a key may not.
  /// - Returns: What it says; each of its lines ends with a line feed.
  /// - Throws: ``TOMLFlaw`` if it has no end, or a control character or an escape that there is not.
  mutating func string(takesLines: Bool = true) throws(TOMLFlaw) -> String {
    let (start, backslash) = (line, UInt8(ascii: "\\"))
    let isLiteral = byte == UInt8(ascii: "'")
    let (quote, mark) = isLiteral ? ("'", UInt8(ascii: "'")) : ("\"", UInt8(ascii: "\""))
    let isLong = takesLines && take(quote + quote + quote)
    if isLong { _ = takeLineEnd() } else { skip() }
    let end = isLong ? quote + quote + quote : quote
    var text: [UInt8] = []
    while true {
      text += takeAll { $0 != mark && $0 != backslash && !Self.isControl($0) }
      if take(end) {
        // Two quotes more belong to the text.
        if isLong { for _ in 0..<2 where take(quote) { text.append(mark) } }
        return String(decoding: text, as: UTF8.self)
      }
      if let byte, byte == mark || byte == backslash && isLiteral {
        text.append(byte)
        skip()
      } else if byte == backslash {
        if !isLong || !takeFold() { text += String(try escape()).utf8 }
      } else if isLong, takeLineEnd() {
        text.append(0x0A)
      } else if isLong, byte == nil {
        throw unended("\(end) to end the text that begins here", from: start)
      } else {
        throw expected(
          isLong ? "no control character in a text" : "\(quote) to end the text on its line"
        )
      }
    }
  }

  /// Goes over a backslash at the end of a line and all blanks and ends of lines behind it.
  private mutating func takeFold() -> Bool {
    var ahead = self
    ahead.skip()
    ahead.skipBlanks()
    guard ahead.takeLineEnd() else { return false }
    repeat { ahead.skipBlanks() } while ahead.takeLineEnd()
    self = ahead
    return true
  }

  /// Reads the escape whose backslash stands here.
  private mutating func escape() throws(TOMLFlaw) -> Unicode.Scalar {
    skip()
    for (letter, scalar) in Self.escapes where take(letter) { return scalar }
    let count = take("u") ? 4 : take("U") ? 8 : 0
    guard count > 0 else { throw expected("one of b t n f r \" \\ u U after \\") }
    var value: UInt32 = 0
    for _ in 0..<count {
      guard let digit = byte.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
        throw expected("\(count) hexadecimal digits in an escape")
      }
      value = value << 4 | UInt32(digit)
      skip()
    }
    guard let scalar = Unicode.Scalar(value) else {
      let digits = String(value, radix: 16, uppercase: true)
      throw TOMLFlaw(line: line, reason: "expected a character of Unicode, found U+\(digits)")
    }
    return scalar
  }

  private static let escapes: [(String, Unicode.Scalar)] = [
    ("n", "\n"), ("t", "\t"), ("\"", "\""), ("\\", "\\"), ("r", "\r"), ("b", "\u{8}"),
    ("f", "\u{C}"),
  ]
}
