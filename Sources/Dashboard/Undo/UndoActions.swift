import StateEditing
import StateInspection
import ScreenKit
import TextScreen

import SharedState

extension Action where Host: EditHost {
  static var undoing: [Self] {
    [
      Action("undo", ["z"], .edit, hint: "undo", writes: { _ in true }, "take back your last edit")
      {
        $0.reasonNot(toTakeBack: $0.undo.done, nothing: "there is nothing to take back")
      } run: {
        .did($0.takeBack($0.undo.done) { .undo($0) })
      },
      Action("redo", ["Z", "^r"], .edit, writes: { _ in true }, "do again what was taken back") {
        $0.reasonNot(toTakeBack: $0.undo.undone, nothing: "nothing was taken back")
      } run: {
        .did($0.takeBack($0.undo.undone) { .redo($0) })
      },
      Action("mark", ["v"], .edit, in: .entries, "mark the \(.house), or unmark it") {
        $0.currentKey == nil ? $0.words("choose \(a: .house) to mark") : nil
      } run: { host in
        guard let key = host.currentKey else { return [] }
        host.undo.toggleMark(key)
        // Only the tree shows marks.
        if host.attention != .tree, host.attention != .detail {
          host.say(host.undo.isMarked(key) ? "\(key) is marked" : "\(key) is not marked", .muted)
        }
        return []
      },
      Action("unmark-all", ["V"], .edit, "unmark all \(many: .house)") {
        $0.undo.marks.isEmpty ? $0.words("no \(.house) is marked; v marks one") : nil
      } run: { host in
        host.undo.unmarkAll()
        return []
      },
      Action(
        "repeat",
        ["."],
        .edit,
        in: .entries,
        writes: { _ in true },
        "last edit again, on marked \(many: .house)"
      ) {
        $0.reasonNotToRepeat
      } run: { host in
        host.proposeRepetition()
        return []
      },
    ]
  }
}

extension EditHost {
  fileprivate func reasonNot(toTakeBack steps: [UndoStack.Step], nothing: String) -> String? {
    if steps.isEmpty { return nothing }
    let next = undo.next(in: steps) { outbox.isPending($0) }
    return next == nil ? words("the \(.host) has not confirmed the last one yet") : nil
  }

  fileprivate mutating func takeBack(
    _ steps: [UndoStack.Step],
    _ purpose: (Int) -> UndoStack.Purpose
  ) -> [Effect] {
    guard let step = undo.next(in: steps, isPending: { outbox.isPending($0) }) else { return [] }
    let entries = step.entries
    let request = EditRequest(
      id: outbox.next(),
      verb: step.verb(for: entries),
      entries: entries,
      merges: true
    )
    undo.begin(request, for: purpose(step.number), title: step.title)
    return send(request)
  }
}
