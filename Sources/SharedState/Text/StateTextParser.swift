/// Reads values from their text form, one pass over the bytes.
struct StateTextParser {
  private let text: String
  private let bytes: [UInt8]
  private var place = 0
  private var depth = 0

  init(_ text: String) {
    self.text = text
    bytes = Array(text.utf8)
  }

  mutating func parse() throws(StateTextError) -> StateValue {
    let value = try parseValue()
    skipSpace()
    guard place == bytes.count else { throw expected("nothing more after the value") }
    return value
  }

  private mutating func parseValue() throws(StateTextError) -> StateValue {
    skipSpace()
    switch peek {
    case UInt8(ascii: "{"):
      return try nested { (parser) throws(StateTextError) in try parser.parseObject() }
    case UInt8(ascii: "["):
      return try nested { (parser) throws(StateTextError) in try parser.parseArray() }
    case UInt8(ascii: "\""): return .string(try parseString())
    case UInt8(ascii: "'"): throw expected("double quotes around text, not single ones")
    case let byte? where !Self.endsWord(byte): return try parseWord()
    default: throw expected("a value")
    }
  }

  private mutating func nested(
    _ parse: (inout StateTextParser) throws(StateTextError) -> StateValue
  ) throws(StateTextError) -> StateValue {
    guard depth < StateValue.deepestNesting else {
      throw expected(
        "at most \(StateValue.deepestNesting) lists and dictionaries inside each other"
      )
    }
    depth += 1
    defer { depth -= 1 }
    place += 1
    return try parse(&self)
  }

  private mutating func parseArray() throws(StateTextError) -> StateValue {
    var elements: [StateValue] = []
    if take("]") { return .array([]) }
    repeat {
      skipSpace()
      if peek == UInt8(ascii: "]") { throw expected("a value after the comma") }
      elements.append(try parseValue())
    } while take(",")
    guard take("]") else { throw expected(", or ] after an element of a list") }
    return .array(elements)
  }

  private mutating func parseObject() throws(StateTextError) -> StateValue {
    var object = StateObject()
    if take("}") { return .object(object) }
    repeat {
      skipSpace()
      let start = place
      let key = try parseKey()
      guard take(":") else { throw expected(": after the field name") }
      let value = try parseValue()
      guard object.insert(key, value) else {
        throw expected(
          "a field name that is not there yet: \(quoted(key.utf8)) stands twice",
          at: start
        )
      }
    } while take(",")
    guard take("}") else { throw expected(", or } after a field") }
    return .object(object)
  }

  private mutating func parseKey() throws(StateTextError) -> String {
    switch peek {
    case UInt8(ascii: "\""): return try parseString()
    case UInt8(ascii: "}"): throw expected("a field name after the comma")
    case let byte? where !Self.endsWord(byte):
      throw expected("a field name in double quotes: \(quoted(bytes[wordRange()]))")
    default: throw expected("a field name in double quotes")
    }
  }
}

// Words and numbers.
extension StateTextParser {
  private static func endsWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0...0x20, UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "\""): true
    case UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"): true
    default: false
    }
  }

  /// The bytes from here to the next space, comma, colon, quote or bracket.
  private func wordRange() -> Range<Int> {
    place..<(bytes[place...].firstIndex(where: Self.endsWord) ?? bytes.count)
  }

  private mutating func parseWord() throws(StateTextError) -> StateValue {
    let range = wordRange()
    let word = String(decoding: bytes[range], as: UTF8.self)
    if word == "b64", range.upperBound < bytes.count, bytes[range.upperBound] == UInt8(ascii: "\"")
    {
      return .bytes(try parseBytes())
    }
    var value = Self.constant(word)
    if value == nil { value = try number(word) }
    guard let value else { throw misspelt(word) }
    place = range.upperBound
    return value
  }

  private static func constant(_ word: String) -> StateValue? {
    switch word {
    case "null": .null
    case "true": .bool(true)
    case "false": .bool(false)
    case "NaN": .double(.nan)
    case "Infinity": .double(.infinity)
    case "-Infinity": .double(-.infinity)
    default: nil
    }
  }

  /// The number that a word is, or nil if it is none.
  private func number(_ word: String) throws(StateTextError) -> StateValue? {
    guard let shape = NumberShape(word) else { return nil }
    if shape.isWhole {
      guard let number = Int64(word) else {
        throw expected(
          "a whole number from \(Int64.min) to \(Int64.max); "
            + "\(word.prefix(40)) does not fit in 64 bits, with .0 after it it is a float"
        )
      }
      return .int(number)
    }
    guard let number = Double(word), number.isFinite else {
      throw expected("a float of at most 1.8e308, or Infinity")
    }
    return .double(number)
  }

  /// The error for a word that is no value, with the spelling that was probably meant.
  private func misspelt(_ word: String) -> StateTextError {
    switch word.lowercased() {
    case "true", "false", "null": return expected("\(word.lowercased()), in small letters")
    case "none", "nil", "undefined": return expected("null for nothing")
    case "nan", "-nan": return expected("NaN")
    case "inf", "infinity", "+inf", "+infinity": return expected("Infinity")
    case "-inf", "-infinity": return expected("-Infinity")
    default: break
    }
    if let fault = NumberShape.fault(of: word) { return expected(fault) }
    return expected("a value; text needs double quotes: \(quoted(bytes[phraseRange()]))")
  }

  /// The bytes that a person who forgot the quotes probably meant: to the end of the line, or in
  /// a list or object to the next mark.
  private func phraseRange() -> Range<Int> {
    let marks: [UInt8] = depth == 0 ? Array("\n".utf8) : Array("\n,]}".utf8)
    var end = bytes[place...].firstIndex(where: marks.contains) ?? bytes.count
    while end > place, bytes[end - 1] <= 0x20 { end -= 1 }
    return place..<end
  }

  /// Text as it should have been written, shortened if that is long.
  private func quoted(_ text: some Collection<UInt8>) -> String {
    let beginning = String(decoding: text.prefix(512), as: UTF8.self)
    var shown = beginning.count > 40 ? beginning.prefix(39) : beginning[...]
    // A single character may have any number of accents, and is written with six marks if it is none.
    while StateValue.string(String(shown)).text.unicodeScalars.count > 60 { shown.removeLast() }
    let isCut = shown.endIndex < beginning.endIndex || text.count > 512
    return StateValue.string(String(shown) + (isCut ? "…" : "")).text
  }
}

// Text and bytes.
extension StateTextParser {
  /// Reads text in double quotes; `place` is at the first quote.
  private mutating func parseString() throws(StateTextError) -> String {
    let start = place
    place += 1
    var buffer: [UInt8] = []
    var plainStart = place
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "\""):
        defer { place += 1 }
        // Nearly all text has no escapes and is taken in one piece.
        guard !buffer.isEmpty else {
          return String(decoding: bytes[plainStart..<place], as: UTF8.self)
        }
        buffer.append(contentsOf: bytes[plainStart..<place])
        return String(decoding: buffer, as: UTF8.self)
      case UInt8(ascii: "\\"):
        buffer.append(contentsOf: bytes[plainStart..<place])
        buffer.append(contentsOf: String(try parseEscape()).utf8)
        plainStart = place
      case 0..<0x20:
        throw rawControl(byte)
      default:
        place += 1
      }
    }
    let opening = StateTextError("", atByte: start, of: text)
    throw expected(
      "\" to end the text that begins at line \(opening.line), column \(opening.column)"
    )
  }

  private func rawControl(_ byte: UInt8) -> StateTextError {
    if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
      return expected("\" before the end of the line; a line break inside text is written \\n")
    }
    let escape = StateValue.string(String(Unicode.Scalar(byte))).text.dropFirst().dropLast()
    return expected("\(escape) for a control character inside text")
  }

  private mutating func parseEscape() throws(StateTextError) -> Unicode.Scalar {
    let start = place
    place += 1
    guard let byte = peek else { throw expected("a letter after the backslash") }
    place += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "b"): return "\u{08}"
    case UInt8(ascii: "f"): return "\u{0C}"
    case UInt8(ascii: "u"): return try parseUnicodeEscape(from: start)
    default:
      throw expected("one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u0000", at: start)
    }
  }

  /// Reads the digits of an escape, and the second half if the first is half a pair.
  private mutating func parseUnicodeEscape(from start: Int) throws(StateTextError) -> Unicode.Scalar
  {
    let unit = try parseHexDigits()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    let second = place
    guard unit < 0xDC00, peek == UInt8(ascii: "\\"), place + 1 < bytes.count,
      bytes[place + 1] == UInt8(ascii: "u")
    else {
      throw expected("both halves of a pair, such as \\ud83d\\ude00", at: start)
    }
    place += 2
    let low = try parseHexDigits()
    guard (0xDC00...0xDFFF).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
    else {
      throw expected("the second half of a pair, \\udc00 to \\udfff", at: second)
    }
    return scalar
  }

  private mutating func parseHexDigits() throws(StateTextError) -> UInt32 {
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw expected("four hexadecimal digits after \\u")
      }
      unit = unit << 4 | UInt32(digit)
      place += 1
    }
    return unit
  }

  /// Reads `b64"…"`; `place` is at the letter.
  private mutating func parseBytes() throws(StateTextError) -> [UInt8] {
    let start = place + 4
    guard let end = bytes[start...].firstIndex(of: UInt8(ascii: "\"")) else {
      throw expected("\" to end the bytes", at: bytes.count)
    }
    switch Base64.decode(bytes[start..<end]) {
    case .success(let decoded):
      place = end + 1
      return decoded
    case .failure(let fault) where fault.isLength:
      throw expected("a multiple of four base64 digits, = filling up the last group", at: end)
    case .failure(let fault):
      throw expected("a base64 digit: A–Z, a–z, 0–9, + or /, and = at the end", at: fault.place)
    }
  }
}

// Bytes.
extension StateTextParser {
  private var peek: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      place += 1
    }
  }

  /// Skips a mark and the space before it, if it is the next thing.
  private mutating func take(_ mark: Unicode.Scalar) -> Bool {
    skipSpace()
    guard peek == UInt8(ascii: mark) else { return false }
    place += 1
    return true
  }

  private func expected(_ what: String, at place: Int? = nil) -> StateTextError {
    StateTextError("expected \(what)", atByte: place ?? self.place, of: text)
  }
}
