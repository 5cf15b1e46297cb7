internal import SharedState

/// What somebody has said of a moment, so that it is found again.
///
/// Marks are entries of the state, see `MarkEntry`.
public struct Mark: Sendable, Hashable {
  /// When it was made, from the beginning of the recording.
  public let time: Duration
  /// The key of the entry.
  public let key: String
  /// What was said.
  public let text: String

  init(time: Duration, key: String, text: String) {
    (self.time, self.key, self.text) = (time, key, text)
  }
}

extension Recording {
  /// The marks that were made, in order; those that were there when it began are none of it.
  ///
  /// - Throws: Where a message is malformed, and why.
  /// - Complexity: O(*n*) in the bytes of what is said of the state.
  public func marks() throws(RecordingError) -> [Mark] {
    var marks: [Mark] = []
    var isFirst = true
    for number in 0..<count where mayHoldState(number) {
      let message = try message(number)
      guard let change = message.state else { continue }
      defer { isFirst = false }
      guard !isFirst else { continue }
      for item in change.items where item.key.text.hasPrefix(MarkEntry.prefix) {
        guard let entry = item.entry else { continue }
        let text = MarkEntry.text(of: item.key.text, entry.value)
        marks.append(Mark(time: message.time, key: item.key.text, text: text))
      }
    }
    return marks
  }
}
