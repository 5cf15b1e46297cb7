import SharedState

/// A promise that an input has broken.
struct Finding: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// Sees that a promise holds.
func expect(_ holds: Bool, _ promise: @autoclosure () -> String) throws(Finding) {
  guard holds else { throw Finding(promise()) }
}

/// Sees that words for a person are one short line in which nothing steers a terminal.
func expectPlain(_ words: String, longest: Int = 300) throws(Finding) {
  try expect(!words.isEmpty, "there are no words")
  try expect(
    words.unicodeScalars.count <= longest,
    "the words take \(words.unicodeScalars.count) characters, more than \(longest): \(words.prefix(80).debugDescription)"
  )
  let control = words.unicodeScalars.first { $0.properties.generalCategory == .control }
  try expect(control == nil, "control characters in the words \(words.debugDescription)")
}

/// Sees that an error says in plain words what is wrong and at which of so many bytes.
func expectPlace(_ offset: Int, of count: Int, words: String) throws(Finding) {
  try expect((0...count).contains(offset), "the error is at \(offset) of \(count) bytes")
  try expect(words.hasPrefix("byte \(offset): "), "the error does not say where: \(words)")
  try expectPlain(words)
}
