/// What the dashboard says, in the words of both vocabularies.
///
/// Only nouns and phrases that are interpolated by name differ. Everything else, the keys and values of peers above
/// all, stands in both as it is: nothing ever looks for words in a finished text.
package struct Phrase: Hashable, Sendable {
  /// In the words of the town.
  package let town: String
  /// In the words of a dictionary, where they are others: most of what is said is the same in both.
  private let other: String?

  /// In the words of a dictionary.
  package var dict: String { other ?? town }

  /// Says the same in both.
  package init(_ text: String) { (town, other) = (text, nil) }

  /// Says one thing in two ways.
  package init(_ town: String, dict: String) {
    (self.town, other) = (town, dict == town ? nil : dict)
  }

  package var isEmpty: Bool { town.isEmpty && dict.isEmpty }
}

extension Phrase: ExpressibleByStringInterpolation {
  package init(stringLiteral text: String) { self.init(text) }

  package init(stringInterpolation text: StringInterpolation) {
    (town, other) = (text.town, text.other)
  }

  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var town = ""
    fileprivate var other: String?

    package init(literalCapacity: Int, interpolationCount: Int) {}

    package mutating func appendLiteral(_ text: String) { appendInterpolation(text) }

    package mutating func appendInterpolation(_ value: some CustomStringConvertible) {
      let text = value.description
      town += text
      other?.append(text)
    }

    package mutating func appendInterpolation(_ phrase: Phrase) {
      if other == nil, phrase.other != nil { other = town }
      town += phrase.town
      other?.append(phrase.dict)
    }

    /// What is said in each vocabulary in a way of its own: `\("lives here now", dict: "the value now")`.
    package mutating func appendInterpolation(_ town: String, dict: String) {
      appendInterpolation(Phrase(town, dict: dict))
    }

    package mutating func appendInterpolation(_ noun: Noun) { appendInterpolation(noun.one) }

    /// A noun with its article: `\(a: .house)`.
    package mutating func appendInterpolation(a noun: Noun) {
      appendInterpolation(noun.withArticle)
    }

    /// More than one: `\(many: .house)`.
    package mutating func appendInterpolation(many noun: Noun) { appendInterpolation(noun.many) }

    /// A count with its noun: `\(14, .house)`.
    package mutating func appendInterpolation(_ count: Int, _ noun: Noun) {
      appendInterpolation(Phrases.grouped(count) + " ")
      appendInterpolation(count == 1 ? noun.one : noun.many)
    }

    /// A count with its noun and what kind they are: `\(3, "more", .street)`.
    package mutating func appendInterpolation(_ count: Int, _ kind: String, _ noun: Noun) {
      appendInterpolation("\(Phrases.grouped(count)) \(kind) ")
      appendInterpolation(count == 1 ? noun.one : noun.many)
    }
  }
}

extension Phrase {
  // What is said in many places.

  package static let movedIn = Phrase("moved in", dict: "added")
  package static let movedOut = Phrase("moved out", dict: "removed")
  package static let vacant = Phrase("vacant", dict: "missing")
  package static let somebodyMovesIn = Phrase("somebody moves in", dict: "a value is added")
  package static let somebodyLives = Phrase("somebody lives", dict: "there is a value")
  package static let buildsAgain = Phrase("builds it again", dict: "adds it again")
  package static let nobodyLives = Phrase("nobody lives", dict: "there is no value")
  package static let nobodyLived = Phrase("nobody lived", dict: "there was no value")
  package static let nobodyHasLived = Phrase("nobody has lived", dict: "there has been no value")
  package static let whatLives = Phrase("what lives", dict: "the value")
  package static let left = Phrase("left", dict: "were removed")
  package static let hasLeft = Phrase("has left", dict: "was removed")
  /// Keys that are in no group.
  package static let alone = Phrase("houses by themselves", dict: "keys without a dot")
  package static let chooseHouse: Phrase = "choose \(a: .house) first; Enter opens \(a: .street)"
  package static let noHouseYet: Phrase = "there is no \(.house) here yet"
  package static let emptyTown: Phrase = "the \(.town) is empty"
}

extension [Phrase] {
  package func joined(separator: String) -> Phrase {
    Phrase(map(\.town).joined(separator: separator), dict: map(\.dict).joined(separator: separator))
  }
}
