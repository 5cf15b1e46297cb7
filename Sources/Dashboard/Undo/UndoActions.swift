import StateEditing
import StateInspection
import ScreenKit

import SharedState

extension Action where Host: EditHost {
  static var undoing: [Self] {
    [
      Action("undo", ["z"], .edit, "take back your last edit") {
        .did($0.takeBack($0.undo.done) { .undo($0) })
      }
      .hinting("undo").alsoCalled("revert").writing().fromPast().unless {
        $0.reasonNot(toTakeBack: $0.undo.done, nothing: "there is nothing to take back")
      },
      Action("redo", ["Z", "^r"], .edit, "do again what was taken back") {
        .did($0.takeBack($0.undo.undone) { .redo($0) })
      }
      .writing().fromPast().unless {
        $0.reasonNot(toTakeBack: $0.undo.undone, nothing: "nothing was taken back")
      },
      Action(
        "mark",
        ["v"],
        .edit,
        in: .entries,
        "mark the \(.house), or unmark it; mark TEXT marks the moment"
      ) {
        $0.toggleMark()
      }
      .alsoCalled("select several moment checkpoint")
      .taking(.own { $0.markMoment($1) })
      .unless { $0.currentKey == nil ? $0.words("choose \(a: .house) to mark") : nil },
      Action("unmark-all", ["V"], .edit, "unmark all \(many: .house)") { $0.undo.unmarkAll() }
        .onMarks("unmark").unless {
          $0.undo.marks.isEmpty ? $0.words("no \(.house) is marked; v marks one") : nil
        },
      Action("repeat", ["."], .edit, in: .entries, "last edit again, on marked \(many: .house)") {
        $0.proposeRepetition()
      }
      .onMarks("again").writing().unless { $0.reasonNotToRepeat },
    ]
  }
}

extension EditHost {
  fileprivate mutating func toggleMark() {
    guard let key = currentKey else { return }
    undo.toggleMark(key)
    // Only the tree shows marks.
    guard attention != .tree, attention != .detail else { return }
    say(undo.isMarked(key) ? "\(key) is marked" : "\(key) is not marked", .muted)
  }

  /// Says something of this moment, for all who look back.
  fileprivate mutating func markMoment(_ text: String) -> [Effect] {
    let key = MarkEntry.prefix + outbox.names.next()
    let mark = EditRequest.Entry(key: key, base: nil, mine: MarkEntry.value(text))
    return submit(.set, [mark])
  }

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
