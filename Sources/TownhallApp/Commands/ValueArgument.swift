import SharedState
import StateEditing

/// Values as they are given to a verb: on its command line, or on standard input.
enum ValueArgument {
  /// Reads a value from an argument, or from standard input if the argument is `-`.
  static func value(_ text: String, in surroundings: Surroundings) throws -> StateValue {
    guard text == "-" else { return try TypedValue.value(text) }
    return try TypedValue.value(self.text(surroundings.readInput(), named: "standard input"))
  }

  static func text(_ bytes: [UInt8], named name: String) throws(Failure) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Failure(.badUsage, "\(name) is not text in UTF-8")
    }
    return text
  }
}
