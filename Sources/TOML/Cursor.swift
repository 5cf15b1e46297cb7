/// A place in a text that is read byte by byte.
///
/// What reads strings, keys and values moves it on, each in a file of its own.
struct Cursor {
  private let bytes: [UInt8]
  private var place = 0
  /// The line of the place, from 1.
  private(set) var line = 1

  init(_ text: String) { bytes = Array(text.utf8) }

  /// The byte here; `nil` at the end of the file.
  var byte: UInt8? { byte(ahead: 0) }

  /// The byte so many places on.
  func byte(ahead count: Int) -> UInt8? {
    place + count < bytes.count ? bytes[place + count] : nil
  }

  /// Goes on by so many bytes, in which no line ends.
  mutating func skip(_ count: Int = 1) { place = min(place + count, bytes.count) }

  /// Goes over a mark, if it stands here.
  mutating func take(_ mark: String) -> Bool {
    guard bytes[place...].starts(with: mark.utf8) else { return false }
    skip(mark.utf8.count)
    return true
  }

  /// Goes over bytes of one kind, and returns them.
  mutating func takeAll(where belongs: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    let taken = bytes[place...].prefix(while: belongs)
    skip(taken.count)
    return taken
  }

  // MARK: Blanks and lines

  /// Whether a line ends here.
  var isLineEnd: Bool { byte == 0x0A || byte == 0x0D && byte(ahead: 1) == 0x0A }

  /// Goes over the end of a line, if it is here.
  mutating func takeLineEnd() -> Bool {
    guard isLineEnd else { return false }
    skip(byte == 0x0A ? 1 : 2)
    line += 1
    return true
  }

  /// Goes over spaces and tabs.
  mutating func skipBlanks() { _ = takeAll { $0 == 0x20 || $0 == 0x09 } }

  /// Goes over blanks, comments and the ends of lines.
  mutating func skipLines() throws(TOMLFlaw) {
    repeat { try skipComment() } while takeLineEnd()
  }

  /// Goes over blanks and a comment to the end of the line, and sees that it ends.
  mutating func endLine() throws(TOMLFlaw) {
    try skipComment()
    guard isLineEnd || byte == nil else { throw expected("the end of the line") }
  }

  private mutating func skipComment() throws(TOMLFlaw) {
    skipBlanks()
    guard byte == UInt8(ascii: "#") else { return }
    _ = takeAll { !Self.isControl($0) }
    guard isLineEnd || byte == nil else { throw expected("no control character in a comment") }
  }

  /// Whether a byte is a control character that stands nowhere by itself, as the end of a line does not either.
  static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 && byte != 0x09 || byte == 0x7F }

  // MARK: Refusing

  /// The flaw that something else stands here than should.
  func expected(_ what: String) -> TOMLFlaw {
    TOMLFlaw(line: line, reason: "expected \(what), found \(found)")
  }

  /// The flaw that what was begun on a line is not ended, which is where the file goes on in vain.
  func unended(_ what: String, from start: Int) -> TOMLFlaw {
    TOMLFlaw(line: start, reason: "expected \(what), found the end of the file")
  }

  private var found: String {
    if byte == nil { return "the end of the file" }
    if isLineEnd { return "the end of the line" }
    let word = bytes[place...].prefix(Excerpt.longest + 1).prefix(while: Self.isOfWord)
    if !word.isEmpty { return Excerpt.quoted(String(decoding: word, as: UTF8.self)) }
    // A scalar takes four bytes at most.
    let rest = String(decoding: bytes[place...].prefix(4), as: UTF8.self)
    return rest.unicodeScalars.first.map(Excerpt.quoted) ?? ""
  }
}

/// A piece of the file in words for a person.
enum Excerpt {
  /// So many scalars are shown.
  static let longest = 40

  /// A text in quotes, shortened if it is long, without what steers a terminal.
  static func quoted(_ text: String) -> String {
    var shown = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(longest) {
      shown.append(isPlain(scalar) ? scalar : "\u{FFFD}")
    }
    let isWhole = text.unicodeScalars.dropFirst(longest).isEmpty
    return "'\(String(shown))\(isWhole ? "" : "…")'"
  }

  /// A scalar in quotes, or its number if it is not to be seen.
  static func quoted(_ scalar: Unicode.Scalar) -> String {
    guard isPlain(scalar) else {
      let digits = String(scalar.value, radix: 16, uppercase: true)
      return "the character U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
    return scalar == "'" ? "\"'\"" : "'\(scalar)'"
  }

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: false
    default: true
    }
  }
}
