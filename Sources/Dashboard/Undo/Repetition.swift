import ScreenKit
import SharedState
import StateEditing
import TextScreen

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

extension Model {
  /// Puts the last edit on houses, as it was shown.
  mutating func repeatEdit(_ verb: EditVerb, _ entries: [EditRequest.Entry]) -> [Effect] {
    nextEdit += 1
    let request = EditRequest(id: EditID(nextEdit), verb: verb, entries: entries)
    undo.begin(request, for: .repetition)
    return send(request)
  }

  /// The houses that a repetition falls on: the marked ones, or the one under the cursor.
  private var repetitionTargets: [String] {
    undo.marks.isEmpty ? targetKey.map { [$0] } ?? [] : undo.markedKeys
  }

  var reasonNotToRepeat: String? {
    if isReadOnly { return "this dashboard is read only" }
    guard let last = undo.lastEdit else {
      return known.words("no edit of yours has reached the \(.host) yet")
    }
    if case .failure(let reason) = Repetition.of(last) { return known.words(reason.text) }
    return undo.marks.isEmpty && targetKey == nil
      ? known.words("choose \(a: .house), or mark some with v") : nil
  }

  /// Shows what the last edit would do to the houses, for Enter to do it.
  mutating func proposeRepetition() {
    guard let last = undo.lastEdit, case .success(let repetition) = Repetition.of(last) else {
      return
    }
    let fates = repetitionTargets.map { key in
      (key: key, fate: repetition.fate(of: key, holding: freshest[key]))
    }
    let entries = fates.compactMap { _, fate -> EditRequest.Entry? in
      if case .changes(let entry) = fate { entry } else { nil }
    }
    let words = repetition.words(room: 40, glyphs: glyphs)
    guard !entries.isEmpty else {
      if case .stays(let reason)? = fates.first?.fate {
        say("nothing to do: \(fates.count, .house), \(reason.text)", .warning)
      }
      return
    }
    let sending = Chooser.Choice.repeatEdit(repetition.verb, entries)
    let isRemoval = repetition.verb == .remove
    let count = known.words("\(entries.count, .house)")
    // Whoever asks to remove is asked back, and no is what Enter means.
    let answers =
      isRemoval
      ? [
        Chooser.Item(label: Line("leave them as they are"), choice: .leave),
        Chooser.Item(label: Line("remove \(count)", .removed, .bold), choice: sending),
      ] : []
    let rows = fates.map { key, fate -> Chooser.Item in
      switch fate {
      case .stays(let reason):
        return Chooser.Item(label: Line(key, .muted), note: known.words(reason.text))
      case .changes(let entry):
        let now = entry.base.map { "now " + ValueDigest.text($0, room: 40, glyphs: glyphs) }
        return Chooser.Item(
          label: Line(key, .key),
          note: now ?? known.words("\("nobody", dict: "no value") yet"),
          choice: isRemoval ? .leave : sending
        )
      }
    }
    chooser = Chooser(
      isRemoval ? "Remove \(count)?" : "Enter: \(words), on \(count)",
      answers + rows
    )
  }
}
