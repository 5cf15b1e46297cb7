import ScreenKit
import SharedState
import TextScreen

/// The last edit, put on other houses.
struct Repetition: Sendable {
  /// What becomes of one house.
  enum Fate: Hashable, Sendable {
    case changes(EditRequest.Entry)
    /// The house is left alone, for the reason given.
    case stays(Phrase)
  }

  let verb: EditVerb
  private let differences: [ValueDiff.Difference]
  private let value: StateValue?

  /// Takes an edit of one house as a pattern; says why it is none otherwise.
  static func of(_ edit: EditRequest) -> Result<Repetition, Reason> {
    switch edit.verb {
    case .add: return .failure(Reason("add makes \(a: .house) each time: a does it again"))
    case .clear: return .failure(Reason("clear is done to \(a: .street), not to \(many: .house)"))
    case .set, .update, .modify, .remove: break
    }
    guard edit.entries.count == 1, let entry = edit.entries.first else {
      return .failure(
        Reason("the last edit was of \(edit.entries.count, .house), each in its own way")
      )
    }
    return .success(Repetition(edit.verb, entry))
  }

  struct Reason: Error, Hashable {
    let text: Phrase

    init(_ text: Phrase) { self.text = text }
  }

  private init(_ verb: EditVerb, _ entry: EditRequest.Entry) {
    let diff = ValueDiff(from: entry.base, to: entry.mine).differences
    // A value that was replaced as a whole is set, whatever the verb was called.
    let isWhole = diff.contains { $0.path.isRoot }
    self.verb = isWhole && entry.mine != nil ? .set : verb
    differences = diff
    value = entry.mine
  }

  /// What the edit comes to on a house that holds something.
  func fate(of key: String, holding live: StateValue?) -> Fate {
    switch verb {
    case .remove:
      return live == nil ? .stays("\(.nobodyLives) there") : entry(key, live, nil)
    case .set, .add, .clear:
      return live == value ? .stays("is so already") : entry(key, live, value)
    case .update, .modify:
      guard let live else { return .stays("\(.nobodyLives) there") }
      return changed(key, live)
    }
  }

  private func changed(_ key: String, _ live: StateValue) -> Fate {
    var mine = live
    for difference in differences {
      if difference.new == nil, mine.value(at: difference.path) == nil { continue }
      guard let next = mine.replacing(difference.path, with: difference.new) else {
        return .stays("has no \(difference.path)")
      }
      mine = next
    }
    return mine == live ? .stays("is so already") : entry(key, live, mine)
  }

  private func entry(_ key: String, _ live: StateValue?, _ mine: StateValue?) -> Fate {
    .changes(EditRequest.Entry(key: key, base: live, mine: mine))
  }

  /// What the edit does to each house, in words: `hide = true`.
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
