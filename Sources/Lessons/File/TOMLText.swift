package import TOMLKit

/// Reads files in TOML by way of the library, which is kept from what it does not survive.
package enum TOMLText {
  /// Why a text is no TOML.
  package struct Flaw: Error {
    /// The line, from 1; `nil` if nobody can say.
    package let line: Int?
    /// What is wrong, for a person.
    package let reason: String
  }

  /// Reads a text.
  package static func table(_ text: String) throws(Flaw) -> TOMLTable {
    if let line = TOMLHeaders.namelessLine(in: text) {
      let reason =
        "the name of a table, as in [keys], is of letters from a to z, digits, _ and -, or in quotes"
      throw Flaw(line: line, reason: reason)
    }
    do {
      return try TOMLTable(string: text)
    } catch let error as TOMLParseError {
      throw Flaw(line: error.source.begin.line, reason: error.description)
    } catch {
      throw Flaw(line: nil, reason: String(describing: error))
    }
  }
}

/// Looks for the header of a table whose name does not begin as a name does.
///
/// The library asserts that it does, and so ends the program where somebody writes `[é]`. What stands before such a header
/// must be good, since the library goes no further than to the first mistake; so only good texts need be understood here.
private struct TOMLHeaders {
  private let bytes: [UInt8]
  private var place = 0
  private var line = 1

  /// The line of the first such header.
  static func namelessLine(in text: String) -> Int? {
    var headers = TOMLHeaders(bytes: Array(text.utf8))
    headers.take("\u{FEFF}")
    headers.skipBlanks()
    while let byte = headers.peek {
      guard byte != UInt8(ascii: "[") || headers.isNamed else { return headers.line }
      headers.skipStatement()
    }
    return nil
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private var peek: UInt8? { place < bytes.count ? bytes[place] : nil }

  @discardableResult
  private mutating func take(_ text: String) -> Bool {
    guard bytes[place...].starts(with: text.utf8) else { return false }
    place += text.utf8.count
    return true
  }

  private mutating func skipBlanks() { while take(" ") || take("\t") {} }

  /// Whether a name begins in the header that begins here, or there is another mistake, which the library sees.
  private var isNamed: Bool {
    var ahead = self
    ahead.place += 1
    ahead.skipBlanks()
    if ahead.take("[") { ahead.skipBlanks() }
    guard let byte = ahead.peek else { return true }
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): return true
    case UInt8(ascii: "0")...UInt8(ascii: "9"): return true
    default: return "_-\"']".utf8.contains(byte)
    }
  }

  /// Goes to what follows the next line break that is in no text and no brackets, and over the blanks there.
  private mutating func skipStatement() {
    var depth = 0
    while let byte = peek {
      if skipText() { continue }
      place += 1
      switch byte {
      case UInt8(ascii: "#"): place = bytes[place...].firstIndex(of: 0x0A) ?? bytes.count
      case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
      case 0x0A:
        line += 1
        guard depth > 0 else { return skipBlanks() }
      default: break
      }
    }
  }

  /// Skips a text in quotes, if one begins here.
  private mutating func skipText() -> Bool {
    for (quotes, hasEscapes) in [("\"\"\"", true), ("'''", false), ("\"", true), ("'", false)]
    where take(quotes) {
      while place < bytes.count {
        let isLine = quotes.utf8.count == 1
        if isLine, peek == 0x0A { return true }
        if take(quotes) {
          // A text over several lines may end with two quotes of its own.
          if !isLine, take(String(quotes.prefix(1))) { take(String(quotes.prefix(1))) }
          return true
        }
        if hasEscapes, peek == UInt8(ascii: "\\") { place += 1 }
        if peek == 0x0A { line += 1 }
        place += 1
      }
      return true
    }
    return false
  }
}
