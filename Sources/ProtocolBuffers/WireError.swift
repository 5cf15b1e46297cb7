internal import SharedState

/// Why bytes are not the message that they should be, and where.
package struct WireError: Error, Hashable, CustomStringConvertible {
  /// What is wrong.
  package enum Reason: Hashable, Sendable {
    /// The bytes end inside a field, or a length says more than the bytes that follow.
    case truncated
    /// A number goes on after its tenth byte.
    case endlessNumber
    /// No field begins like this.
    case badTag(UInt64)
    /// Text is not UTF-8.
    case invalidText
    /// Lists and dictionaries stand inside each other more deeply than a value may.
    case tooDeep
    /// A group of fields stands inside too many others, or does not end.
    case badGroup
  }

  /// The place of the byte at which the part that is wrong begins, counted from 0.
  package let offset: Int
  /// What is wrong.
  package let reason: Reason

  /// Makes an error.
  package init(_ reason: Reason, offset: Int) {
    self.reason = reason
    self.offset = offset
  }

  /// In one line: `byte 3: this text is not UTF-8`.
  package var description: String { "byte \(offset): \(explanation)" }

  /// What is wrong, without the place.
  package var explanation: String {
    switch reason {
    case .truncated: "the data ends before the field that begins here does"
    case .endlessNumber: "this number has more than ten bytes"
    case .badTag(let tag): "no field begins with \(tag)"
    case .invalidText: "this text is not UTF-8"
    case .tooDeep: "more than \(StateValue.deepestNesting) lists and maps inside each other"
    case .badGroup: "this group of fields does not end, or stands inside too many others"
    }
  }
}
