import ScreenKit
import SharedState
import StateEditing

extension Repetition {
  /// What the edit does to each entry, in words: `hide = true`.
  func words(room: Int, glyphs: Glyphs) -> String {
    guard verb == .update || verb == .modify else {
      let text = value.map { " = " + ValueDigest.text($0, room: room, glyphs: glyphs) } ?? ""
      return verb.rawValue + text
    }
    let fields = differences.map { difference in
      guard let new = difference.new else { return "without \(difference.path)" }
      return "\(difference.path) = \(ValueDigest.text(new, room: room, glyphs: glyphs))"
    }
    return "\(verb.rawValue) " + fields.joined(separator: ", ")
  }
}

extension Repetition.Reason {
  /// Why an edit is not done again.
  var text: Phrase {
    switch self {
    case .addMakesAnother: "add makes \(a: .house) each time: a does it again"
    case .clearIsOfAGroup: "clear is done to \(a: .street), not to \(many: .house)"
    case .isOfSeveral(let count): "the last edit was of \(count, .house), each in its own way"
    }
  }
}

extension Repetition.Stay {
  /// Why an entry is left alone.
  var text: Phrase {
    switch self {
    case .isVacant: "\(.nobodyLives) there"
    case .isSoAlready: "is so already"
    case .hasNo(let path): "has no \(path)"
    }
  }
}
