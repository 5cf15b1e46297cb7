import ScreenKit

/// The words in which everything is told, one key apart.
extension Model {
  mutating func turnWords() {
    known.words = known.words.other
    let key = keymap.label(of: .screen(.words))
    say(
      known.words(
        Phrase(
          "in the town's words: houses in streets, moved in and out; \(key) says it as a dictionary",
          dict:
            "in a dictionary's words: entries in collections, added and removed; \(key) says town"
        )
      )
    )
  }

  /// The words that a person has chosen for this town; `nil` if they are those of the settings.
  var chosenWords: Vocabulary? { known.words == settledWords ? nil : known.words }

  /// Takes in what the settings say; a town for which other words were chosen keeps them.
  mutating func settleWords(_ words: Vocabulary) {
    if chosenWords == nil { known.words = words }
    settledWords = words
  }
}
