import SharedState
import StateEditing
import ScreenKit

/// An edit told in a sentence, in the words of both vocabularies.
///
/// ```swift
/// EditSentence(request, glyphs).line.town   // someone moved into selection.base
/// EditSentence(request, glyphs).line.dict   // selection.base added
/// ```
///
/// It stands below the calls that would have done the same, and says what they come to rather than how.
struct EditSentence {
  /// So many fields of an entry are told; more are counted.
  static let mostFields = 3
  /// So many entries are told one by one; more are counted.
  static let mostEntries = 100
  private static let keyColumns = 80
  private static let valueColumns = 40

  let request: EditRequest
  let glyphs: Glyphs

  init(_ request: EditRequest, _ glyphs: Glyphs) { (self.request, self.glyphs) = (request, glyphs) }

  /// All of it, a line for each entry.
  var text: Phrase {
    if let cleared { return cleared }
    let told = request.entries.prefix(Self.mostEntries).map(sentence)
    let rest = request.entries.count - told.count
    let more: [Phrase] = rest > 0 ? ["and \(rest, "more", .house)"] : []
    return (told + more).joined(separator: "\n")
  }

  /// As much as stands in one line: of several entries the first.
  var line: Phrase {
    if let cleared { return cleared }
    guard let first = request.entries.first.map(sentence) else { return "" }
    let rest = request.entries.count - 1
    return rest > 0 ? "\(first), and so on in \(rest, "more", .house)" : first
  }

  /// A group that was cleared, which is one thing however many there were.
  private var cleared: Phrase? {
    guard request.verb == .clear,
      let prefix = request.entries.first.flatMap({ KeyParts.prefix(of: $0.key) })
    else { return nil }
    let count = Phrases.grouped(request.entries.count)
    return "the \(.street) \(short(prefix)) was cleared: \(count) \(.movedOut)"
  }

  private func sentence(_ entry: EditRequest.Entry) -> Phrase {
    let key = short(entry.key)
    guard let mine = entry.mine else {
      return Phrase("someone moved out of \(key)", dict: "\(key) removed")
    }
    guard let base = entry.base else {
      return Phrase("someone moved into \(key)", dict: "\(key) added")
    }
    let differences = ValueDiff(from: base, to: mine).differences
    if differences.isEmpty { return "\(key) was given the value it had already" }
    let isOfFields = request.verb == .update || request.verb == .modify
    guard isOfFields, !differences.contains(where: { $0.path.isRoot }) else {
      let hasParts = mine.object != nil || mine.array != nil
      return "\(key) was given a whole new value\(hasParts ? "" : ", \(words(mine))")"
    }
    let told = differences.prefix(Self.mostFields).map(clause).joined(separator: ", ")
    let rest = differences.count - Self.mostFields
    let more = rest > 0 ? ", and so on in \(Phrases.count(rest, "more field"))" : ""
    return "in \(key) \(told)\(more)"
  }

  private func clause(_ difference: ValueDiff.Difference) -> String {
    let name = short(difference.path.description)
    return difference.new.map { "\(name) is now \(words($0))" } ?? "\(name) is gone"
  }

  private func words(_ value: StateValue) -> String {
    let room = Self.valueColumns
    let text = ValueDigest.text(value, room: room, glyphs: glyphs)
    return TextWidth.truncate(text, to: room + room / 2, ellipsis: glyphs.ellipsis)
  }

  /// A name from the state, of bounded length and safe to print and to copy.
  private func short(_ name: String) -> String {
    TextWidth.truncate(name, to: Self.keyColumns, ellipsis: glyphs.ellipsis)
  }
}
