/// Why a text is not a value: where, and what was expected there.
///
/// ```swift
/// do {
///   _ = try StateValue(text: #"{"a":"#)
/// } catch {
///   print(error)      // line 1, column 6: expected a value
/// }
/// ```
public struct StateTextError: Error, Sendable, Hashable {
  /// The line, from 1.
  public let line: Int
  /// The column, from 1, in characters as a person counts them.
  public let column: Int
  /// How many characters stand before the place, line breaks included.
  public let offset: Int
  /// What was expected there, as "expected …".
  public let message: String

  /// Makes an error at a place that is known.
  public init(line: Int, column: Int, offset: Int, message: String) {
    self.line = line
    self.column = column
    self.offset = offset
    self.message = message
  }

  /// Makes an error at a byte of a text, which is where a parser stands.
  ///
  /// - Complexity: O(*n*) in the bytes before the place.
  init(_ message: String, atByte target: Int, of text: String) {
    var line = 1
    var column = 1
    var offset = 0
    var next = 0
    for character in text {
      next += character.utf8.count
      guard next <= target else { break }
      offset += 1
      column += 1
      if character == "\n" || character == "\r\n" || character == "\r" {
        line += 1
        column = 1
      }
    }
    self.init(line: line, column: column, offset: offset, message: message)
  }
}

extension StateTextError: CustomStringConvertible {
  /// One line for a person.
  public var description: String { "line \(line), column \(column): \(message)" }
}
