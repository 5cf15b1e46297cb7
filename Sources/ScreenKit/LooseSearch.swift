/// Letters that are looked for in a text in their order, with others between them: `cv` in `copy-value`.
///
/// The first letter has to begin a word, and so has each that follows a blank: otherwise every short query would be
/// found in every long text. Small letters find both kinds; a capital in the query makes it exact.
package struct LooseSearch: Hashable, Sendable {
  /// How well a text fits, and by which of its bytes.
  package struct Match: Hashable, Sendable {
    /// The higher the better, among matches of one query.
    package let score: Int
    /// The bytes of the text's UTF-8 that were found, in order.
    package let places: [Int]
  }

  /// Nothing is looked for that is longer, and nothing is found behind so many bytes of a text.
  private static let (longestQuery, longestText) = (64, 256)
  private static let (wordBegins, goesOn, gap, farthestLead) = (8, 10, 1, 5)

  private let search: Search
  private let letters: [UInt8]
  /// Which of the letters have to begin a word.
  private let beginsWord: [Bool]
  private let isExact: Bool

  package init(_ query: String) {
    search = Search(query)
    isExact = query.contains(where: \.isUppercase)
    var (letters, begins, isFirst) = ([UInt8](), [Bool](), true)
    for byte in query.utf8 {
      if byte == UInt8(ascii: " ") {
        isFirst = true
        continue
      }
      letters.append(Self.folded(byte, isExact))
      begins.append(isFirst)
      isFirst = false
    }
    (self.letters, beginsWord) = (letters, begins)
  }

  /// Finds the letters where they fit best: at the beginnings of words, and beside each other.
  ///
  /// - Parameter text: The text to look in.
  /// - Returns: `nil` if they are not all there.
  /// - Complexity: O(*n*) where they are not, and else O(*m* *n*), in *m* letters and *n* bytes of the text.
  package func match(in text: String) -> Match? {
    guard !letters.isEmpty, letters.count <= Self.longestQuery else { return nil }
    let bytes = Array(text.utf8.prefix(Self.longestText))
    guard hasLetters(bytes) else { return nil }
    return best(in: bytes)
  }

  /// How well a text fits that has the query as it is, somewhere behind its beginning.
  ///
  /// - Returns: A score like that of ``Match``; `nil` if the query does not begin a word of the text.
  package func score(wholeIn text: String) -> Int? {
    guard let range = search.range(in: text) else { return nil }
    let place = text.utf8.distance(from: text.startIndex, to: range.lowerBound)
    guard Self.beginsWord(Array(text.utf8.prefix(place + 1)), place) else { return nil }
    return Self.wordBegins + Self.goesOn * (letters.count - 1) - Self.farthestLead
  }

  /// Whether the letters are there at all, wherever.
  private func hasLetters(_ bytes: [UInt8]) -> Bool {
    var next = 0
    for byte in bytes where Self.folded(byte, isExact) == letters[next] {
      next += 1
      if next == letters.count { return true }
    }
    return false
  }

  private func best(in bytes: [UInt8]) -> Match? {
    let count = bytes.count
    let isStart = bytes.indices.map { Self.beginsWord(bytes, $0) }
    // For each letter and place: the best score with the letter just there, and where the letter before it is.
    var scores = [Int?](repeating: nil, count: letters.count * count)
    var origins = [Int](repeating: -1, count: letters.count * count)
    for (row, letter) in letters.enumerated() {
      let isContinued = letter & 0xC0 == 0x80
      // The best score of the letter before, anywhere before this place, less what lies between.
      var before: (score: Int, place: Int)?
      for place in 0..<count {
        if row > 0, place > 0 {
          before = before.map { ($0.score - Self.gap, $0.place) }
          if let score = scores[(row - 1) * count + place - 1], score >= before?.score ?? .min {
            before = (score, place - 1)
          }
        }
        guard Self.folded(bytes[place], isExact) == letter, !beginsWord[row] || isStart[place]
        else {
          continue
        }
        let own = isStart[place] ? Self.wordBegins : 0
        if row == 0 {
          scores[place] = own - min(place, Self.farthestLead)
          continue
        }
        var found = isContinued ? nil : before
        if place > 0, let last = scores[(row - 1) * count + place - 1],
          last + Self.goesOn > found?.score ?? .min
        {
          found = (last + Self.goesOn, place - 1)
        }
        guard let found else { continue }
        scores[row * count + place] = found.score + own
        origins[row * count + place] = found.place
      }
    }
    return trace(scores, origins, count)
  }

  /// Goes back from the best place of the last letter to that of the first.
  private func trace(_ scores: [Int?], _ origins: [Int], _ count: Int) -> Match? {
    let last = (letters.count - 1) * count
    var end: (score: Int, place: Int)?
    for place in 0..<count {
      if let score = scores[last + place], score > end?.score ?? .min { end = (score, place) }
    }
    guard let end else { return nil }
    var places = [end.place]
    for row in stride(from: letters.count - 1, to: 0, by: -1) {
      places.append(origins[row * count + places[places.count - 1]])
    }
    return Match(score: end.score, places: places.reversed())
  }

  private static func beginsWord(_ bytes: [UInt8], _ place: Int) -> Bool {
    guard isWord(bytes[place]) else { return false }
    guard place > 0, isWord(bytes[place - 1]) else { return true }
    return isCapital(bytes[place]) && !isCapital(bytes[place - 1])
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    byte >= 0x80 || isCapital(byte) || byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
      || byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  private static func isCapital(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
  }

  /// A byte as it is compared; only ASCII letters have two forms here.
  private static func folded(_ byte: UInt8, _ isExact: Bool) -> UInt8 {
    !isExact && isCapital(byte) ? byte | 0x20 : byte
  }
}

extension Line {
  /// The line with the characters that hold some bytes of its text, in rising order, made to stand out.
  package func marking(bytes places: [Int]) -> Line {
    var (rest, start, marked) = (places[...], 0, Line())
    for span in spans {
      guard let first = rest.first, first < start + span.text.utf8.count else {
        marked.spans.append(span)
        start += span.text.utf8.count
        continue
      }
      for character in span.text {
        let end = start + character.utf8.count
        var style = span.style
        if let place = rest.first, place < end {
          style = Style(.match, style.emphasis.union(.underline))
          rest = rest.drop { $0 < end }
        }
        if marked.spans.last?.style == style, start > 0 {
          marked.spans[marked.spans.count - 1].text.append(character)
        } else {
          marked.spans.append(Span(text: String(character), style: style))
        }
        start = end
      }
    }
    return marked
  }
}
