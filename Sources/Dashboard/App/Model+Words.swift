import ScreenKit

/// The words in which everything is told.
extension Model {
  /// The words that a person has chosen for this server; `nil` if they are those of the settings.
  var chosenWords: Vocabulary? { known.words == stage.words ? nil : known.words }

  /// Takes in what the settings say; a server for which other words were chosen keeps them.
  mutating func settleWords(_ words: Vocabulary) {
    if chosenWords == nil { known.words = words }
    stage.words = words
  }
}
