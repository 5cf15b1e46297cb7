/// The words in which the dashboard speaks of the shared state.
///
/// ```swift
/// let words = Vocabulary.dict
/// words("choose \(a: .house) first; Enter opens \(a: .street)")
/// // choose an entry first; Enter opens a collection
/// words("\(.nobodyLives) at \(key)")   // there is no value at selection.base
/// ```
public enum Vocabulary: String, Hashable, Sendable, CaseIterable {
  /// A town: values live in houses, houses stand in streets, and things move in and out.
  case town
  /// A dictionary: entries have keys, collections have a prefix, and things are added and removed.
  case dict

  /// The other one.
  package var other: Vocabulary { self == .town ? .dict : .town }

  /// Says something in these words.
  package func callAsFunction(_ phrase: Phrase) -> String {
    switch self {
    case .town: phrase.town
    case .dict: phrase.dict
    }
  }
}

/// What has a name of its own in each vocabulary.
package enum Noun: Hashable, Sendable, CaseIterable {
  /// Everything that is shared.
  case town
  /// Who keeps it, and answers.
  case host
  /// A key with its value.
  case house
  /// All keys with one prefix.
  case street
  /// Where a value is, or would be.
  case address
  /// What a value was at one moment.

  /// One of them.
  package var one: Phrase {
    switch self {
    case .town: Phrase("town", dict: "state")
    case .host: Phrase("town", dict: "server")
    case .house: Phrase("house", dict: "entry")
    case .street: Phrase("street", dict: "collection")
    case .address: Phrase("address", dict: "key")
    }
  }

  /// Several of them.
  var many: Phrase {
    switch self {
    case .house: Phrase("houses", dict: "entries")
    case .address: Phrase("addresses", dict: "keys")
    default: Phrase(one.town + "s", dict: one.dict + "s")
    }
  }

  /// One of them with its article: `a house`, `an entry`.
  var withArticle: Phrase { Phrase(Self.withArticle(one.town), dict: Self.withArticle(one.dict)) }

  private static func withArticle(_ noun: String) -> String {
    let hasVowel = noun.first.map { "aeiou".contains($0) } ?? false
    return (hasVowel ? "an " : "a ") + noun
  }
}
