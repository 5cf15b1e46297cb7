import StateEditing
import StateInspection
import ScreenKit
import SharedState

/// Doing the last edit again elsewhere.
extension EditHost {
  /// Puts the last edit on entries, as it was shown.
  mutating func repeatEdit(_ verb: EditVerb, _ entries: [EditRequest.Entry]) -> [Effect] {
    let request = EditRequest(id: outbox.next(), verb: verb, entries: entries)
    undo.begin(request, for: .repetition)
    return send(request)
  }

  var reasonNotToRepeat: String? {
    guard let last = undo.lastEdit else {
      return self.words("no edit of yours has reached the \(.host) yet")
    }
    if case .failure(let reason) = Repetition.of(last) { return self.words(reason.text) }
    return !actsOnMarks && currentKey == nil
      ? self.words("choose \(a: .house), or mark some with v") : nil
  }

  /// Shows what the last edit would do to the entries, for Enter to do it.
  mutating func proposeRepetition() {
    guard let last = undo.lastEdit, case .success(let repetition) = Repetition.of(last) else {
      return
    }
    let fates = targets.map { key in
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
    let sending = Choice<Self>("repeat") { $0.repeatEdit(repetition.verb, entries) }
    let isRemoval = repetition.verb == .remove
    let count = self.words("\(entries.count, .house)")
    // Whoever asks to remove is asked back, and no is what Enter means.
    let answers =
      isRemoval
      ? [
        List<Self>.Item(label: Line("leave them as they are"), choice: .leave),
        List<Self>.Item(label: Line("remove \(count)", .removed, .bold), choice: sending),
      ] : []
    let rows = fates.prefix(Self.mostAsked).map { key, fate -> List<Self>.Item in
      switch fate {
      case .stays(let reason):
        return List<Self>.Item(label: Line(title(of: key), .muted), note: self.words(reason.text))
      case .changes(let entry):
        let now = entry.base.map { "now " + ValueDigest.text($0, room: 40, glyphs: glyphs) }
        return List<Self>.Item(
          label: Line(title(of: key), .key),
          note: now ?? self.words("\("nobody", dict: "no value") yet"),
          choice: isRemoval ? .leave : sending
        )
      }
    }
    open(
      List(
        "repeat",
        isRemoval ? "Remove \(count)?" : "Enter: \(words), on \(count)",
        answers + rows + unlisted(fates.count) + (actsOnMarks ? items(ofGone: undo.lostKeys) : [])
      )
    )
  }
}
