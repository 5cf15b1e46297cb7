/// Keys and values.
extension Cursor {
  /// Reads `key = value` into a table.
  mutating func assignment(into table: TableDraft) throws(TOMLFlaw) {
    let key = try dottedKey()
    guard take("=") else { throw expected("= after a key") }
    skipBlanks()
    try table.set(key, to: try value(depth: table.depth + key.parts.count))
  }

  /// Reads a key, and the blanks around it.
  mutating func dottedKey() throws(TOMLFlaw) -> DottedKey {
    var parts: [Key] = []
    repeat {
      skipBlanks()
      parts.append(try keyPart())
      skipBlanks()
    } while take(".")
    return DottedKey(parts: parts, line: line)
  }

  private mutating func keyPart() throws(TOMLFlaw) -> Key {
    if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
      return Key(try string(takesLines: false))
    }
    let bare = takeAll { Self.isOfWord($0) && !".+:".utf8.contains($0) }
    guard !bare.isEmpty else {
      throw expected("a key of letters from a to z, digits, _ and -, or in quotes")
    }
    return Key(String(decoding: bare, as: UTF8.self))
  }

  /// Reads a value that lies in so many tables and arrays.
  private mutating func value(depth: Int) throws(TOMLFlaw) -> TOMLValue {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return .string(try string())
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      guard depth <= TOMLDocument.mostNesting else { throw .tooDeep(line: line) }
      return byte == UInt8(ascii: "[") ? try array(depth: depth) : try inlineTable(depth: depth)
    default: return try word()
    }
  }

  private mutating func array(depth: Int) throws(TOMLFlaw) -> TOMLValue {
    let start = line
    skip()
    var elements: [TOMLNode] = []
    try skipLines()
    while !take("]") {
      if byte == nil { throw unended("] to end the array that begins here", from: start) }
      elements.append(TOMLNode(line: line, value: try value(depth: depth + 1)))
      try skipLines()
      guard take(",") || byte == UInt8(ascii: "]") || byte == nil else {
        throw expected(", or ] after an element of an array")
      }
      try skipLines()
    }
    return .array(elements)
  }

  private mutating func inlineTable(depth: Int) throws(TOMLFlaw) -> TOMLValue {
    let table = TableDraft(.itself, line: line, depth: depth)
    skip()
    skipBlanks()
    if take("}") { return .table(table.table) }
    repeat {
      try assignment(into: table)
      skipBlanks()
    } while take(",")
    guard take("}") else { throw expected(", or } on the line of a table in braces") }
    return .table(table.table)
  }

  // MARK: Words

  /// Whether a byte is of a bare key, a number, a date or another word.
  static func isOfWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: "_-+.:".utf8.contains(byte)
    }
  }

  /// Reads a value that has no quotes and no brackets.
  private mutating func word() throws(TOMLFlaw) -> TOMLValue {
    var word = takeAll(where: Self.isOfWord)
    guard !word.isEmpty else { throw expected("a value") }
    // A date may have a time behind a space.
    if WordReader.isDate(word), byte == 0x20, byte(ahead: 1).map(WordReader.isDigit) == true {
      skip()
      word += [0x20] + takeAll(where: Self.isOfWord)
    }
    do {
      return try WordReader.value(of: word)
    } catch {
      let found = Excerpt.quoted(String(decoding: word, as: UTF8.self))
      throw TOMLFlaw(line: line, reason: "expected \(error.wanted), found \(found)")
    }
  }
}
