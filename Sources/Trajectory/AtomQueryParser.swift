/// Reads queries: words, and how they bind.
struct AtomQueryParser {
  private struct Token {
    let text: String
    let position: Int
    /// Whether it was in quotes, and so is no word of the language.
    let isQuoted: Bool

    /// Its text, if it may be a word of the language.
    var word: String? { isQuoted ? nil : text }
  }

  private typealias Node = AtomQuery.Node

  private var tokens: ArraySlice<Token>
  private let end: Int
  private var depth = 0

  /// So many parts may stand inside each other.
  private static let deepest = 200
  /// The longest query, in characters.
  private static let longest = 10_000

  init(_ text: String) throws(AtomQueryError) {
    let characters = Array(text)
    guard characters.count <= Self.longest else {
      throw AtomQueryError(Self.longest, "a query has \(Self.longest) characters at most")
    }
    tokens = try Self.tokens(of: characters)[...]
    end = characters.count
  }

  // MARK: Words

  private static func tokens(of text: [Character]) throws(AtomQueryError) -> [Token] {
    var tokens: [Token] = []
    var place = 0
    while place < text.count {
      let (character, start) = (text[place], place)
      place += 1
      switch character {
      case _ where character.isWhitespace: continue
      case "(", ")":
        tokens.append(Token(text: String(character), position: start, isQuoted: false))
      case "\"", "'":
        guard let close = text[place...].firstIndex(of: character) else {
          throw AtomQueryError(start, "this quote is not closed")
        }
        tokens.append(Token(text: String(text[place..<close]), position: start, isQuoted: true))
        place = close + 1
      default:
        // A quote inside of a word is a prime: the sugars of DNA have a C5' and an H5''.
        while place < text.count, !text[place].isWhitespace, !"()".contains(text[place]) {
          place += 1
        }
        tokens.append(Token(text: String(text[start..<place]), position: start, isQuoted: false))
      }
    }
    return tokens
  }

  /// The words that begin a part of a query.
  private static let beginnings = [
    "all", "none", "index", "bynum", "name", "element", "resname", "resid", "resnum", "chain",
    "segid", "protein", "backbone", "nucleic", "water", "hydrogen", "within", "byres", "bonded",
    "selection", "interaction", "not",
  ]
  private static let words = Set(beginnings + ["and", "or", "of", "to", "(", ")"])

  private func expected(_ what: String) -> AtomQueryError {
    guard let token = tokens.first else {
      return AtomQueryError(end, "expected \(what); here the query ends")
    }
    let text = token.text.count > 20 ? token.text.prefix(20) + "…" : token.text
    let shown = text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    return AtomQueryError(
      token.position,
      shown ? "expected \(what), and found “\(text)”" : "expected \(what)"
    )
  }

  private mutating func take(_ word: String) -> Bool {
    guard tokens.first?.word == word else { return false }
    tokens.removeFirst()
    return true
  }

  // MARK: How they bind

  mutating func parse() throws(AtomQueryError) -> AtomQuery.Node {
    let node = try parseExpression(binding: 0)
    guard tokens.isEmpty else { throw expected("and, or, or the end") }
    return node
  }

  /// Reads a part and all that is joined to it by words that bind more than so much.
  private mutating func parseExpression(binding least: Int) throws(AtomQueryError) -> Node {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else {
      throw expected("no more than \(Self.deepest) parts inside each other")
    }
    var node = try parsePart()
    while let word = tokens.first?.word {
      switch word {
      case "and" where least < 2:
        tokens.removeFirst()
        node = .and(node, try parseExpression(binding: 2))
      case "or" where least < 1:
        tokens.removeFirst()
        node = .or(node, try parseExpression(binding: 1))
      default: return node
      }
    }
    return node
  }

  private mutating func parsePart() throws(AtomQueryError) -> Node {
    guard let word = tokens.first?.word, word == "(" || Self.beginnings.contains(word) else {
      throw expected("a part of a query, such as name CA, resname HOH or (")
    }
    tokens.removeFirst()
    switch word {
    case "(":
      let node = try parseExpression(binding: 0)
      guard take(")") else { throw expected("and, or, or )") }
      return node
    case "not": return .not(try parseExpression(binding: 2))
    case "byres": return .residues(try parseExpression(binding: 0))
    case "bonded":
      guard take("to") else { throw expected("to") }
      return .bonded(try parseExpression(binding: 0))
    case "within":
      let distance = try parseDistance()
      guard take("of") else { throw expected("of") }
      return .within(distance, try parseExpression(binding: 0))
    case "index": return .index(try parseRanges(from: 0))
    case "bynum": return .index(try parseRanges(from: 1))
    case "name": return .name(try parsePatterns("the name of an atom, such as CA"))
    case "element": return .element(try parsePatterns("an element, such as C or 6"))
    case "resname": return .residueName(try parsePatterns("the name of a residue, such as HOH"))
    case "resid", "resnum": return .residueID(try parseResidues())
    case "chain", "segid": return .chain(try parsePatterns("the name of a chain, such as A"))
    case "selection": return .entry(try parseEntry(.selection))
    case "interaction": return .entry(try parseEntry(.interaction))
    case "all": return .all
    case "none": return .none
    case "protein": return .protein
    case "backbone": return .backbone
    case "nucleic": return .nucleic
    case "water": return .water
    default: return .hydrogen
    }
  }

  // MARK: What stands behind a word

  /// The next token, if it is no word of the language.
  private var value: Token? {
    guard let token = tokens.first, token.isQuoted || !Self.words.contains(token.text) else {
      return nil
    }
    return token
  }

  /// The next token, if it is no word of the language; a range of three words, `5 to 9`, is made one.
  private mutating func valueOrRange() -> Token? {
    guard let low = value else { return nil }
    let rest = tokens.dropFirst()
    guard Self.beginsLikeNumber(low), let word = rest.first?.word, ["to", ":", "-"].contains(word),
      let high = rest.dropFirst().first, Self.beginsLikeNumber(high)
    else { return low }
    tokens.removeFirst(2)
    let text = "\(low.text):\(high.text)"
    let range = Token(text: text, position: low.position, isQuoted: false)
    tokens[tokens.startIndex] = range
    return range
  }

  /// Whether an end of a range can be meant; what ends it is checked where ranges are read.
  private static func beginsLikeNumber(_ token: Token) -> Bool {
    let hasSign = token.text.hasPrefix("-") || token.text.hasPrefix("+")
    return !token.isQuoted && token.text.dropFirst(hasSign ? 1 : 0).first?.isNumber == true
      && !token.text.contains { "*?".contains($0) }
  }

  private mutating func parsePatterns(_ what: String) throws(AtomQueryError) -> [AtomQuery.Pattern]
  {
    var patterns: [AtomQuery.Pattern] = []
    while let token = value {
      tokens.removeFirst()
      patterns.append(AtomQuery.Pattern(text: Array(token.text), isLiteral: token.isQuoted))
    }
    guard !patterns.isEmpty else { throw expected(what) }
    return patterns
  }

  private mutating func parseEntry(
    _ kind: AtomQuery.Entry.Kind
  ) throws(AtomQueryError) -> AtomQuery.Entry {
    guard let token = value else {
      throw expected("the name of \(kind == .selection ? "a" : "an") \(kind)")
    }
    tokens.removeFirst()
    return AtomQuery.Entry(kind: kind, name: token.text, position: token.position)
  }

  private mutating func parseDistance() throws(AtomQueryError) -> Float {
    guard let token = value, token.text.allSatisfy({ $0.isNumber || ".eE+-".contains($0) }),
      let distance = Float(token.text), distance >= 0, distance.isFinite
    else { throw expected("a distance in nanometres, such as 0.5") }
    tokens.removeFirst()
    return distance
  }

  private mutating func parseRanges(
    from first: Int
  ) throws(AtomQueryError) -> [ClosedRange<Int>] {
    var ranges: [ClosedRange<Int>] = []
    while let token = valueOrRange() {
      guard let range = Self.range(token.text), range.lowerBound >= first else {
        throw expected("a number from \(first) on, or a range such as 5:9, the smaller first")
      }
      tokens.removeFirst()
      ranges.append(range.lowerBound - first...range.upperBound - first)
    }
    guard !ranges.isEmpty else { throw expected("a number, or a range such as 5:9") }
    return ranges
  }

  private mutating func parseResidues() throws(AtomQueryError) -> [AtomQuery.Number] {
    var numbers: [AtomQuery.Number] = []
    while let token = valueOrRange() {
      if !token.isQuoted, let range = Self.residueRange(token.text) {
        numbers.append(.range(range))
      } else if !token.isQuoted, Self.looksLikeRange(token.text) {
        throw expected("the number of a residue, or a range such as 5:9, the smaller first")
      } else {
        numbers.append(.text(.init(text: Array(token.text), isLiteral: token.isQuoted)))
      }
      tokens.removeFirst()
    }
    guard !numbers.isEmpty else {
      throw expected("the number of a residue, or a range such as 5:9")
    }
    return numbers
  }

  /// Whether a text is no range, but is meant to be one: `9:5`, `5-`, `5..9`.
  ///
  /// What begins like a number is none of the texts that residues are numbered by.
  private static func looksLikeRange(_ text: String) -> Bool {
    guard let first = text.first, !text.contains("*"), !text.contains("?") else { return false }
    return first.isNumber || "+-:.".contains(first)
  }

  /// The number of a residue, or two with `:` or `-` between them, the smaller first; each may have a letter behind it.
  private static func residueRange(_ text: String) -> ClosedRange<AtomQuery.ResidueNumber>? {
    if let number = AtomQuery.ResidueNumber(text) { return number...number }
    guard let separator = text.dropFirst().firstIndex(where: { $0 == ":" || $0 == "-" }),
      let low = AtomQuery.ResidueNumber(text[..<separator]),
      let high = AtomQuery.ResidueNumber(text[text.index(after: separator)...]), low <= high
    else { return nil }
    return low...high
  }

  /// A number, or two with `:` or `-` between them, the smaller first.
  private static func range(_ text: String) -> ClosedRange<Int>? {
    if let number = Int(text) { return number...number }
    // A sign may stand in front of either.
    guard let separator = text.dropFirst().firstIndex(where: { $0 == ":" || $0 == "-" }),
      let low = Int(text[..<separator]),
      let high = Int(text[text.index(after: separator)...]), low <= high
    else { return nil }
    return low...high
  }
}
